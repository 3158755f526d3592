export { AuditModule } from './audit.module.js';
export { type AuditEntry, AuditTrail } from './audit-trail.js';
export { type AuditReader, type AuditVerdict, verifyAudit } from './verify-audit.js';
