import { Module } from '@nestjs/common';
import { BackendConfig } from '../../config/backend-config.js';
import { HistoryModule } from '../history/index.js';
import { Admission } from './admission.js';
import { AdmissionNotes } from './admission-notes.js';
import { BindingChanges } from './binding-changes.js';
import { Bindings } from './bindings.js';
import { Channels } from './channels.js';
import { ClaimCodes } from './claim-codes.js';
import { ClaimPepper, loadClaimPepper } from './claim-pepper.js';
import { ControllerLife } from './controller-life.js';
import { ControllerLink } from './controller-link.js';
import { ControllerQueries } from './controller-queries.js';
import { ControllerTimeline } from './controller-timeline.js';
import { ControllersController } from './controllers-controller.js';
import { CredentialRefusals } from './credential-refusals.js';
import { CsvRegistration } from './csv-registration.js';
import { DeviceCredentials } from './device-credentials.js';
import { Degradation } from './degradation.js';
import { DeviceOrigins } from './device-origins.js';
import { DeviceOriginsController } from './device-origins-controller.js';
import { DeviceRequests } from './device-requests.js';
import { DeviceRunners } from './device-runners.js';
import { DeviceTickets } from './device-tickets.js';
import { Enrolment } from './enrolment.js';
import { Identity } from './identity.js';
import { Introduction } from './introduction.js';
import { LateHeartbeats } from './late-heartbeats.js';
import { LinkChanges } from './link-changes.js';
import { PointUploads } from './point-uploads.js';
import { Registration } from './registration.js';
import { Rotation } from './rotation.js';
import { RotationController } from './rotation-controller.js';
import { RotationRunner } from './rotation-runner.js';
import { SessionClosing } from './session-closing.js';
import { SessionClocks } from './session-clocks.js';
import { SessionEnds } from './session-ends.js';
import { SessionHello } from './session-hello.js';
import { SessionLife } from './session-life.js';
import { SessionOpening } from './session-opening.js';
import { SessionRenewal } from './session-renewal.js';
import { Settlement } from './settlement.js';
import { SettlementController } from './settlement-controller.js';
import { StreamLosses } from './stream-losses.js';
import { Subdevices } from './subdevices.js';
import { TicketGate } from './ticket-gate.js';
import { TicketRefusals } from './ticket-refusals.js';
import { TicketWriting } from './ticket-writing.js';
import { TimelineRetention } from './timeline-retention.js';
import { ToldChannels } from './told-channels.js';

/** Controllers: registration, identity, sessions, and the channels that they report. */
@Module({
  imports: [HistoryModule],
  controllers: [ControllersController, RotationController, SettlementController, DeviceOriginsController],
  providers: [
    { provide: ClaimPepper, inject: [BackendConfig], useFactory: (config: BackendConfig) => loadClaimPepper(config.dataDir) },
    ...[ClaimCodes, Registration, CsvRegistration, ControllerLife, ControllerQueries, ControllerLink, ControllerTimeline, TimelineRetention],
    ...[LinkChanges, SessionClosing, BindingChanges, Channels, Bindings, ToldChannels, StreamLosses],
    ...[Enrolment, Admission, AdmissionNotes, DeviceCredentials, CredentialRefusals, TicketWriting, DeviceTickets, DeviceOrigins, Rotation, RotationRunner, SessionOpening, TicketGate, TicketRefusals, PointUploads],
    ...[SessionHello, LateHeartbeats, Degradation, SessionRenewal, SessionEnds, SessionLife, SessionClocks, Introduction, Identity, Settlement, Subdevices, DeviceRequests, DeviceRunners],
  ],
  exports: [ControllerQueries, ControllerLink, Degradation],
})
export class DevicesModule {}
