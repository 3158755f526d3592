import type { MessageBus } from '@cupola/messaging';
import { createInMemoryBus } from '@cupola/messaging';
import type { GatewayClock, GatewayConfig, RunningGateway } from '../src/index.js';
import { createDeviceGateway, readGatewayConfig } from '../src/index.js';
import type { SessionConfig } from '../src/session/config.js';
import { Device } from './device.js';
import type { ScriptedController } from './scripted-backend.js';
import { ScriptedBackend } from './scripted-backend.js';

export interface Harness {
  url: string;
  bus: MessageBus;
  backend: ScriptedBackend;
  gateway: RunningGateway;
  /** Everything the gateway logged. */
  log: string[];
  /** A controller that is accepted, and its open session after WELCOME. */
  online(change?: Partial<ScriptedController>): Promise<{ controller: ScriptedController; device: Device }>;
  connect(controller: ScriptedController): Promise<Device>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  config?: Partial<Omit<GatewayConfig, 'session'>> & { session?: Partial<SessionConfig> };
  clock?: GatewayClock;
  bus?: MessageBus;
  backend?: ScriptedBackend;
}

/** A gateway on a free port with a real bus and the scripted other side. */
export async function startGateway(options: HarnessOptions = {}): Promise<Harness> {
  const bus = options.bus ?? createInMemoryBus();
  const backend = options.backend ?? new ScriptedBackend(bus);
  if (options.backend === undefined) await backend.start();
  const base = readGatewayConfig({ CUPOLA_GATEWAY_PORT: '0', CUPOLA_LOG_LEVEL: 'debug' });
  const config: GatewayConfig = { ...base, ...options.config, session: { ...base.session, ...options.config?.session } };
  const log: string[] = [];
  const gateway = await createDeviceGateway({ config, bus, logTo: { write: (line) => void log.push(line) }, ...(options.clock ? { clock: options.clock } : {}) });
  const connect = (controller: ScriptedController) => Device.open(gateway.url, backend.issue(controller));
  return {
    url: gateway.url,
    bus,
    backend,
    gateway,
    log,
    connect,
    online: async (change) => {
      const controller = backend.addController(change);
      const device = await connect(controller);
      await device.welcomed(controller.id);
      return { controller, device };
    },
    close: async () => {
      await gateway.close();
      if (options.bus === undefined) await bus.close();
    },
  };
}
