// Starts Postgres on the data directory of the first argument, says so, and stays: the process that the specs kill.
import { startPostgres } from '../dist/index.js';

const postgres = await startPostgres({ dataDir: process.argv[2], log: (line) => console.log(line), volatile: true });
console.log(JSON.stringify({ pid: postgres.pid, port: postgres.port }));
setInterval(() => {}, 60_000);
