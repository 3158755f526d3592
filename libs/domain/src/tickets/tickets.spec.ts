import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLAIM_ALPHABET, claimCodeFrom, isTypedClaimCode, normalizeClaimCode } from './claim-code.js';
import { formatClaimQr, parseClaimQr } from './claim-qr.js';
import { normalizeSlotId, SLOT_ALPHABET, slotIdFrom } from './slot-id.js';

const bytes = (min: number) => fc.uint8Array({ minLength: min, maxLength: 64 });

describe('claim code', () => {
  it('has eight letters of its alphabet, or there is none', () => {
    fc.assert(
      fc.property(bytes(0), (random) => {
        const code = claimCodeFrom(random);
        const usable = random.filter((byte) => byte < 240).length;
        expect(code === null).toBe(usable < 8);
        if (code !== null) expect(isTypedClaimCode(code)).toBe(true);
      }),
    );
  });

  it('favours no letter', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 240; byte += 1) {
      const letter = claimCodeFrom(new Uint8Array(8).fill(byte))?.[0] ?? '';
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array.from(CLAIM_ALPHABET, () => 12));
  });

  it.each([
    ['bcdf-ghjk', 'BCDFGHJK'],
    [' BCDF GHJK ', 'BCDFGHJK'],
    ['BCDFGHJK', 'BCDFGHJK'],
    ['BCDFGHJA', 'BCDFGHJA'],
    ['bcdfghj-', 'bcdfghj-'],
    [' Zm9vYmFyYmF6cXV4-_abcd ', 'Zm9vYmFyYmF6cXV4-_abcd'],
  ])('reads %j as %j', (typed, expected) => {
    expect(normalizeClaimCode(typed)).toBe(expected);
  });
});

describe('slot id', () => {
  it('has eight symbols of its alphabet, or there is none', () => {
    fc.assert(
      fc.property(bytes(0), (random) => {
        const slot = slotIdFrom(random);
        if (slot !== null) expect([...slot].every((symbol) => SLOT_ALPHABET.includes(symbol)) && slot.length === 8).toBe(true);
        else expect(random.filter((byte) => byte < 252).length).toBeLessThan(8);
      }),
    );
  });

  it('is read as people type it', () => {
    expect(normalizeSlotId(' k7m4-2qxw')).toBe('K7M42QXW');
  });
});

describe('QR text', () => {
  it('is read back as it was written', () => {
    const word = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(word, word, word, (gatewayUrl, slot, code) => {
        const claim = { gatewayUrl, slot, code };
        expect(parseClaimQr(formatClaimQr(claim))).toEqual(claim);
      }),
    );
  });

  it('is what the device protocol describes', () => {
    expect(formatClaimQr({ gatewayUrl: 'http://127.0.0.1:8081', slot: 'K7M42QXW', code: 'Zm9v-_' })).toBe(
      'cupola:claim/1?gateway=http%3A%2F%2F127.0.0.1%3A8081&slot=K7M42QXW&code=Zm9v-_',
    );
  });

  it('skips fields that a later version adds', () => {
    expect(parseClaimQr('cupola:claim/1?gateway=g&slot=s&code=c&pin=x')).toEqual({ gatewayUrl: 'g', slot: 's', code: 'c' });
  });

  it.each([
    ['https://example.org', 'another text'],
    ['cupola:claim/1?gateway=g&slot=s', 'no code'],
    ['cupola:claim/1?gateway=g&slot=s&code=', 'an empty code'],
    ['cupola:claim/1?gateway=%ZZ&slot=s&code=c', 'a broken escape'],
    ['cupola:claim/1?gateway', 'no value'],
  ])('refuses %j (%s)', (text) => {
    expect(parseClaimQr(text)).toBeNull();
  });
});
