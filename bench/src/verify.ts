import type pg from 'pg';

const PER_CHANNEL = `
  SELECT channel_id, count(*)::int AS count, sum(value) AS sum, sum(value * value) AS squares
  FROM samples WHERE channel_id <= $1 GROUP BY channel_id`;

/**
 * Every channel up to `highest` holds the values 1..rounds, each once: count, sum and sum of squares agree.
 * @throws Error naming a channel that lost or doubled a sample: whatever its speed, the benchmark has failed
 */
export async function verifyRounds(client: pg.Client, channels: number, highest: number, rounds: number): Promise<void> {
  const { rows } = await client.query<{ channel_id: number; count: number; sum: number; squares: number }>(PER_CHANNEL, [highest]);
  if (rows.length !== channels) throw new Error(`${channels} channels were fed, ${rows.length} have samples`);
  const sum = (rounds * (rounds + 1)) / 2;
  const squares = (rounds * (rounds + 1) * (2 * rounds + 1)) / 6;
  const wrong = rows.find((row) => row.count !== rounds || row.sum !== sum || row.squares !== squares);
  if (wrong) throw new Error(`channel ${wrong.channel_id} holds ${wrong.count} samples instead of ${rounds}, or wrong ones: samples were lost or doubled`);
}
