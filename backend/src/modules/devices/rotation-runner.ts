import type { CredentialRotate, ReplyOf } from '@cupola/contracts';
import { BusTimeout, BusUnreachable, type MessageBus } from '@cupola/messaging';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { BUS } from '../../bus.js';
import { Clock } from '../../clock.js';
import { BackendConfig } from '../../config/backend-config.js';
import { Database } from '../../database/database.js';
import { Degradation } from './degradation.js';
import { digestOf } from './digest.js';
import { Repeating } from './repeating.js';
import { Rotation } from './rotation.js';

interface Rotating {
  id: string;
  salt: Buffer;
  next: Buffer;
  session_id: string;
  gateway_id: string;
  epoch: string;
}

const ROUND_MS = 1_000;
const AGE_ROUND_MS = 5_000;
/** Controllers that are asked at a time, and that a round of the age rule takes: each comes back once, a building must not do so together. */
const AT_A_TIME = 10;
const CALL_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 30_000;
/** Answers of controllers that do not know the action: it was certainly not carried out. */
const NOT_UNDERSTOOD = new Set(['UNKNOWN_ACTION', 'NOT_FOUND']);

/** Hands next secrets over in the sessions of their controllers, again and again until one says that it keeps it. */
@Injectable()
export class RotationRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Rotation');
  private readonly handing = new Repeating('Rotation', ROUND_MS, () => this.handAllOver());
  private readonly ageing = new Repeating('Rotation', AGE_ROUND_MS, () => this.startOld());
  /** When a controller that did not take it is asked again, by the session that it had. */
  private readonly later = new Map<string, number>();

  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly clock: Clock,
    private readonly config: BackendConfig,
    private readonly database: Database,
    private readonly rotation: Rotation,
    private readonly degradation: Degradation,
  ) {}

  onApplicationBootstrap(): void {
    this.handing.start();
    if (this.config.rotateSecretsAfterDays !== null) this.ageing.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.handing.stop(), this.ageing.stop()]);
  }

  private async handAllOver(): Promise<void> {
    const rows = await this.database.query<Rotating>(
      `SELECT c.id, c.rotation_salt AS salt, c.next_secret_hash AS next, s.id AS session_id, s.gateway_id, s.epoch
       FROM controllers c JOIN controller_sessions s ON s.id = c.session_id
       WHERE c.rotation_salt IS NOT NULL AND c.rotation_handed_at IS NULL AND c.status = 'active'
         AND s.ended_at IS NULL AND s.lease_until >= now() AND s.boot_id IS NOT NULL ORDER BY c.rotation_started_at`,
    );
    const now = performance.now();
    const present = new Set(rows.map(({ session_id }) => session_id));
    for (const session of this.later.keys()) if (!present.has(session)) this.later.delete(session);
    const due = rows.filter(({ session_id }) => (this.later.get(session_id) ?? 0) <= now).slice(0, AT_A_TIME);
    await Promise.all(due.map((row) => this.handOver(row)));
  }

  private async handOver(row: Rotating): Promise<void> {
    const secret = this.rotation.secretOf(row.id, row.salt);
    // The pepper was replaced meanwhile: what would be handed over is not what was promised.
    const reply = digestOf(secret).equals(row.next) ? await this.call(row, secret) : null;
    if (reply !== null) await this.degradation.called(row.id, reply);
    if (reply?.outcome === 'result') return this.rotation.handedOver(row.id, row.salt);
    if (reply?.outcome === 'refused' && NOT_UNDERSTOOD.has(reply.code)) return this.rotation.notUnderstood(row.id, row.salt);
    this.later.set(row.session_id, performance.now() + AGAIN_AFTER_MS);
  }

  private async call(row: Rotating, secret: string): Promise<ReplyOf<'gateway.<gatewayId>.call'> | null> {
    const request = {
      ...{ controllerId: row.id, sessionId: row.session_id, epoch: Number(row.epoch), action: 'credential.rotate' },
      payload: { secret } satisfies CredentialRotate,
      // The same key for the same secret: a controller that did it already says so again.
      key: `rotate:${row.salt.toString('base64url')}`,
      deliverBy: this.clock.now() + CALL_WITHIN_MS,
    };
    try {
      return await this.bus.request('gateway.<gatewayId>.call', request, { to: row.gateway_id, timeoutMs: 2 * CALL_WITHIN_MS });
    } catch (error) {
      // Whether it arrived is not known: the next attempt brings the same secret.
      if (!(error instanceof BusTimeout || error instanceof BusUnreachable)) this.logger.warn(`A secret was not handed over: ${String(error)}`);
      return null;
    }
  }

  private async startOld(): Promise<void> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT id FROM controllers WHERE status = 'active' AND link = 'online' AND rotation_salt IS NULL
         AND secret_since < now() - $1 * interval '1 day' ORDER BY secret_since LIMIT $2`,
      [this.config.rotateSecretsAfterDays, AT_A_TIME],
    );
    for (const { id } of rows) await this.rotation.start({ system: 'age of secrets' }, id);
  }
}
