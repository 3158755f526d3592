import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a drawn floor has beside its spaces' outlines: outer wall, doors, cores. Null for a generated plan. */
export class FloorDrawings1700000000003 implements MigrationInterface {
  readonly name = 'FloorDrawings1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE floors ADD COLUMN drawing jsonb, ADD CHECK (plan_generated = (drawing IS NULL))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE floors SET plan_generated = true, drawing = NULL WHERE drawing IS NOT NULL');
    await runner.query('ALTER TABLE floors DROP COLUMN drawing');
  }
}
