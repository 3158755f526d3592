import type { Controller, ControllerState } from '@cupola/device-client';
import { claimAgain, confirm, type Provisioned, type Workshop } from './provisioning.js';

/** The server no longer takes the secret, or waits for a confirmation that was given before. */
export function isLockedOut({ code, link }: ControllerState): boolean {
  return code === 401 || link === 'pending' || link === 'halted';
}

/** Does what a technician would for a controller that the server turned away: confirms it, or claims it again. */
export async function letIn(workshop: Workshop, provisioned: Provisioned, controller: Controller, state: ControllerState): Promise<void> {
  if (state.link === 'pending') return confirm(workshop, provisioned.controllerId);
  await controller.stop();
  await claimAgain(workshop, provisioned);
  await controller.start();
}
