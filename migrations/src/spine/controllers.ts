export const CONTROLLERS = `
CREATE TABLE gateways (
  id text PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz NOT NULL
);
CREATE TABLE controllers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  site_id uuid NOT NULL REFERENCES sites,
  building_id uuid,
  floor_id uuid REFERENCES floors,
  equipment_id uuid,
  name text NOT NULL,
  slot text NOT NULL UNIQUE,
  type text NOT NULL,
  serial text,
  model text NOT NULL DEFAULT '',
  firmware text NOT NULL DEFAULT '',
  status text NOT NULL DEFAULT 'registered' CHECK (status IN ('registered', 'pending', 'active', 'revoked')),
  shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 63),
  secret_hash bytea,
  next_secret_hash bytea,
  credential_version integer NOT NULL DEFAULT 0,
  points_rev text,
  channels_rev integer NOT NULL DEFAULT 0,
  session_id uuid,
  epoch bigint NOT NULL DEFAULT 0,
  link text NOT NULL DEFAULT 'never' CHECK (link IN ('never', 'online', 'offline')),
  reason text NOT NULL DEFAULT 'never_claimed',
  detail text NOT NULL DEFAULT '',
  since timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by uuid NOT NULL REFERENCES users,
  confirmed_at timestamptz,
  confirmed_by uuid REFERENCES users,
  UNIQUE (site_id, name),
  FOREIGN KEY (building_id, site_id) REFERENCES buildings (id, site_id),
  FOREIGN KEY (equipment_id, building_id) REFERENCES equipment (id, building_id),
  CHECK (status IN ('registered', 'revoked') OR secret_hash IS NOT NULL)
);
CREATE UNIQUE INDEX controllers_by_equipment ON controllers (equipment_id) WHERE equipment_id IS NOT NULL AND status <> 'revoked';
CREATE UNIQUE INDEX controllers_by_serial ON controllers (site_id, serial) WHERE serial IS NOT NULL AND status <> 'revoked';
CREATE TABLE claim_codes (
  controller_id uuid PRIMARY KEY REFERENCES controllers ON DELETE CASCADE,
  code_hmac bytea NOT NULL,
  qr_hmac bytea NOT NULL,
  tries_left integer NOT NULL CHECK (tries_left >= 0),
  expires_at timestamptz NOT NULL,
  created_by uuid NOT NULL REFERENCES users
);
CREATE TABLE tickets (
  hash bytea PRIMARY KEY,
  audience text NOT NULL CHECK (audience IN ('session', 'points', 'console')),
  subprotocol text,
  controller_id uuid REFERENCES controllers ON DELETE CASCADE,
  credential_version integer,
  boot_id text,
  user_session_id uuid REFERENCES user_sessions ON DELETE CASCADE,
  issued_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  consumed_at timestamptz,
  CHECK ((audience = 'console') = (user_session_id IS NOT NULL)),
  CHECK ((audience = 'console') = (controller_id IS NULL))
);
CREATE INDEX tickets_by_controller ON tickets (controller_id) WHERE consumed_at IS NULL;
CREATE INDEX tickets_by_expiry ON tickets (expires_at);
CREATE TABLE controller_sessions (
  id uuid PRIMARY KEY,
  controller_id uuid NOT NULL REFERENCES controllers ON DELETE CASCADE,
  gateway_id text NOT NULL,
  epoch bigint NOT NULL,
  boot_id text,
  remote_address text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz NOT NULL,
  ended_at timestamptz,
  end_code integer,
  end_reason text,
  UNIQUE (controller_id, epoch)
);
CREATE INDEX controller_sessions_open ON controller_sessions (gateway_id) WHERE ended_at IS NULL;
CREATE TABLE controller_events (
  id bigserial PRIMARY KEY,
  controller_id uuid NOT NULL REFERENCES controllers ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL,
  text text NOT NULL
);
CREATE INDEX controller_events_by_controller ON controller_events (controller_id, at DESC);
CREATE TABLE channels (
  id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  controller_id uuid NOT NULL REFERENCES controllers ON DELETE CASCADE,
  key text NOT NULL,
  alias integer NOT NULL,
  label text NOT NULL DEFAULT '',
  kind text NOT NULL CHECK (kind IN ('analog', 'binary', 'multistate')),
  unit text,
  states jsonb,
  writable boolean NOT NULL DEFAULT false,
  min double precision,
  max double precision,
  resolution double precision,
  relinquish_default double precision,
  interval_ms integer,
  point_id uuid REFERENCES points ON DELETE SET NULL,
  quarantine text,
  retired_at timestamptz,
  UNIQUE (controller_id, key)
);
CREATE UNIQUE INDEX channels_live_by_point ON channels (point_id) WHERE point_id IS NOT NULL AND retired_at IS NULL;
CREATE INDEX channels_by_point ON channels (point_id);
`;
