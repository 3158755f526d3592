import { type AlarmInstance, type AlarmRules, judgeValue, newAlarm, stepAlarm } from '@cupola/domain';
import { ALARM_DEFINITIONS, type WatchedClass } from '../../src/demo/alarm-definitions.js';
import { EQUIPMENT, type Equipment } from '../../src/demo/house/equipment.js';
import type { Readings } from '../../src/demo/model/readings.js';

const LIMITS = ALARM_DEFINITIONS.filter(({ condition }) => condition !== 'STALE');

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
    this.#watched = EQUIPMENT.flatMap((equipment) => LIMITS.flatMap((definition) => watch(equipment, definition, now)));
  }

  look(readings: Readings, now: number): void {
    for (const watched of this.#watched) {
      const { condition, limit, deadband = 0 } = watched.definition;
      const rule = { condition: condition as 'HI' | 'LO' | 'DEV', limit: limit ?? 0, deadband };
      const reference = watched.reference === null ? null : (readings.get(watched.reference) ?? null);
      const verdict = judgeValue(rule, readings.get(watched.key) ?? null, reference, watched.alarm.severity);
      const step = stepAlarm(watched.alarm, { type: 'VERDICT', ...verdict, at: now }, rulesOf(watched.definition), now);
      watched.alarm = step.alarm;
      for (const { type } of step.effects) if (type === 'ANNUNCIATE') this.raised.push(`${watched.name}: ${watched.key}`);
    }
  }
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
