import { commandStatusResult, type CommandStatusResult, hostedPoint, type SlotApply } from '@cupola/contracts';
import type { CommandEvent } from '@cupola/domain';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../clock.js';
import { Database } from '../../database/database.js';
import { CommandLedger, type Evidence, type Step } from './command-ledger.js';
import { setTimer } from './command-timers.js';
import { type CallOutcome, GatewayCall } from './gateway-call.js';
import { Readback } from './readback.js';
import { ownerOf, readCommand, type StoredCommand } from './stored-command.js';

/** How long one question to a controller may take. */
const ASK_MS = 10_000;
const STOP_WITHIN_MS = 1_000;
const ASK_AGAIN_MS = 2_000;
/** After it a command without a known outcome is given up: UNRESOLVED. */
const GIVE_UP_MS = 86_400_000;

/** Carries a command to the array host and finds out what became of it. Each state is committed before the next step is taken. */
@Injectable()
export class Delivery {
  private readonly logger = new Logger('Commands');
  private readonly underWay = new Map<string, Promise<void>>();
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ledger: CommandLedger,
    private readonly calls: GatewayCall,
    private readonly readback: Readback,
  ) {}

  /** Starts a delivery; its outcome is in the command's row. */
  start(commandId: string): void {
    void this.advance(commandId);
  }

  /** Takes a command on from wherever it stands; joins in where this process is at it already. */
  advance(commandId: string): Promise<void> {
    const running = this.underWay.get(commandId);
    if (running !== undefined) return running;
    const started = this.carryOn(commandId)
      .catch((error: unknown) => {
        // The command's timer brings it back here, after a restart as well.
        if (!this.isStopping) this.logger.error('A command could not be carried on', error);
      })
      .finally(() => this.underWay.delete(commandId));
    this.underWay.set(commandId, started);
    return started;
  }

  /** Lets what is under way finish, for a moment only: what does not is asked about after the restart. */
  async stop(): Promise<void> {
    this.isStopping = true;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, STOP_WITHIN_MS)));
    await Promise.race([Promise.all(this.underWay.values()), patience]);
    clearTimeout(timer);
  }

  private async carryOn(commandId: string): Promise<void> {
    const command = await readCommand(this.database, commandId);
    if (command === undefined) return;
    switch (command.state) {
      case 'ACCEPTED':
        return this.send(command);
      case 'SENT':
        // Nobody here is waiting for the answer: the process that was is gone.
        return this.apply(command, { event: { type: 'unanswered' }, detail: LOST_ANSWER });
      case 'UNKNOWN':
        return this.ask(command);
      case 'STORED':
        return this.readback.confirm(command);
      default:
        return undefined;
    }
  }

  private async send(command: StoredCommand): Promise<void> {
    const operation = operationOf(command, this.clock.now());
    if (command.deliverBy <= this.clock.now() || (operation.remainingMs !== null && operation.remainingMs <= 0)) {
      return this.apply(command, { event: { type: 'expired' }, detail: 'It could not be delivered in time and was not sent.' });
    }
    if (command.controllerId === null || command.key === null) {
      return this.apply(command, { event: { type: 'failed', code: 'POINT_NOT_BOUND' }, detail: 'No controller serves this point any more.' });
    }
    // Committed before it leaves: after a crash it is asked about, not taken for unsent.
    const sent = await this.ledger.step(command.id, { event: { type: 'sent' } });
    if (sent === null) return;
    const payload: SlotApply = { key: command.key, operations: [operation] };
    const outcome = await this.calls.call(command.controllerId, 'slot.apply', payload, command.id, command.deliverBy);
    await this.apply(sent, stepFor(sent, outcome));
  }

  /** UNKNOWN is cleared up by the controller alone, which keeps its last results. */
  private async ask(command: StoredCommand): Promise<void> {
    const now = this.clock.now();
    if (now - command.requestedAt > GIVE_UP_MS) {
      return this.apply(command, { event: { type: 'abandoned' }, detail: 'Nobody could say for a day what became of it.' });
    }
    if (command.controllerId === null) return;
    const outcome = await this.calls.call(command.controllerId, 'command.status', { key: command.id }, `status:${command.id}:${now}`, now + ASK_MS);
    const status = outcome.outcome === 'result' ? commandStatusResult.safeParse(outcome.payload) : undefined;
    if (status?.success === true) await this.apply(command, stepForStatus(command, status.data, outcome.epoch));
    // A session that is there but not ready yet: its WELCOME is still on its way.
    else if (outcome.epoch > 0) await setTimer(this.database, 'command', command.id, now + ASK_AGAIN_MS);
  }

  private async apply(command: StoredCommand, step: Step): Promise<void> {
    const after = await this.ledger.step(command.id, step);
    const resultSeq = step.evidence?.hosted.readSeq ?? null;
    if (after?.state === 'STORED' || after?.state === 'CLAMPED') await this.readback.confirm(after, resultSeq);
  }
}

const LOST_ANSWER = 'The link was lost after it was sent. The controller is asked as soon as it is back.';

function operationOf(command: StoredCommand, now: number): SlotApply['operations'][number] {
  const { operation, level, value, until } = command;
  const remainingMs = operation === 'release' || until === null ? null : until - now;
  return { operation, level, value, commandId: ownerOf(command), remainingMs };
}

function stepFor(command: StoredCommand, outcome: CallOutcome): Step {
  switch (outcome.outcome) {
    case 'offline':
      return { event: { type: 'offline' }, detail: 'The controller was not connected; nothing was sent.' };
    case 'expired':
      return { event: { type: 'expired' }, detail: 'It could not be delivered in time and was not carried out.' };
    case 'unknown':
      return { event: { type: 'unanswered' }, detail: LOST_ANSWER };
    case 'refused':
      return refusalStep(command, outcome.code, outcome.text);
    case 'result':
      return resultStep(outcome.payload, outcome.epoch);
  }
}

function stepForStatus(command: StoredCommand, status: CommandStatusResult, epoch: number): Step {
  switch (status.outcome) {
    case 'never_received':
      return { event: { type: 'expired' }, detail: 'The controller never received it; nothing was changed.' };
    case 'refused':
      return refusalStep(command, status.code, status.text);
    case 'result':
      return resultStep(status.result, epoch);
  }
}

function resultStep(payload: unknown, epoch: number): Step {
  const parsed = hostedPoint.safeParse(payload);
  if (!parsed.success) {
    return { event: { type: 'failed', code: 'CONTROLLER_REFUSED' }, detail: 'The controller gave an answer that cannot be read.' };
  }
  const evidence: Evidence = { hosted: parsed.data, epoch };
  return { event: { type: 'answered', hosted: parsed.data }, evidence };
}

/** A host that refuses a release because another command holds the slot has left that one alone: nothing is to be restored. */
function refusalStep({ operation }: StoredCommand, code: string, text: string): Step {
  const detail = text === '' ? `The controller refused it (${code}).` : `The controller refused it: ${text}`;
  const event: CommandEvent = operation === 'release' && code === 'OVERTAKEN' ? { type: 'superseded' } : { type: 'failed', code };
  return { event, detail };
}
