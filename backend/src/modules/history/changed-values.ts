import type { ValuesChanged } from '@cupola/contracts';
import { decodeQuality } from '@cupola/domain';
import type { LatestValues } from './latest-values.js';

/** Keeps one event well below the bus' limit of a megabyte. */
const VALUES_PER_EVENT = 2000;

/** The events that tell of changed readings. Channels that serve no point are nobody's business. */
export function* changedValues(channelIds: Iterable<number>, latest: LatestValues): Generator<ValuesChanged> {
  let values: ValuesChanged['values'] = [];
  for (const channelId of channelIds) {
    const pointId = latest.pointOf(channelId);
    const reading = latest.ofChannel(channelId);
    if (pointId === undefined || !reading) continue;
    const { value, stored, sourceTime, receivedTime } = reading;
    values.push({ pointId, channelId, value, ...decodeQuality(stored), sourceTime, receivedTime });
    if (values.length < VALUES_PER_EVENT) continue;
    yield { values };
    values = [];
  }
  if (values.length > 0) yield { values };
}
