import type { PlantController } from '../plant.js';

/** What the benchmark tells the command probe, which plays the operator and the controllers. */
export type CommandRequest =
  | { kind: 'open'; console: string; gateway: string; pointsRev: string; controllers: PlantController[] }
  /** Each command is for another point than those before. */
  | { kind: 'command'; count: number; perSecond: number };

/** Milliseconds of each command: until the product answered 202, and until the frame was at its controller. Both from the moment at which it was asked. */
export interface CommandResult {
  accepted: number[];
  delivered: number[];
  /** From the 202 to the frame: negative where the frame was faster. */
  acceptedToDelivered: number[];
}
