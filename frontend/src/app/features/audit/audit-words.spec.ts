import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { prepareConsole } from '../../../testing/console';
import { Words } from '../../core/words';
import type { AuditRecord } from '../../core/wire';
import { AuditWords } from './audit-words';

const record = (before: unknown, after: unknown) => ({ before, after }) as AuditRecord;
let words: AuditWords;

beforeEach(async () => {
  await prepareConsole();
  words = TestBed.inject(AuditWords);
});

describe('a record of the audit', () => {
  it('names what was done in the reader\'s language, and what has no words by its own name', async () => {
    expect(words.operation('controller.revoke')).toBe('Revoked a controller');
    expect(words.operation('floor-plan.publish')).toBe('floor plan publish');
    await TestBed.inject(Words).choose('de');
    expect(words.operation('controller.revoke')).toBe('Controller ausgeschlossen');
  });

  it('says only what became different, without ids and without raw structures', () => {
    const before = { status: 'registered', serial: null, id: '0f8fad5b-d9cb-469f-a165-70867728950e', enabled: true };
    const after = { status: 'pending', serial: 'SN-1', id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', enabled: true, grants: [{ role: 'admin', scope: 'all' }] };
    expect(words.changes(record(before, after))).toEqual([
      { what: 'Status', before: 'Registered, not claimed', after: 'Waiting for confirmation' },
      { what: 'Serial number', before: '–', after: 'SN-1' },
      { what: 'Roles', before: null, after: 'Role Administrator, Where everywhere' },
    ]);
  });

  it('speaks German of values, targets and refusals, and leaves alone what people named', async () => {
    await TestBed.inject(Words).choose('de');
    const change = record({ scope: 'floor', onDelayMs: 600_000 }, { scope: 'building', onDelayMs: 0, type: 'Electrical_Meter', state: 'OFFLINE', condition: 'HI', name: 'pending' });
    expect(words.changes(change).map(({ what, before, after }) => [what, before, after])).toEqual([
      ['Wo', 'ein Geschoss', 'ein Gebäude'],
      ['Kommt nach', '10 min', '0 s'],
      ['Art', null, 'Stromzähler'],
      ['Zustand', null, 'Controller offline'],
      ['Bedingung', null, 'Über'],
      ['Name', null, 'pending'],
    ]);
    expect(words.target({ operation: 'controller.confirm', target: 'controller LC 101' })).toBe('Controller LC 101');
    expect(words.target({ operation: 'alarm-definition.update', target: 'alarm definition Too warm' })).toBe('Alarmdefinition Too warm');
    expect(words.target({ operation: 'session.login', target: 'point break' })).toBe('point break');
    expect(words.reason({ result: 'refused', code: 'FORBIDDEN', reason: 'You may not.' })).toContain('Rollen');
    expect(words.reason({ result: 'done', code: null, reason: 'visitors' })).toBe('visitors');
  });

  it('tells of a refused request without its route', () => {
    const operation = 'POST /api/v1/points/:id/overrides';
    expect([words.operation(operation), words.target({ operation, target: '/api/v1/points/:id/overrides' })]).toEqual(['Tried what the roles do not allow', 'points, overrides']);
  });

  it('counts long lists and says yes and no', () => {
    const changes = words.changes(record(null, { controllers: Array.from({ length: 9 }, (_, n) => ({ name: n })), disabled: true, until: '' }));
    expect(changes.map(({ after }) => after)).toEqual(['9 entries', 'yes', '–']);
  });
});
