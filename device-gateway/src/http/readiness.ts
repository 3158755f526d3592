import { LeaseRenewal } from '../relay/lease-renewal.js';
import { Injectable } from '@nestjs/common';

/** Whether controllers should be sent to this gateway. */
@Injectable()
export class Readiness {
  #isDraining = false;

  constructor(private readonly leases: LeaseRenewal) {}

  /** From now on not ready, for good. */
  withdraw(): void {
    this.#isDraining = true;
  }

  /** Why not; null = ready. */
  get obstacle(): string | null {
    if (this.#isDraining) return 'This gateway is shutting down.';
    return this.leases.isBackendThere ? null : 'Backend does not answer this gateway.';
  }
}
