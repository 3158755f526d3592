import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each second every gateway asks which of its sessions ended just now: that must not read all that ever were. */
export class EndedSessions1700000000010 implements MigrationInterface {
  readonly name = 'EndedSessions1700000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX controller_sessions_ended ON controller_sessions (gateway_id, ended_at) WHERE ended_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX controller_sessions_ended');
  }
}
