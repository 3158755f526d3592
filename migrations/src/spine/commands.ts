export const COMMANDS = `
CREATE TABLE commands (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  point_id uuid NOT NULL REFERENCES points,
  controller_id uuid REFERENCES controllers,
  level smallint NOT NULL CHECK (level BETWEEN 1 AND 16),
  operation text NOT NULL CHECK (operation IN ('write', 'release')),
  value double precision,
  state text NOT NULL,
  fact text CHECK (fact IN ('RELEASED', 'ENDED', 'OVERTAKEN')),
  stored_value double precision,
  readback_value double precision,
  code text,
  detail text,
  requested_by uuid REFERENCES users,
  requested_by_name text NOT NULL,
  reason text NOT NULL,
  idempotency_key text,
  request_digest bytea,
  previous_intent jsonb,
  requested_at timestamptz NOT NULL DEFAULT now(),
  deliver_by timestamptz NOT NULL,
  until timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  CHECK ((operation = 'write') = (value IS NOT NULL)),
  CHECK (operation = 'release' OR level <> 8 OR until IS NOT NULL)
);
CREATE UNIQUE INDEX commands_by_idempotency ON commands (requested_by, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX commands_by_point ON commands (point_id, requested_at DESC);
CREATE UNIQUE INDEX commands_in_flight ON commands (point_id, level) WHERE state IN ('ACCEPTED', 'SENT');
CREATE TABLE intents (
  point_id uuid NOT NULL REFERENCES points,
  level smallint NOT NULL CHECK (level BETWEEN 1 AND 16),
  value double precision,
  command_id uuid NOT NULL REFERENCES commands,
  owner text NOT NULL,
  reason text NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  version integer NOT NULL DEFAULT 1,
  PRIMARY KEY (point_id, level),
  CHECK (level <> 8 OR until IS NOT NULL)
);
CREATE TABLE hosted_points (
  point_id uuid PRIMARY KEY REFERENCES points,
  controller_id uuid NOT NULL REFERENCES controllers,
  hosted jsonb NOT NULL,
  reported_at timestamptz NOT NULL
);
CREATE TABLE timers (
  id bigserial PRIMARY KEY,
  kind text NOT NULL,
  subject uuid NOT NULL,
  due_at timestamptz NOT NULL,
  UNIQUE (kind, subject)
);
CREATE INDEX timers_by_due ON timers (due_at);
`;
