export const BUILDING = `
CREATE TABLE spaces (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  floor_id uuid NOT NULL REFERENCES floors ON DELETE CASCADE,
  name text NOT NULL,
  source_id text,
  outline jsonb NOT NULL DEFAULT '[]',
  tags jsonb NOT NULL DEFAULT '{}',
  UNIQUE (floor_id, source_id)
);
CREATE TABLE zones (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  building_id uuid NOT NULL REFERENCES buildings,
  kind text NOT NULL CHECK (kind IN ('hvac', 'lighting', 'fire')),
  name text NOT NULL,
  source_id text,
  tags jsonb NOT NULL DEFAULT '{}',
  UNIQUE (building_id, source_id)
);
CREATE TABLE zone_spaces (
  zone_id uuid NOT NULL REFERENCES zones ON DELETE CASCADE,
  space_id uuid NOT NULL REFERENCES spaces ON DELETE CASCADE,
  PRIMARY KEY (zone_id, space_id)
);
CREATE INDEX zone_spaces_by_space ON zone_spaces (space_id);
CREATE TABLE equipment (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  building_id uuid NOT NULL REFERENCES buildings,
  floor_id uuid REFERENCES floors,
  space_id uuid REFERENCES spaces ON DELETE SET NULL,
  parent_id uuid REFERENCES equipment ON DELETE SET NULL,
  name text NOT NULL,
  brick_class text,
  source_id text,
  tags jsonb NOT NULL DEFAULT '{}',
  UNIQUE (building_id, source_id),
  UNIQUE (id, building_id),
  CHECK (parent_id <> id)
);
CREATE TABLE equipment_feeds (
  equipment_id uuid NOT NULL REFERENCES equipment ON DELETE CASCADE,
  fed_equipment_id uuid REFERENCES equipment ON DELETE CASCADE,
  fed_zone_id uuid REFERENCES zones ON DELETE CASCADE,
  CHECK ((fed_equipment_id IS NULL) <> (fed_zone_id IS NULL)),
  UNIQUE NULLS NOT DISTINCT (equipment_id, fed_equipment_id, fed_zone_id)
);
CREATE TABLE points (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  building_id uuid NOT NULL REFERENCES buildings,
  floor_id uuid,
  zone_id uuid REFERENCES zones ON DELETE SET NULL,
  space_id uuid REFERENCES spaces ON DELETE SET NULL,
  equipment_id uuid,
  key text NOT NULL,
  label text NOT NULL,
  source_id text,
  brick_class text,
  kind text NOT NULL CHECK (kind IN ('analog', 'binary', 'multistate')),
  function text NOT NULL CHECK (function IN ('sensor', 'command', 'setpoint', 'status')),
  unit text,
  states jsonb,
  writable boolean NOT NULL DEFAULT false,
  min double precision,
  max double precision,
  resolution double precision CHECK (resolution > 0),
  relinquish_default double precision,
  stale_after_ms integer NOT NULL DEFAULT 1800000 CHECK (stale_after_ms > 0),
  max_override_ms integer NOT NULL DEFAULT 28800000 CHECK (max_override_ms > 0),
  tags jsonb NOT NULL DEFAULT '{}',
  external_refs jsonb NOT NULL DEFAULT '[]',
  UNIQUE (building_id, key),
  UNIQUE (building_id, source_id),
  FOREIGN KEY (floor_id, building_id) REFERENCES floors (id, building_id),
  FOREIGN KEY (equipment_id, building_id) REFERENCES equipment (id, building_id),
  CHECK (kind = 'analog' OR unit IS NULL),
  CHECK (min IS NULL OR max IS NULL OR min <= max)
);
CREATE INDEX points_by_floor ON points (floor_id);
CREATE INDEX points_by_equipment ON points (equipment_id);
CREATE INDEX points_by_zone ON points (zone_id);
CREATE TABLE imports (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  status text NOT NULL CHECK (status IN ('ready', 'rejected', 'applied')),
  source text NOT NULL,
  options jsonb NOT NULL,
  report jsonb NOT NULL,
  building_id uuid REFERENCES buildings,
  building_revision integer,
  created_by uuid NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now(),
  applied_at timestamptz
);
`;
