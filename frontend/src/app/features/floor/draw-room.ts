import { unitSymbol } from '@cupola/domain';
import type { Point } from '@cupola/contracts';
import type { Format } from '../../core/format';
import { deviationReach } from '../../core/units';
import type { Words } from '../../core/words';
import { isTrusted } from '../../live/known-reading';
import type { ShownReading } from '../../live/known-reading';
import type { PlaceValues } from '../../live/place-values';
import type { Box } from './label-box';
import { layOutRoom } from './room-label';
import type { Measure } from './room-label';
import type { RoomView } from './room-view';

export interface DrawingTools {
  values: PlaceValues;
  format: Format;
  words: Words;
  measure: Measure;
}

interface RoomInput {
  name: string;
  box: Box;
  shown: Point | undefined;
  setpoint: Point | undefined;
}

/** Width of the mark "not known". */
const NO_VALUE = '–';

/** What a room shows now: label, deviation bar, hatching. */
export function drawRoom({ name, box, shown, setpoint }: RoomInput, tools: DrawingTools): Pick<RoomView, 'label' | 'deviation' | 'middle' | 'doubt' | 'overridden'> {
  const { values, format, measure } = tools;
  if (!shown) return { label: layOutRoom(box, { name, value: '', unit: '', note: '', hasBar: false }, measure), deviation: null, middle: null, doubt: false, overridden: false };
  const reading = values.shown(shown);
  const target = setpoint ? values.shown(setpoint) : null;
  const doubt = !isTrusted(reading.quality);
  const reach = deviationReach(shown.unit);
  const comparable = target?.value != null && reading.value !== null && setpoint?.unit === shown.unit && reach !== null;
  const label = layOutRoom(
    box,
    {
      name,
      value: reading.value === null ? NO_VALUE : format.value(reading.value, shown),
      unit: unitOf(shown, reading, doubt),
      note: noteOf(reading, setpoint, target, tools),
      hasBar: comparable,
    },
    measure,
  );
  const isDrawn = comparable && label.bar !== null && target?.value != null && reading.value !== null && !doubt;
  return {
    label,
    deviation: isDrawn && label.bar ? deviationIn(label.bar, (reading.value ?? 0) - (target?.value ?? 0), reach ?? 1) : null,
    middle: label.bar ? { x: label.bar.x + label.bar.width / 2 - 0.75, y: label.bar.y - 2, width: 1.5, height: 8 } : null,
    doubt,
    overridden: box.width >= 56 && [reading, target].some((each) => each?.flags.includes('overridden')),
  };
}

/** The unit, and a question mark behind what may not be true any more. */
function unitOf(point: Point, reading: ShownReading, doubt: boolean): string {
  const unit = point.kind === 'analog' && point.unit && reading.value !== null ? unitSymbol(point.unit) : '';
  return doubt ? `${unit} ?`.trim() : unit;
}

/** The line below the bar: how old a doubtful value is, else what it is compared with. */
function noteOf(reading: ShownReading, setpoint: Point | undefined, target: ShownReading | null, { format, words }: DrawingTools): string {
  if (!isTrusted(reading.quality)) return reading.ageMs === null ? words.t('age.never') : words.t('age.old', { span: format.span(reading.ageMs) });
  return setpoint && target?.value != null ? words.t('floor.set', { value: format.value(target.value, setpoint) }) : '';
}

function deviationIn(bar: Box, difference: number, reach: number): Box {
  const half = bar.width / 2;
  const length = Math.min(half, (Math.abs(difference) / reach) * half);
  return { x: difference >= 0 ? bar.x + half : bar.x + half - length, y: bar.y, width: length, height: bar.height };
}

/** A room in a sentence. */
export function describeRoom(name: string, shown: Point | undefined, { values, format, words }: DrawingTools): string {
  if (!shown) return words.t('floor.spokenNothing', { name });
  const reading = values.shown(shown);
  const value = reading.value === null ? words.t('value.none') : format.valueWithUnit(reading.value, shown);
  if (isTrusted(reading.quality)) return words.t('floor.spoken', { name, label: shown.label, value });
  return words.t('floor.spokenDoubt', { name, label: shown.label, value, quality: words.t(`quality.${reading.quality}`), age: format.age(reading.ageMs) });
}
