import { createController, type Controller, type ControllerState } from '@cupola/device-client';
import { isLockedOut } from '../product/let-in.js';
import type { AckLog } from './ack-log.js';
import { definePoint } from './point-definitions.js';
import type { Provisioned } from '../product/provisioning.js';
import type { RecordedStream } from './recorded-stream.js';
import type { Recording } from './recording.js';

export const REPLAY_MODEL = 'Cupola replay';

export interface PlayOptions {
  readonly gateway: string;
  readonly firmware: string;
  readonly recording: Recording;
  readonly ackLog: AckLog | null;
  /** The server no longer takes the secret, or waits for a confirmation that was given before. */
  readonly onLockedOut: (played: PlayedController, state: ControllerState) => void;
}

/** One replayed controller: its session, its recorded stream, and the outputs that an operator may command. */
export class PlayedController {
  readonly controller: Controller;
  #hasJoined = false;

  constructor(
    readonly provisioned: Provisioned,
    readonly stream: RecordedStream,
    options: PlayOptions,
  ) {
    const { assignment, controllerId, credentials } = provisioned;
    this.controller = createController({
      gateway: options.gateway,
      credentials,
      points: assignment.points.map((point) => definePoint(point, options.recording)),
      streams: { recordings: [stream] },
      // A simulated output takes every value at once; the priority array decides which one.
      onWrite: () => undefined,
      model: REPLAY_MODEL,
      firmware: options.firmware,
    });
    this.controller.on('acknowledged', ({ streamId, from, to }) => {
      if (streamId === stream.id) options.ackLog?.write({ controller: controllerId, stream: streamId, from, seq: to, rows: stream.rowsBetween(from, to) });
    });
    this.controller.on('state', (state) => {
      if (state.link === 'online') this.#hasJoined = true;
      if (isLockedOut(state)) options.onLockedOut(this, state);
    });
  }

  get name(): string {
    return this.provisioned.assignment.name;
  }

  /** It was welcomed once, so the product has said where its stream goes on. */
  get hasJoined(): boolean {
    return this.#hasJoined;
  }

  get isOnline(): boolean {
    return this.controller.state.link === 'online';
  }
}
