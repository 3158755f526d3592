import { BusUnreachable, connectNatsBus } from '@cupola/messaging';
import { GatewayConfigError, readGatewayConfig } from './config/read-gateway-config.js';
import { createDeviceGateway } from './create-device-gateway.js';

/** A device gateway as a program of its own, beside a backend that it reaches over NATS. */
async function main(): Promise<void> {
  const config = readGatewayConfig(process.env);
  if (config.natsUrl === null) {
    throw new GatewayConfigError('NATS_URL must name the bus that this gateway shares with backend, like nats://127.0.0.1:4222.');
  }
  const bus = await connectNatsBus(config.natsUrl, { name: 'device-gateway' });
  const gateway = await createDeviceGateway({ config, bus });
  console.log(`Device gateway listens on ${gateway.url}`);
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void gateway.close().then(() => bus.close());
    });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof GatewayConfigError || error instanceof BusUnreachable ? error.message : error);
  process.exitCode = 1;
  process.exit();
});
