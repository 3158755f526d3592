import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { prepareConsole } from '../../testing/console';
import { Words } from '../core/words';
import { MadeWords } from './made-words';

beforeEach(() => prepareConsole());

describe('the words of the alarms that every site is given', () => {
  it('are the reader\'s', async () => {
    const made = TestBed.inject(MadeWords);
    expect(made.of('Controller offline', 'COMM_LOSS')).toBe('Controller offline');
    await TestBed.inject(Words).choose('de');
    expect([made.of('Controller offline', 'COMM_LOSS'), made.of('Identity of a controller used twice', 'IDENTITY')]).toEqual(['Controller nicht verbunden', 'Identität eines Controllers doppelt benutzt']);
  });

  it('stay as they are where somebody has typed them', async () => {
    await TestBed.inject(Words).choose('de');
    const made = TestBed.inject(MadeWords);
    expect([made.of('Pump house offline', 'COMM_LOSS'), made.of('Controller offline', 'HI')]).toEqual(['Pump house offline', 'Controller offline']);
  });
});
