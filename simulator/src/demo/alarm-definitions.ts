import type { createAlarmDefinition } from '@cupola/contracts';
import type { z } from 'zod';

/** What Cupola House watches: a definition without its place. */
export type WatchedClass = Omit<z.input<typeof createAlarmDefinition>, 'target'> & { readonly brickClass: string };

const MINUTE = 60_000;

/** The alarms of Cupola House. A controller that is lost needs no definition: every site watches its controllers. */
export const ALARM_DEFINITIONS: readonly WatchedClass[] = [
  {
    ...{ name: 'Zone temperature off its setpoint', brickClass: 'Zone_Air_Temperature_Sensor', referenceClass: 'Zone_Air_Temperature_Setpoint', condition: 'DEV' },
    ...{ limit: 2, deadband: 0.5, onDelayMs: 10 * MINUTE, offDelayMs: MINUTE, priority: 3, respondWithinMs: 60 * MINUTE },
    consequence: 'People in the room are uncomfortable; energy is spent without effect.',
    action: 'Compare damper and discharge air temperature: closed damper or cold reheat coil points to the terminal unit, else look at the air handler.',
  },
  {
    ...{ name: 'Zone temperature far off its setpoint', brickClass: 'Zone_Air_Temperature_Sensor', referenceClass: 'Zone_Air_Temperature_Setpoint', condition: 'DEV' },
    ...{ limit: 3, deadband: 0.5, onDelayMs: 10 * MINUTE, offDelayMs: MINUTE, priority: 2, respondWithinMs: 30 * MINUTE },
    consequence: 'The room cannot be used as intended.',
    action: 'Check the supply fan and the supply air temperature of the air handler first, then the terminal unit.',
  },
  {
    ...{ name: 'CO2 high', brickClass: 'CO2_Level_Sensor', condition: 'HI', limit: 1200, deadband: 100, onDelayMs: 10 * MINUTE, offDelayMs: MINUTE, priority: 3 },
    ...{ respondWithinMs: 60 * MINUTE, consequence: 'Stale air: people get tired.' },
    action: 'Look whether the damper is open and air flows; open it by hand for the length of the meeting.',
  },
  {
    ...{ name: 'CO2 very high', brickClass: 'CO2_Level_Sensor', condition: 'HI', limit: 2000, deadband: 100, onDelayMs: MINUTE / 2, offDelayMs: MINUTE, priority: 2 },
    ...{ respondWithinMs: 15 * MINUTE, consequence: 'Headache and loss of concentration; above the limit for workplaces.' },
    action: 'Have the room aired or emptied, then find out why no fresh air comes in.',
  },
  {
    ...{ name: 'Supply fan commanded on, no speed', brickClass: 'Supply_Fan_Speed_Sensor', referenceClass: 'Supply_Fan_Speed_Command', condition: 'DEV' },
    ...{ limit: 25, deadband: 5, onDelayMs: 15_000, offDelayMs: 5_000, priority: 2, respondWithinMs: 15 * MINUTE },
    consequence: 'Two floors get no fresh air and warm up within the hour.',
    action: 'Check drive, belt and safety switch at the unit. Reset the drive only on site.',
  },
  {
    ...{ name: 'Supply air off its setpoint', brickClass: 'Supply_Air_Temperature_Sensor', referenceClass: 'Supply_Air_Temperature_Setpoint', condition: 'DEV' },
    ...{ limit: 3, deadband: 0.5, onDelayMs: 10 * MINUTE, offDelayMs: MINUTE, priority: 2, respondWithinMs: 30 * MINUTE },
    consequence: 'All rooms of two floors drift from their setpoints.',
    action: 'Check chilled and hot water temperatures, then the valves of the unit.',
  },
  {
    ...{ name: 'Chilled water warm', brickClass: 'Chilled_Water_Supply_Temperature_Sensor', condition: 'HI', limit: 11, deadband: 1, onDelayMs: 10 * MINUTE, offDelayMs: MINUTE },
    ...{ priority: 2, respondWithinMs: 30 * MINUTE, consequence: 'No air handler can cool.' },
    action: 'Look whether the chiller is enabled and runs; read its own panel before resetting it.',
  },
  {
    ...{ name: 'Zone temperature sensor faulty', brickClass: 'Zone_Air_Temperature_Sensor', condition: 'FAULT', limit: null, priority: 3, onDelayMs: 15_000, offDelayMs: 5_000 },
    ...{ respondWithinMs: 8 * 60 * MINUTE, consequence: 'The room is no longer watched, and its controller cannot hold its temperature.' },
    action: 'Look at the sensor on site: cable first, then replace it.',
  },
  {
    ...{ name: 'Zone temperature not reported', brickClass: 'Zone_Air_Temperature_Sensor', condition: 'STALE', limit: null, priority: 4, onDelayMs: 5 * MINUTE, offDelayMs: 0 },
    consequence: 'The room is no longer watched; its controller goes on by itself.',
    action: 'Look at the controller: session and timeline say whether it or its sensor is silent.',
  },
];
