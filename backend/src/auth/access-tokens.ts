import { DomainError } from '@cupola/contracts';
import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { Clock } from '../clock.js';
import { SigningKeys } from './signing-keys.js';

export const ACCESS_TOKEN_SECONDS = 600;
const ISSUER = 'cupola';
const AUDIENCE = 'cupola-api';
/** Named here and never taken from the token: `none` and HS256 with the public key as its secret end here. */
const ALGORITHM = 'ES256';

const claims = z.object({ sub: z.uuid(), sid: z.uuid() });

export interface AccessClaims {
  userId: string;
  sessionId: string;
}

/** Signs and verifies access tokens. What a token says is only who and which session; rights are read from the database. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
  ) {}

  issue({ userId, sessionId }: AccessClaims): { accessToken: string; expiresIn: number } {
    const { kid, key } = this.keys.signing;
    const issuedAt = Math.floor(this.clock.now() / 1000);
    const accessToken = jwt.sign({ sid: sessionId, iat: issuedAt }, key, {
      ...{ algorithm: ALGORITHM, keyid: kid, subject: userId, issuer: ISSUER, audience: AUDIENCE, expiresIn: ACCESS_TOKEN_SECONDS },
    });
    return { accessToken, expiresIn: ACCESS_TOKEN_SECONDS };
  }

  /** The claims of a valid token, null for anything else. */
  read(token: string): AccessClaims | null {
    try {
      return this.verify(token);
    } catch {
      // Whatever it was, it opens nothing.
      return null;
    }
  }

  /** @throws DomainError UNAUTHENTICATED, with one text for every defect except expiry */
  verify(token: string): AccessClaims {
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const key = kid === undefined ? undefined : this.keys.verifying.get(kid);
    if (key === undefined) throw invalid();
    try {
      const clockTimestamp = Math.floor(this.clock.now() / 1000);
      const payload = jwt.verify(token, key, { algorithms: [ALGORITHM], issuer: ISSUER, audience: AUDIENCE, clockTimestamp });
      const { sub, sid } = claims.parse(payload);
      return { userId: sub, sessionId: sid };
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError) throw new DomainError('UNAUTHENTICATED', 'The access token has expired.');
      throw invalid();
    }
  }
}

function invalid(): DomainError {
  return new DomainError('UNAUTHENTICATED', 'The access token is not valid.');
}
