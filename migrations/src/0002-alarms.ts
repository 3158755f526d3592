import type { MigrationInterface, QueryRunner } from 'typeorm';

const ALARMS = `
CREATE TABLE alarm_definitions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  target text NOT NULL CHECK (target IN ('point', 'class', 'controllers', 'gateways')),
  point_id uuid REFERENCES points ON DELETE CASCADE,
  site_id uuid REFERENCES sites ON DELETE CASCADE,
  building_id uuid REFERENCES buildings ON DELETE CASCADE,
  floor_id uuid,
  brick_class text,
  name text NOT NULL,
  condition text NOT NULL,
  "limit" double precision,
  reference_class text,
  deadband double precision NOT NULL CHECK (deadband >= 0),
  on_delay_ms integer NOT NULL CHECK (on_delay_ms >= 0),
  off_delay_ms integer NOT NULL CHECK (off_delay_ms >= 0),
  latching boolean NOT NULL,
  ack_on_active boolean NOT NULL,
  ack_on_return boolean NOT NULL,
  auto_ack boolean NOT NULL,
  priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 4),
  shelvable boolean NOT NULL DEFAULT true,
  max_shelf_ms integer NOT NULL DEFAULT 28800000 CHECK (max_shelf_ms > 0),
  re_alarm_ms integer CHECK (re_alarm_ms > 0),
  max_re_alarms integer NOT NULL DEFAULT 0,
  never_suppress boolean NOT NULL DEFAULT false,
  consequence text NOT NULL DEFAULT '',
  action text NOT NULL DEFAULT '',
  respond_within_ms integer,
  enabled boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by uuid REFERENCES users,
  FOREIGN KEY (floor_id, building_id) REFERENCES floors (id, building_id) ON DELETE CASCADE,
  CHECK ((target = 'point') = (point_id IS NOT NULL)),
  CHECK ((target = 'class') = (brick_class IS NOT NULL AND building_id IS NOT NULL)),
  CHECK ((target = 'controllers') = (site_id IS NOT NULL)),
  CHECK (condition NOT IN ('HI', 'LO', 'DEV') OR "limit" IS NOT NULL),
  CHECK ((condition = 'DEV') = (reference_class IS NOT NULL)),
  CHECK (NOT auto_ack OR priority > 2)
);
CREATE TABLE alarms (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  definition_id uuid NOT NULL REFERENCES alarm_definitions ON DELETE CASCADE,
  point_id uuid REFERENCES points ON DELETE CASCADE,
  controller_id uuid REFERENCES controllers ON DELETE CASCADE,
  gateway_id text,
  site_id uuid REFERENCES sites ON DELETE CASCADE,
  building_id uuid REFERENCES buildings ON DELETE CASCADE,
  floor_id uuid REFERENCES floors ON DELETE CASCADE,
  shard smallint NOT NULL CHECK (shard BETWEEN 0 AND 63),
  priority smallint NOT NULL CHECK (priority BETWEEN 1 AND 4),
  state text NOT NULL DEFAULT 'NORM',
  active boolean NOT NULL DEFAULT false,
  acked boolean NOT NULL DEFAULT true,
  occurrence integer NOT NULL DEFAULT 0,
  instance jsonb NOT NULL,
  value double precision,
  changed_at timestamptz NOT NULL DEFAULT now(),
  acked_at timestamptz,
  acked_by text,
  late jsonb,
  version integer NOT NULL DEFAULT 0,
  CHECK (num_nonnulls(point_id, controller_id, gateway_id) = 1),
  UNIQUE NULLS NOT DISTINCT (definition_id, point_id, controller_id, gateway_id, site_id)
);
CREATE INDEX alarms_shown ON alarms (priority, changed_at DESC) WHERE state <> 'NORM';
CREATE INDEX alarms_by_point ON alarms (point_id);
CREATE INDEX alarms_by_controller ON alarms (controller_id);
CREATE INDEX alarms_by_shard ON alarms (shard);
CREATE TABLE alarm_journal (
  number bigint PRIMARY KEY,
  alarm_id uuid NOT NULL,
  definition_id uuid NOT NULL,
  site_id uuid,
  building_id uuid,
  floor_id uuid,
  fact text NOT NULL,
  occurrence integer NOT NULL,
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  by_name text,
  text text,
  value double precision,
  state text NOT NULL,
  acked boolean NOT NULL
);
CREATE INDEX alarm_journal_by_alarm ON alarm_journal (alarm_id, number DESC);
CREATE TABLE alarm_journal_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  number bigint NOT NULL
);
INSERT INTO alarm_journal_head (number) VALUES (0);
CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the alarm journal cannot be changed';
END $$;
CREATE TRIGGER alarm_journal_only_grows BEFORE UPDATE OR DELETE ON alarm_journal FOR EACH ROW EXECUTE FUNCTION refuse_journal_change();
CREATE TRIGGER alarm_journal_not_truncated BEFORE TRUNCATE ON alarm_journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change();
-- Whoever removes a point, a controller or a definition: a live alarm leaves its end in the journal.
CREATE FUNCTION journal_alarm_removal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  facts text[] := CASE WHEN OLD.active THEN ARRAY['CLEARED', 'DISABLED'] ELSE ARRAY['DISABLED'] END;
  head bigint;
BEGIN
  UPDATE alarm_journal_head SET number = number + cardinality(facts) RETURNING number - cardinality(facts) INTO head;
  INSERT INTO alarm_journal (number, alarm_id, definition_id, site_id, building_id, floor_id, fact, occurrence, at, text, value, state, acked)
  SELECT head + n, OLD.id, OLD.definition_id, OLD.site_id, OLD.building_id, OLD.floor_id, fact, OLD.occurrence, clock_timestamp(),
    'What it watched was removed', OLD.value, 'DISABLED', true
  FROM unnest(facts) WITH ORDINALITY AS f (fact, n);
  RETURN OLD;
END $$;
CREATE TRIGGER alarms_leave_a_line BEFORE DELETE ON alarms FOR EACH ROW WHEN (OLD.state NOT IN ('NORM', 'DISABLED')) EXECUTE FUNCTION journal_alarm_removal();
`;

/** Every site gets its COMM_LOSS definition, whichever way the site is made; gateways have one for all. */
const DEFAULTS = `
CREATE FUNCTION define_site_alarms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO alarm_definitions (target, site_id, name, condition, deadband, on_delay_ms, off_delay_ms, latching, ack_on_active, ack_on_return, auto_ack,
    priority, consequence, action)
  VALUES ('controllers', NEW.id, 'Controller offline', 'COMM_LOSS', 0, 10000, 0, false, true, false, false,
    3, 'Its values are not current and commands do not reach it.', 'Look at the controller''s page: it says why the connection ended.');
  RETURN NULL;
END $$;
CREATE TRIGGER sites_get_alarms AFTER INSERT ON sites FOR EACH ROW EXECUTE FUNCTION define_site_alarms();
INSERT INTO alarm_definitions (target, site_id, name, condition, deadband, on_delay_ms, off_delay_ms, latching, ack_on_active, ack_on_return, auto_ack,
  priority, consequence, action)
SELECT 'controllers', id, 'Controller offline', 'COMM_LOSS', 0, 10000, 0, false, true, false, false,
  3, 'Its values are not current and commands do not reach it.', 'Look at the controller''s page: it says why the connection ended.'
FROM sites;
INSERT INTO alarm_definitions (target, name, condition, deadband, on_delay_ms, off_delay_ms, latching, ack_on_active, ack_on_return, auto_ack,
  priority, consequence, action)
VALUES ('gateways', 'Gateway lost', 'COMM_LOSS', 0, 0, 0, false, true, false, false,
  2, 'No controller that it served is connected: their values are not current.', 'Look whether the gateway program and its network are up.');
`;

/** Alarm definitions, their instances, and the journal that is numbered in commit order. */
export class Alarms1700000000002 implements MigrationInterface {
  readonly name = 'Alarms1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ALARMS);
    await runner.query(DEFAULTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER sites_get_alarms ON sites;
      DROP TABLE alarm_journal_head, alarm_journal, alarms, alarm_definitions CASCADE;
      DROP FUNCTION refuse_journal_change, journal_alarm_removal, define_site_alarms;
    `);
  }
}
