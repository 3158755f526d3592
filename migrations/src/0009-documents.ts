import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is too large for one message to a controller: kept for one fetch, with a ticket for exactly that. */
export class Documents1700000000009 implements MigrationInterface {
  readonly name = 'Documents1700000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents (
        id uuid PRIMARY KEY,
        controller_id uuid NOT NULL REFERENCES controllers ON DELETE CASCADE,
        epoch bigint NOT NULL,
        topic text NOT NULL CHECK (topic IN ('slots')),
        text text NOT NULL,
        expires_at timestamptz NOT NULL,
        UNIQUE (controller_id, topic)
      );
      CREATE INDEX documents_by_expiry ON documents (expires_at);
      ALTER TABLE tickets
        ADD COLUMN document_id uuid,
        DROP CONSTRAINT tickets_audience_check,
        ADD CONSTRAINT tickets_audience_check CHECK (audience IN ('session', 'points', 'document', 'console')),
        ADD CONSTRAINT tickets_document CHECK ((audience = 'document') = (document_id IS NOT NULL));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM tickets WHERE audience = 'document';
      ALTER TABLE tickets
        DROP COLUMN document_id,
        DROP CONSTRAINT tickets_audience_check,
        ADD CONSTRAINT tickets_audience_check CHECK (audience IN ('session', 'points', 'console'));
      DROP TABLE documents;
    `);
  }
}
