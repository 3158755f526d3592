export const HISTORY = `
CREATE TABLE shards (
  shard smallint PRIMARY KEY CHECK (shard BETWEEN 0 AND 63),
  owner text NOT NULL,
  epoch bigint NOT NULL
);
CREATE TABLE streams (
  id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  controller_id uuid NOT NULL REFERENCES controllers ON DELETE CASCADE,
  stream_id text NOT NULL,
  acked bigint NOT NULL DEFAULT 0,
  beyond int8multirange NOT NULL DEFAULT '{}',
  flushed bigint NOT NULL DEFAULT 0,
  UNIQUE (controller_id, stream_id)
);
CREATE TABLE samples (
  channel_id integer NOT NULL,
  source_time timestamptz NOT NULL,
  received_time timestamptz NOT NULL,
  value double precision,
  quality smallint NOT NULL
) PARTITION BY RANGE (source_time);
CREATE INDEX samples_by_channel ON samples (channel_id, source_time);
CREATE TABLE latest_values (
  channel_id integer PRIMARY KEY REFERENCES channels ON DELETE CASCADE,
  source_time timestamptz NOT NULL,
  received_time timestamptz NOT NULL,
  value double precision,
  quality smallint NOT NULL
);
`;
