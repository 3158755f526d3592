import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every intent carries a number that grows with each change, so that a controller can be told whether its slots may be behind. */
export class IntentRevisions1700000000007 implements MigrationInterface {
  readonly name = 'IntentRevisions1700000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SEQUENCE intent_revisions;
      ALTER TABLE intents ADD COLUMN rev bigint NOT NULL DEFAULT nextval('intent_revisions');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE intents DROP COLUMN rev; DROP SEQUENCE intent_revisions;');
  }
}
