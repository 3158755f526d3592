import { type AlarmInstance, type AlarmRules, encodeQuality, judgeFault, judgeValue, type LimitVerdict, newAlarm, stepAlarm } from '@cupola/domain';
import { ALARM_DEFINITIONS, type WatchedClass } from '../../src/demo/alarm-definitions.js';
import { EQUIPMENT, type Equipment } from '../../src/demo/house/equipment.js';
import type { Readings } from '../../src/demo/model/readings.js';

/** Values come with every step here: none grows old. */
const JUDGED = ALARM_DEFINITIONS.filter(({ condition }) => condition !== 'STALE');

interface Watched {
  readonly name: string;
  readonly key: string;
  readonly reference: string | null;
  readonly definition: WatchedClass;
  alarm: AlarmInstance;
}

/** The house's own alarm definitions, judged by the rules that the product applies. */
export class AlarmWatch {
  readonly #watched: Watched[];
  /** What was annunciated, in order. */
  readonly raised: string[] = [];

  constructor(now: number) {
    this.#watched = EQUIPMENT.flatMap((equipment) => JUDGED.flatMap((definition) => watch(equipment, definition, now)));
  }

  look(readings: Readings, now: number): void {
    for (const watched of this.#watched) {
      const verdict = judge(watched, readings);
      const step = stepAlarm(watched.alarm, { type: 'VERDICT', ...verdict, at: now }, rulesOf(watched.definition), now);
      watched.alarm = step.alarm;
      for (const { type } of step.effects) if (type === 'ANNUNCIATE') this.raised.push(`${watched.name}: ${watched.key}`);
    }
  }
}

function judge({ key, reference, definition, alarm }: Watched, readings: Readings): LimitVerdict {
  const { condition, limit, deadband = 0 } = definition;
  const value = readings.get(key) ?? null;
  if (condition === 'FAULT') return judgeFault(encodeQuality(value === null ? 'FAULT' : 'GOOD'));
  const rule = { condition: condition as 'HI' | 'LO' | 'DEV', limit: limit ?? 0, deadband };
  return judgeValue(rule, value, reference === null ? null : (readings.get(reference) ?? null), alarm.severity);
}

function watch(equipment: Equipment, definition: WatchedClass, now: number): Watched[] {
  const keyOf = (brickClass: string) => {
    const point = equipment.points.find((candidate) => candidate.brickClass === brickClass);
    return point === undefined ? null : `${equipment.id}.${point.suffix}`;
  };
  const key = keyOf(definition.brickClass);
  const reference = definition.referenceClass ? keyOf(definition.referenceClass) : null;
  return key === null ? [] : [{ name: definition.name, key, reference, definition, alarm: newAlarm(now) }];
}

function rulesOf({ condition, priority, onDelayMs = 0, offDelayMs = onDelayMs }: WatchedClass): AlarmRules {
  return {
    ...{ condition, priority, onDelayMs, offDelayMs, latching: false, ackOn: { active: true, return: false }, autoAck: false },
    ...{ shelvable: true, maxShelfMs: 28_800_000, reAlarmMs: null, maxReAlarms: 0, neverSuppress: false },
  };
}
