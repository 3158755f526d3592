import { unitSymbol } from '@cupola/domain';
import type { ForcedSlot, Point } from '@cupola/contracts';
import type { Format } from '../../core/format';
import { deviationReach } from '../../core/units';
import type { Words } from '../../core/words';
import { isTrusted } from '../../live/known-reading';
import type { PlaceValues } from '../../live/place-values';
import type { Layer } from './layers';
import type { RoomPoints } from './zone-view';

export interface ContentTools {
  values: PlaceValues;
  format: Format;
  words: Words;
  /** What is left of an override, in words; the level alone when it has no end. */
  leftOf: (slot: ForcedSlot) => string;
}

/** What a room says on a layer, before it is known how much of it fits. */
export interface RoomContent {
  value: string;
  unit: string;
  note: string;
  /** Deviation from setpoint as a share of what the bar can show, -1 to 1; null without a comparison. */
  deviation: number | null;
  hasBar: boolean;
  /** It may not be read as the present state. */
  doubt: boolean;
  /** What the value is, for those who hear the plan: the value itself stands in the room's text. */
  about: string;
  /** The whole of it, where the value has no place in the room. */
  spoken: string;
}

/** The mark "not known". */
const NO_VALUE = '–';
const NOTHING = { value: '', unit: '', note: '', deviation: null, hasBar: false, doubt: false, about: '' };

/** A measured layer: the value, what it is compared with, and for what is old, how old. */
export function measuredContent(name: string, { shown, setpoint }: RoomPoints, tools: ContentTools): RoomContent {
  const { values, format, words } = tools;
  if (!shown) return { ...NOTHING, spoken: words.t('floor.spokenNothing', { name }) };
  const reading = values.present(shown);
  const target = setpoint ? values.present(setpoint).value : null;
  const doubt = !isTrusted(reading.quality);
  const reach = deviationReach(shown.unit);
  const isComparable = target !== null && reading.value !== null && setpoint?.unit === shown.unit && reach !== null;
  const unit = shown.kind === 'analog' && shown.unit && reading.value !== null ? unitSymbol(shown.unit) : '';
  const value = reading.value === null ? NO_VALUE : format.value(reading.value, shown);
  const content = {
    value,
    unit: doubt ? `${unit} ?`.trim() : unit,
    deviation: isComparable && !doubt ? Math.max(-1, Math.min(1, ((reading.value ?? 0) - (target ?? 0)) / (reach ?? 1))) : null,
    hasBar: isComparable,
    doubt,
  };
  const about = shown.label;
  if (!doubt) return { ...content, about, note: setpoint && target !== null ? words.t('floor.set', { value: format.value(target, setpoint) }) : '', spoken: `${about} ${value} ${unit}`.trim() };
  const said = { name, label: shown.label, value: reading.value === null ? words.t('value.none') : format.valueWithUnit(reading.value, shown) };
  const { ageMs } = values.shown(shown);
  const spoken = words.t('floor.spokenDoubt', { ...said, quality: words.t(`quality.${reading.quality}`), age: format.age(ageMs) });
  return { ...content, about: spoken, note: ageMs === null ? words.t('age.never') : words.t('age.old', { span: format.span(ageMs) }), spoken };
}

/** The layer of overrides: what is held in a room, by which level, for how long. */
export function overrideContent(name: string, held: readonly ForcedSlot[], points: readonly Point[], tools: ContentTools): RoomContent {
  const { format, words } = tools;
  const [first] = held;
  if (!first) return { ...NOTHING, spoken: words.t('floor.spokenNotForced', { name }) };
  const point = points.find(({ id }) => id === first.point.id);
  const note = tools.leftOf(first);
  const value = point ? format.value(first.value, point) : format.number(first.value ?? 0, first.unit);
  return { ...NOTHING, value, unit: format.unit(first.unit), note, spoken: words.t('floor.spokenForced', { name, label: first.point.name, value: `${value} ${format.unit(first.unit)}`.trim(), left: note }) };
}

/** The layer of connectivity: whether the controllers that serve a room are there. */
export function linkContent(name: string, points: readonly Point[], { values, words }: ContentTools): RoomContent {
  const controllers = new Map(points.flatMap(({ controller }) => (controller ? [[controller.id, controller] as const] : [])));
  if (controllers.size === 0) return { ...NOTHING, spoken: words.t('floor.spokenNoController', { name }) };
  const away = [...controllers.values()].filter(({ id, link }) => (values.linkOf(id) ?? link) !== 'online');
  const [one] = away.length > 0 ? away : [...controllers.values()];
  const value = words.t(away.length > 0 ? 'link.controllerOffline' : 'link.controllerOnline');
  return { ...NOTHING, value, note: one?.name ?? '', doubt: away.length > 0, spoken: `${name}: ${value}, ${one?.name ?? ''}` };
}

/** Whether the content of a layer depends on the room's overrides. */
export function contentOf(layer: Layer, name: string, points: readonly Point[], shown: RoomPoints, held: readonly ForcedSlot[], tools: ContentTools): RoomContent {
  if (layer === 'overrides') return overrideContent(name, held, points, tools);
  return layer === 'connectivity' ? linkContent(name, points, tools) : measuredContent(name, shown, tools);
}

export function saysTheSame(a: RoomContent, b: RoomContent): boolean {
  return a.value === b.value && a.unit === b.unit && a.note === b.note && a.deviation === b.deviation && a.hasBar === b.hasBar && a.doubt === b.doubt && a.about === b.about && a.spoken === b.spoken;
}
