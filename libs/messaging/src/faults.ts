import type { Refusal } from '@cupola/contracts';
import { DomainError } from '@cupola/contracts';

/** Told of what no caller can be told: a failing event handler, an unreadable message, the true cause of an INTERNAL answer. */
export type FaultReporter = (fault: unknown, subject: string) => void;

export interface BusOptions {
  /** Default: a process warning. */
  onFault?: FaultReporter;
}

/** Body of a refusal on its way back to the requester. */
export type CarriedRefusal = Refusal & { errors?: DomainError['extra']['errors'] };

export const warnOfFault: FaultReporter = (fault, subject) => {
  process.emitWarning(fault instanceof Error ? fault : String(fault), { code: 'CUPOLA_BUS', detail: `subject ${subject}` });
};

/**
 * What the requester is told when an answering handler threw. Only a DomainError was meant for others;
 * anything else stays in the answering program, because it may name what outsiders must not read.
 */
export function refusalOf(thrown: unknown, subject: string, report: FaultReporter): CarriedRefusal {
  if (thrown instanceof DomainError) return { code: thrown.code, detail: thrown.message, ...thrown.extra };
  report(thrown, subject);
  return { code: 'INTERNAL', detail: `${subject} failed in the program that answers it` };
}

/** The error that the requester's promise rejects with. */
export function errorOf({ code, detail, ...extra }: CarriedRefusal): DomainError {
  return new DomainError(code, detail, extra);
}
