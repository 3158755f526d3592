export const PEOPLE = `
CREATE TABLE sites (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE,
  time_zone text NOT NULL,
  address text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE buildings (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  site_id uuid NOT NULL REFERENCES sites,
  name text NOT NULL,
  source_id text,
  unit_system text NOT NULL CHECK (unit_system IN ('metric', 'imperial')),
  revision integer NOT NULL DEFAULT 1,
  UNIQUE (site_id, name),
  UNIQUE (id, site_id)
);
CREATE TABLE floors (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  building_id uuid NOT NULL REFERENCES buildings,
  level integer NOT NULL,
  name text NOT NULL,
  source_id text,
  plan_width real NOT NULL DEFAULT 0,
  plan_height real NOT NULL DEFAULT 0,
  plan_generated boolean NOT NULL DEFAULT true,
  UNIQUE (building_id, level),
  UNIQUE (building_id, source_id),
  UNIQUE (id, building_id)
);
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  username text NOT NULL UNIQUE CHECK (username = lower(username)),
  name text NOT NULL,
  password_hash text NOT NULL,
  disabled boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_login_at timestamptz
);
CREATE TABLE grants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'technician', 'integrator', 'admin')),
  scope text NOT NULL CHECK (scope IN ('all', 'site', 'building', 'floor')),
  site_id uuid REFERENCES sites ON DELETE CASCADE,
  building_id uuid REFERENCES buildings ON DELETE CASCADE,
  floor_id uuid REFERENCES floors ON DELETE CASCADE,
  CHECK ((scope = 'site') = (site_id IS NOT NULL)),
  CHECK ((scope = 'building') = (building_id IS NOT NULL)),
  CHECK ((scope = 'floor') = (floor_id IS NOT NULL)),
  UNIQUE NULLS NOT DISTINCT (user_id, role, scope, site_id, building_id, floor_id)
);
CREATE TABLE user_sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text,
  remote_address text NOT NULL,
  user_agent text NOT NULL DEFAULT ''
);
CREATE INDEX user_sessions_by_user ON user_sessions (user_id) WHERE ended_at IS NULL;
CREATE TABLE refresh_tokens (
  hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES user_sessions ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
`;
