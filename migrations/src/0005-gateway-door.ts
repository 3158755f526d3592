import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The door of the device gateway: secrets that change in a session, keys that tickets are bound to, origins of each site. */
export class GatewayDoor1700000000005 implements MigrationInterface {
  readonly name = 'GatewayDoor1700000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE controllers
        ADD COLUMN rotation_salt bytea,
        ADD COLUMN rotation_started_at timestamptz,
        ADD COLUMN rotation_handed_at timestamptz,
        ADD COLUMN old_secret_hash bytea,
        ADD COLUMN secret_since timestamptz,
        ADD COLUMN key_pin bytea CHECK (length(key_pin) = 32),
        ADD CONSTRAINT controllers_rotation CHECK ((rotation_salt IS NULL) = (next_secret_hash IS NULL)
          AND (rotation_salt IS NULL) = (rotation_started_at IS NULL) AND (rotation_handed_at IS NULL OR rotation_salt IS NOT NULL));
      UPDATE controllers SET secret_since = now() WHERE secret_hash IS NOT NULL;
      CREATE INDEX controllers_rotating ON controllers (id) WHERE rotation_salt IS NOT NULL;
      ALTER TABLE tickets ADD COLUMN key_pin bytea;
      ALTER TABLE controller_sessions ADD COLUMN origin text;
      CREATE TABLE device_origins (
        site_id uuid NOT NULL REFERENCES sites ON DELETE CASCADE,
        origin text NOT NULL CHECK (length(origin) <= 300),
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by uuid NOT NULL REFERENCES users,
        PRIMARY KEY (site_id, origin)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE device_origins;
      ALTER TABLE controller_sessions DROP COLUMN origin;
      ALTER TABLE tickets DROP COLUMN key_pin;
      ALTER TABLE controllers DROP CONSTRAINT controllers_rotation, DROP COLUMN rotation_salt, DROP COLUMN rotation_started_at,
        DROP COLUMN rotation_handed_at, DROP COLUMN old_secret_hash, DROP COLUMN secret_since, DROP COLUMN key_pin;
      UPDATE controllers SET next_secret_hash = NULL;
    `);
  }
}
