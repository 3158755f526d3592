import type { DevicePoint, ReplyOf } from '@cupola/contracts';
import type { MessageBus } from '@cupola/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { CallerFacts } from '../listener/caller.js';
import { LeaseRenewal } from '../relay/lease-renewal.js';
import { BUS } from '../tokens.js';

const MAX_PART_POINTS = 1_000;
/** The bus carries 1 MB. */
const MAX_PART_BYTES = 512 * 1024;
const PART_WITHIN_MS = 8_000;

/** Hands a point list to backend in parts that the bus carries. */
@Injectable()
export class PointListUpload {
  constructor(
    @Inject(BUS) private readonly bus: MessageBus,
    private readonly leases: LeaseRenewal,
  ) {}

  async put(ticket: string, points: readonly DevicePoint[], facts: CallerFacts): Promise<ReplyOf<'points.put'>> {
    const parts = splitPoints(points);
    const uploadId = randomUUID();
    let reply: ReplyOf<'points.put'> = { pointsRev: '', accepted: 0, quarantined: [] };
    for (const [part, list] of parts.entries()) {
      const body = { ticket, uploadId, part, parts: parts.length, ...facts, points: list };
      reply = await this.bus.request('points.put', body, { timeoutMs: PART_WITHIN_MS });
    }
    // A session may hold samples until its channels are those of this list.
    void this.leases.now();
    return reply;
  }
}

/** Parts of at most 1,000 entries and half a megabyte; an empty list is one empty part. */
export function splitPoints(points: readonly DevicePoint[]): DevicePoint[][] {
  const parts: DevicePoint[][] = [[]];
  let bytes = 0;
  for (const point of points) {
    const size = Buffer.byteLength(JSON.stringify(point)) + 1;
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && (last.length >= MAX_PART_POINTS || bytes + size > MAX_PART_BYTES)) {
      parts.push([point]);
      bytes = size;
    } else {
      last.push(point);
      bytes += size;
    }
  }
  return parts;
}
