import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As 0002 makes it, with a second definition: an identity that seems to be used by two boxes. */
const DEFINE_SITE_ALARMS = `
CREATE OR REPLACE FUNCTION define_site_alarms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO alarm_definitions (target, site_id, name, condition, deadband, on_delay_ms, off_delay_ms, latching, ack_on_active, ack_on_return, auto_ack,
    priority, consequence, action)
  SELECT 'controllers', NEW.id, name, condition, 0, on_delay_ms, 0, false, true, false, false, priority, consequence, action FROM site_alarms;
  RETURN NULL;
END $$;
`;

const SITE_ALARMS = `
CREATE VIEW site_alarms AS SELECT * FROM (VALUES
  ('Controller offline', 'COMM_LOSS', 10000, 3, 'Its values are not current and commands do not reach it.',
    'Look at the controller''s page: it says why the connection ended.'),
  ('Identity of a controller used twice', 'IDENTITY', 0, 2, 'A second box may speak or act in its place; while both are connected, commands to it are held back.',
    'Look at the controller''s page: it says what was noticed and from where. Find the second box, switch it off, then settle it there.')
) AS a (name, condition, on_delay_ms, priority, consequence, action);
`;

const ONE_SITE_ALARM = `
CREATE OR REPLACE FUNCTION define_site_alarms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO alarm_definitions (target, site_id, name, condition, deadband, on_delay_ms, off_delay_ms, latching, ack_on_active, ack_on_return, auto_ack,
    priority, consequence, action)
  VALUES ('controllers', NEW.id, 'Controller offline', 'COMM_LOSS', 0, 10000, 0, false, true, false, false,
    3, 'Its values are not current and commands do not reach it.', 'Look at the controller''s page: it says why the connection ended.');
  RETURN NULL;
END $$;
`;

/** What is wrong with a controller while it is connected: doubts about its identity, and calls that it leaves unanswered. */
export class ControllerFaults1700000000008 implements MigrationInterface {
  readonly name = 'ControllerFaults1700000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE controllers
        ADD COLUMN doubt text CHECK (doubt IN ('old_secret', 'clone', 'duplicate_identity')),
        ADD COLUMN doubt_detail text NOT NULL DEFAULT '',
        ADD COLUMN doubt_until timestamptz,
        ADD COLUMN degraded_since timestamptz,
        ADD CONSTRAINT controllers_doubt CHECK ((doubt IS NULL) = (doubt_until IS NULL));
    `);
    await runner.query(SITE_ALARMS + DEFINE_SITE_ALARMS);
    await runner.query(`
      INSERT INTO alarm_definitions (target, site_id, name, condition, deadband, on_delay_ms, off_delay_ms, latching, ack_on_active, ack_on_return, auto_ack,
        priority, consequence, action)
      SELECT 'controllers', s.id, a.name, a.condition, 0, a.on_delay_ms, 0, false, true, false, false, a.priority, a.consequence, a.action
      FROM sites s CROSS JOIN site_alarms a WHERE a.condition = 'IDENTITY';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(ONE_SITE_ALARM);
    await runner.query(`
      DROP VIEW site_alarms;
      DELETE FROM alarm_definitions WHERE condition = 'IDENTITY';
      ALTER TABLE controllers DROP CONSTRAINT controllers_doubt, DROP COLUMN doubt, DROP COLUMN doubt_detail, DROP COLUMN doubt_until, DROP COLUMN degraded_since;
    `);
  }
}
