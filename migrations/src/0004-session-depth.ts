import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recorded losses, devices behind controllers, clocks, held commands, streams that start over. */
export class SessionDepth1700000000004 implements MigrationInterface {
  readonly name = 'SessionDepth1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stream_losses (
        id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        controller_id uuid NOT NULL REFERENCES controllers ON DELETE CASCADE,
        stream_id text NOT NULL,
        from_seq bigint NOT NULL,
        to_seq bigint NOT NULL CHECK (to_seq >= from_seq),
        why text NOT NULL,
        carries text,
        rows integer,
        oldest timestamptz,
        newest timestamptz,
        at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX stream_losses_by_controller ON stream_losses (controller_id, id DESC);
      CREATE TABLE subdevices (
        controller_id uuid NOT NULL REFERENCES controllers ON DELETE CASCADE,
        id text NOT NULL,
        state text NOT NULL,
        since timestamptz NOT NULL,
        PRIMARY KEY (controller_id, id)
      );
      ALTER TABLE channels ADD COLUMN subdevice text;
      -- The lowest "next" of the HELLOs that were refused since the stream fell behind what is stored.
      ALTER TABLE streams ADD COLUMN restarts_at bigint;
      ALTER TABLE controllers ADD COLUMN accepts_new_streams boolean NOT NULL DEFAULT false, ADD COLUMN commands_held_until timestamptz;
      ALTER TABLE controller_sessions ADD COLUMN clock_offset_ms bigint,
        ADD COLUMN clock_source text NOT NULL DEFAULT '', ADD COLUMN taken_over_at timestamptz;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE controller_sessions DROP COLUMN clock_offset_ms, DROP COLUMN clock_source, DROP COLUMN taken_over_at;
      ALTER TABLE controllers DROP COLUMN accepts_new_streams, DROP COLUMN commands_held_until;
      ALTER TABLE streams DROP COLUMN restarts_at;
      ALTER TABLE channels DROP COLUMN subdevice;
      DROP TABLE subdevices, stream_losses;
    `);
  }
}
