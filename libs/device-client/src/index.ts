export { systemClock, type CancelTimer, type DeviceClock } from './clock.js';
export { createController, type Controller } from './controller.js';
export { fileCredentials, memoryCredentials, writeOwnerOnly, type Credential, type CredentialStore } from './credentials.js';
export type { Acknowledged } from './frame-sender.js';
export { DocumentRefusal, type DocumentFault } from './documents.js';
export { enrol, GatewayRefusal, type Enrolment } from './gateway-http.js';
export { fileHostStore, memoryHostStore, type HostState, type HostStore } from './host-store.js';
export { memoryStream } from './memory-stream.js';
export { StoreDamaged } from './sqlite-file.js';
export { sqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite-store.js';
export type { OutputWrite } from './array-host.js';
export type {
  ControllerEvents,
  ControllerLink,
  ControllerOptions,
  ControllerState,
  ReportOptions,
  SubdeviceState,
  Streams,
} from './options.js';
export type { PointDefinition } from './point-list.js';
export type { Lane, ReportRow, SendStream, StoredFrame, StreamLoss, StreamStore } from './stream.js';
export type { HostedPoint } from '@cupola/contracts';
export { decodeQuality, encodeQuality, parseClaimQr, type ClaimQr, type Quality, type ValueFlag } from '@cupola/domain';
