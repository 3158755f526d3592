export { DEMO_ACCOUNT } from './auth/demo-account.js';
export { type BackendOptions, createBackend, type RunningBackend } from './create-backend.js';
export type { NewAdministrator } from './auth/first-administrator.js';
export type { ServiceAccount } from './auth/service-accounts.js';
export { Clock, SystemClock } from './clock.js';
export { BackendConfig } from './config/backend-config.js';
export { ConfigError, readBackendConfig } from './config/read-backend-config.js';
export { type AuditReader, type AuditVerdict, verifyAudit } from './modules/audit/index.js';
export { type AlarmReader, type AlarmVerdict, verifyAlarms } from './modules/alarms/index.js';
