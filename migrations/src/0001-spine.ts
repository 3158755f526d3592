import type { MigrationInterface, QueryRunner } from 'typeorm';
import { AUDIT } from './spine/audit.js';
import { BUILDING } from './spine/building.js';
import { COMMANDS } from './spine/commands.js';
import { CONTROLLERS } from './spine/controllers.js';
import { HISTORY } from './spine/history.js';
import { PEOPLE } from './spine/people.js';

/** The tables of the spine: people and grants, building model, controllers, history, commands, audit. */
export class Spine1700000000001 implements MigrationInterface {
  readonly name = 'Spine1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [PEOPLE, BUILDING, CONTROLLERS, HISTORY, COMMANDS, AUDIT]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_heads, audit_records, timers, hosted_points, intents, commands, latest_values, samples, streams,
        shards, channels, controller_events, controller_sessions, tickets, claim_codes, controllers, gateways, imports,
        points, equipment_feeds, equipment, zone_spaces, zones, spaces, refresh_tokens, user_sessions, grants, users,
        floors, buildings, sites CASCADE;
      DROP FUNCTION refuse_audit_change;
    `);
  }
}
