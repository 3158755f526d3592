import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/unit-of-work.js';

/** A session lasts at most this long, refreshed or not, and ends after this long without a refresh. */
export const SESSION_HOURS = 12;
/** Two tabs may present one token at once, and an answer may be lost: only a later second use is theft. */
const LEEWAY_SECONDS = 10;

export type Rotation =
  | { outcome: 'rotated'; sessionId: string; userId: string; refreshToken: string }
  | { outcome: 'reused'; sessionId: string; userId: string; username: string }
  | { outcome: 'refused' };

interface TokenRow {
  session_id: string;
  user_id: string;
  username: string;
  live: boolean;
  reused: boolean;
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** 256 random bits as 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** One-time tokens that keep a session going; only their hashes are stored. */
@Injectable()
export class RefreshTokens {
  async issue(tx: Transaction, sessionId: string): Promise<string> {
    const token = newSecret();
    await tx.query(
      `INSERT INTO refresh_tokens (hash, session_id, expires_at)
       SELECT $1, id, expires_at FROM user_sessions WHERE id = $2`,
      [sha256(token), sessionId],
    );
    return token;
  }

  /** Exchanges a token for its successor. `reused` means that somebody kept a copy: the session has to end. */
  async rotate(tx: Transaction, token: string): Promise<Rotation> {
    const hash = sha256(token);
    const [row] = await tx.query<TokenRow>(
      `SELECT t.session_id, s.user_id, u.username,
         s.ended_at IS NULL AND s.expires_at > now() AND t.expires_at > now() AND NOT u.disabled AS live,
         COALESCE(t.used_at < clock_timestamp() - make_interval(secs => $2), FALSE) AS reused
       FROM refresh_tokens t JOIN user_sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
       WHERE t.hash = $1 FOR UPDATE OF t, s`,
      [hash, LEEWAY_SECONDS],
    );
    if (row === undefined || !row.live) return { outcome: 'refused' };
    const { session_id: sessionId, user_id: userId, username } = row;
    if (row.reused) return { outcome: 'reused', sessionId, userId, username };
    await tx.query('UPDATE refresh_tokens SET used_at = COALESCE(used_at, clock_timestamp()) WHERE hash = $1', [hash]);
    return { outcome: 'rotated', sessionId, userId, refreshToken: await this.issue(tx, sessionId) };
  }

  /** The open session of a token, used or not; null when there is none. */
  async sessionOf(tx: Transaction, token: string): Promise<{ sessionId: string; userId: string; username: string } | null> {
    const [row] = await tx.query<{ session_id: string; user_id: string; username: string }>(
      `SELECT t.session_id, s.user_id, u.username
       FROM refresh_tokens t JOIN user_sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
       WHERE t.hash = $1 AND s.ended_at IS NULL`,
      [sha256(token)],
    );
    return row === undefined ? null : { sessionId: row.session_id, userId: row.user_id, username: row.username };
  }
}
