export { AlarmCache } from './alarm-cache.js';
export { AlarmQueries, type LocatedLine } from './alarm-queries.js';
export { AlarmsModule } from './alarms.module.js';
export { type AlarmReader, type AlarmVerdict, verifyAlarms } from './verify-alarms.js';
