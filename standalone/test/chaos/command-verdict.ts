import type { auditRecord, Command, PointDetail } from '@cupola/contracts';
import { OPERATOR_LEVEL } from '@cupola/domain';
import type { z } from 'zod';
import type { Deed, HostWitness } from './host-witness.js';
import type { OperatorConsole } from './operator-console.js';
import { UNDER_WAY } from './operators.js';
import type { Box } from './site.js';

type AuditRecord = z.infer<typeof auditRecord>;

/** Between a host's look at the clock and its note of what it did. */
const TOLERANCE_MS = 250;
/** The host holds it, or held it until its time was over or somebody else took the slot. */
const CARRIED_OUT = new Set(['EFFECTIVE', 'MASKED', 'CLAMPED', 'PROVEN', 'MISMATCH']);
const NEVER_CARRIED_OUT = new Set(['OFFLINE', 'EXPIRED', 'CANCELLED', 'SUPERSEDED', 'REJECTED']);
/** Failures of a command that its host did store. */
const STORED_FIRST = new Set(['SLOT_EMPTY', 'OVERTAKEN', 'READBACK_DIFFERS', 'NOT_RELEASED']);
/** Endings that are an audit record of their own. */
const AUDITED_ENDINGS = new Set(['EXPIRED', 'OFFLINE', 'FAILED']);

export interface Evidence {
  readonly commands: readonly Command[];
  readonly accepted: ReadonlySet<string>;
  readonly audit: readonly AuditRecord[];
  readonly boxes: readonly Box[];
}

/** Everything that does not fit together, in words; empty when all is well. */
export function judge({ commands, accepted, audit, boxes }: Evidence): string[] {
  const hosts = new Map(boxes.flatMap(({ points, controller }) => points.map(({ id }) => [id, controller.witness])));
  const known = new Set(commands.map(({ id }) => id));
  const missing = [...accepted].filter((id) => !known.has(id)).map((id) => `${id} was accepted and is gone`);
  return [...missing, ...commands.flatMap((command) => judgeOne(command, hosts.get(command.pointId), accepted)), ...judgeAudit(commands, audit)];
}

function judgeOne(command: Command, host: HostWitness | undefined, accepted: ReadonlySet<string>): string[] {
  const deed = host?.deeds.get(command.id);
  const found = [...judgeOutcome(command, deed, host?.holders.has(command.id) === true)];
  // What was refused because the controller was away is on record, and is no accepted command.
  if (!accepted.has(command.id) && command.state !== 'OFFLINE') found.push('nobody was told that it was accepted');
  if (deed !== undefined && deed.at > Date.parse(command.deliverBy) + TOLERANCE_MS) {
    found.push(`carried out ${deed.at - Date.parse(command.deliverBy)} ms after its delivery deadline`);
  }
  return found.map((fault) => `${describe(command)}: ${fault}`);
}

function judgeOutcome({ state, code, detail }: Command, deed: Deed | undefined, heldSlot: boolean): string[] {
  if (UNDER_WAY.has(state)) return ['it has no outcome'];
  if (CARRIED_OUT.has(state)) return deed?.isKept === true ? [] : ['the controller never carried it out'];
  if (NEVER_CARRIED_OUT.has(state)) return deed === undefined && !heldSlot ? [] : ['the controller carried it out all the same'];
  if (state !== 'FAILED') return ['nobody gave it this outcome on purpose'];
  if (code === null || detail === null) return ['it failed without a reason'];
  if (STORED_FIRST.has(code)) return deed?.isKept === true ? [] : ['the controller never stored it'];
  return deed?.isKept === true ? ['the controller carried it out all the same'] : [];
}

function judgeAudit(commands: readonly Command[], audit: readonly AuditRecord[]): string[] {
  const records = new Set(audit.map(({ after, result }) => `${result} ${(after as { command?: string } | null)?.command}`));
  return commands.flatMap((command) => {
    const wanted = [...(command.state === 'OFFLINE' ? [] : ['done']), ...(AUDITED_ENDINGS.has(command.state) ? ['refused'] : [])];
    return wanted.filter((result) => !records.has(`${result} ${command.id}`)).map((result) => `${describe(command)}: no audit record says "${result}"`);
  });
}

/** What the operators' slot of every point holds: at the host, in the server's intent, and in the server's mirror of the host. */
export async function judgeSlots(console: OperatorConsole, boxes: readonly Box[], commands: readonly Command[]): Promise<string[]> {
  const byId = new Map(commands.map((command) => [command.id, command]));
  const found: string[] = [];
  for (const { points, controller, name } of boxes) {
    for (const { id, key } of points.filter(({ writable }) => writable)) {
      const held = controller.hosted.find((hosted) => hosted.key === key)?.slots.find(({ level }) => level === OPERATOR_LEVEL);
      const { slots } = await console.get<PointDetail>(`/points/${id}`);
      const { intent, reported } = slots.find(({ level }) => level === OPERATOR_LEVEL) ?? { intent: null, reported: null };
      const holder = held?.commandId ?? null;
      const [intended, mirrored] = [intent?.commandId ?? null, reported?.commandId ?? null];
      const stored = holder === null ? null : (byId.get(holder)?.storedValue ?? null);
      const faults = [
        ...(holder === intended ? [] : [`the server's intent to ${nameOf(intended, byId)}`]),
        ...(holder === mirrored ? [] : [`the server believes to ${nameOf(mirrored, byId)}`]),
        ...((held?.value ?? null) === stored ? [] : [`it holds ${held?.value}, its command says ${stored}`]),
      ];
      const history = commands.filter(({ pointId }) => pointId === id).map((command) => `\n    ${command.requestedAt} ${describe(command)}`);
      if (faults.length > 0) found.push(`${name} ${key}: the host's slot belongs to ${nameOf(holder, byId)}; ${faults.join('; ')}${history.join('')}`);
    }
  }
  return found;
}

function nameOf(id: string | null, commands: ReadonlyMap<string, Command>): string {
  if (id === null) return 'nobody';
  const command = commands.get(id);
  return command === undefined ? id : describe(command);
}

function describe({ id, operation, pointLabel, value, state, fact, code, detail }: Command): string {
  const outcome = [state, fact, code, detail].filter((part) => part !== null).join(', ');
  return `${operation} ${id} of ${pointLabel}${value === null ? '' : ` to ${value}`} (${outcome})`;
}
