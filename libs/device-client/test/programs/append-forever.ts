import { writeSync } from 'node:fs';
import { sqliteStore } from '@cupola/device-client';

// Appends until it is killed, and says each number once its frame is safe. Every third acknowledgement comes at once.
const store = sqliteStore(process.argv[2] ?? '', { maxFrames: 500 });
for (let n = store.live.next; ; n += 1) {
  store.together(() => {
    store.live.append({ lane: 0, rows: [['temp', n, 0, 1000 * n]] });
    store.events.append({ lane: 0, rows: [['door', n % 2, 0, 1000 * n]] });
  });
  if (n % 3 === 0) store.live.forget(n - 2);
  writeSync(1, `${n}\n`);
}
