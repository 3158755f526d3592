import { createController, memoryCredentials, sqliteStore } from '@cupola/device-client';

// Starts a controller, stops it as soon as it is as far as it was told to go, and has nothing left to do then.
const [gateway = '', link = '', store = ''] = process.argv.slice(2);
const streams = sqliteStore(store);
const controller = createController({
  gateway,
  streams,
  credentials: memoryCredentials({ deviceId: 'a3c1f0de-1111-4222-8333-444455556666', secret: 's'.repeat(43) }),
  points: [
    { key: 'temp', kind: 'analog' },
    { key: 'setpoint', kind: 'analog', writable: true, relinquishDefault: 20 },
  ],
  onWrite: () => undefined,
});
process.once('beforeExit', () => console.log(JSON.stringify({ link: controller.state.link, left: process.getActiveResourcesInfo() })));
const reached = new Promise<void>((resolve) => {
  controller.on('state', (state) => {
    if (state.link === link) resolve();
  });
});
await controller.start();
await reached;
controller.report('temp', 21);
await controller.stop();
streams.close();
