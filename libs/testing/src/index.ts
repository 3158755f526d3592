export { Certificates, type TestCertificate } from './certificates.js';
export { createDatabase, type SpecDatabase } from './create-database.js';
export { FakeClock, type Cancel } from './fake-clock.js';
export { freePort } from './free-port.js';
export { findBrowser, findProgram } from './find-program.js';
export { MemoryProbe } from './memory-probe.js';
export { cloneTemplate, startTestPostgres, type RunningTestPostgres, type TestPostgres } from './postgres.js';
export { waitFor, type WaitOptions } from './wait-for.js';
