import { Injectable } from '@nestjs/common';
import { SessionClocks } from './session-clocks.js';
import { SessionEnds } from './session-ends.js';
import { SessionHello } from './session-hello.js';
import { SessionRenewal } from './session-renewal.js';
import { Subdevices } from './subdevices.js';

/** The parts of a session's life on this side: how it begins, goes on and ends, and what is told in between. */
@Injectable()
export class SessionLife {
  constructor(
    readonly hello: SessionHello,
    readonly renewal: SessionRenewal,
    readonly ends: SessionEnds,
    readonly clocks: SessionClocks,
    readonly subdevices: Subdevices,
  ) {}
}
