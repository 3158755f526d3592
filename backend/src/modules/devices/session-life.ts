import { Injectable } from '@nestjs/common';
import { SessionEnds } from './session-ends.js';
import { SessionHello } from './session-hello.js';
import { SessionRenewal } from './session-renewal.js';

/** The three parts of a session's life on this side: how it begins, goes on and ends. */
@Injectable()
export class SessionLife {
  constructor(
    readonly hello: SessionHello,
    readonly renewal: SessionRenewal,
    readonly ends: SessionEnds,
  ) {}
}
