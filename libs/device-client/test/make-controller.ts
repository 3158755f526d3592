import { createController, memoryCredentials, type Controller, type ControllerOptions } from '../src/index.js';
import { DEVICE_ID, type ScriptedGateway } from './scripted-gateway.js';

export const SECRET = 's'.repeat(43);
export const POINTS = [
  { key: 'temp', kind: 'analog', unit: 'degC' },
  { key: 'setpoint', kind: 'analog', unit: 'degC', writable: true, min: 10, max: 30, resolution: 0.5, relinquishDefault: 20 },
] as const;

/** A controller with a sensor and a setpoint, claimed already. */
export function makeController(gateway: Pick<ScriptedGateway, 'url'>, over: Partial<ControllerOptions> = {}): Controller {
  return createController({
    gateway: gateway.url,
    credentials: memoryCredentials({ deviceId: DEVICE_ID, secret: SECRET }),
    points: POINTS,
    onWrite: () => undefined,
    ...over,
  });
}
