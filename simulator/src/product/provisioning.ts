import { claim, controller, registered, type Claim, type Controller } from '@cupola/contracts';
import { enrol, GatewayRefusal, parseClaimQr, type CredentialStore } from '@cupola/device-client';
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { CallerError } from './caller-error.js';
import type { Place } from './model-import.js';
import { ProductRefusal, type ProductApi } from './product-api.js';
import { findController, readControllers, type Assignment } from './roster.js';

export interface Provisioned {
  readonly assignment: Assignment;
  readonly controllerId: string;
  readonly credentials: CredentialStore;
}

export interface Workshop {
  readonly api: ProductApi;
  readonly gateway: string;
  readonly place: Place;
  /** Where the secret of a controller (by its id) is kept between runs; may be lost. */
  readonly credentials: (controllerId: string) => CredentialStore;
  readonly model: string;
  readonly firmware: string;
  /** Begins every serial number: `RPL` gives `RPL-0A1B...`. */
  readonly serialPrefix: string;
  readonly signal: AbortSignal;
}

const AGAIN_MS = 1000;

/** Brings one controller to where it may send: registered, claimed with its own secret, confirmed. Whatever was done already stays. */
export async function provision(workshop: Workshop, assignment: Assignment, known: Controller | undefined): Promise<Provisioned> {
  const { controllerId, status, claimed } =
    known === undefined ? await register(workshop, assignment) : { controllerId: known.id, status: known.status, claimed: null };
  const credentials = workshop.credentials(controllerId);
  const held = await credentials.load();
  const isOurs = held?.deviceId === controllerId && (status === 'active' || status === 'pending');
  const provisioned = { assignment, controllerId, credentials };
  if (!isOurs) await claimAgain(workshop, provisioned, claimed);
  else if (status === 'pending') await confirm(workshop, controllerId);
  return provisioned;
}

/** A technician's claim of a controller that exists: a new secret; its id, points and stream numbers stay. */
export async function claimAgain(workshop: Workshop, { assignment, controllerId, credentials }: Provisioned, given: Claim | null = null): Promise<void> {
  const issued = given ?? (await workshop.api.post(`/api/v1/controllers/${controllerId}/claim`, {}, claim));
  const code = parseClaimQr(issued.qr)?.code ?? issued.claimCode;
  const credential = await enrolPatiently(workshop, assignment, issued.slot, code);
  await credentials.save(credential);
  await confirm(workshop, controllerId);
}

export async function confirm({ api }: Workshop, controllerId: string): Promise<void> {
  try {
    await api.post(`/api/v1/controllers/${controllerId}/confirm`, {}, z.unknown());
  } catch (error) {
    if (!(error instanceof ProductRefusal) || error.code !== 'CONTROLLER_WRONG_STATUS') throw error;
    // A repetition after a lost answer finds it confirmed.
    const { status } = await api.get(`/api/v1/controllers/${controllerId}`, controller);
    if (status !== 'active') throw error;
  }
}

async function register(workshop: Workshop, assignment: Assignment) {
  const { api, place } = workshop;
  const { name, type, equipmentId } = assignment;
  const body = { name, type, site: place.siteId, building: place.buildingId, ...(equipmentId === null ? {} : { equipment: equipmentId }) };
  try {
    const made = await api.post('/api/v1/controllers', body, registered);
    return { controllerId: made.controller.id, status: made.controller.status, claimed: made.claim };
  } catch (error) {
    if (!(error instanceof ProductRefusal) || error.code !== 'DUPLICATE_CONTROLLER') throw error;
    // The answer to an earlier attempt may have been lost with the product.
    const existing = findController(await readControllers(api, place), assignment);
    if (existing === undefined) throw new CallerError(`Controller ${name} cannot be registered: ${error.message}`);
    return { controllerId: existing.id, status: existing.status, claimed: null };
  }
}

/** The gateway may be restarting, or busy with other controllers; anything else is a refusal to be shown. */
async function enrolPatiently(workshop: Workshop, assignment: Assignment, slot: string, claimCode: string) {
  const { gateway, model, firmware, signal } = workshop;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await enrol(gateway, { slot, claimCode, serial: serialOf(workshop, assignment), model, firmware });
    } catch (error) {
      const isBusy = !(error instanceof GatewayRefusal) || error.status === 429 || error.status >= 500;
      if (!isBusy) throw new CallerError(`Controller ${assignment.name} cannot be claimed: ${(error as Error).message}`);
      await wait((error instanceof GatewayRefusal ? error.retryAfterMs : null) ?? AGAIN_MS, undefined, { signal });
    }
  }
}

/** The same box has the same serial in every run. */
function serialOf({ place, serialPrefix }: Workshop, { equipmentId }: Assignment): string {
  return `${serialPrefix}-${createHash('sha256').update(`${place.buildingId} ${equipmentId ?? ''}`).digest('hex').slice(0, 12).toUpperCase()}`;
}
