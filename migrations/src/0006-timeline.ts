import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Timeline entries that repeat are counted in one row, carry facts for screens in any language, and are deleted by age. */
export class Timeline1700000000006 implements MigrationInterface {
  readonly name = 'Timeline1700000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE controller_events ADD facts jsonb NOT NULL DEFAULT '{}', ADD count integer NOT NULL DEFAULT 1 CHECK (count > 0),
        ADD until timestamptz NOT NULL DEFAULT now();
      UPDATE controller_events SET until = at;
      DROP INDEX controller_events_by_controller;
      CREATE INDEX controller_events_newest ON controller_events (controller_id, id DESC);
      CREATE INDEX controller_events_by_age ON controller_events USING brin (at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX controller_events_by_age, controller_events_newest;
      CREATE INDEX controller_events_by_controller ON controller_events (controller_id, at DESC);
      ALTER TABLE controller_events DROP until, DROP count, DROP facts;
    `);
  }
}
