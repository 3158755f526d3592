/** What a controller or a technician's program reads from the QR code on screen. */
export interface ClaimQr {
  /** Base address of the gateway, e.g. `https://gateway.example:8081`. */
  readonly gatewayUrl: string;
  readonly slot: string;
  /** The 128-bit code, 22 characters of base64url: never the one that people type. */
  readonly code: string;
}

const PREFIX = 'cupola:claim/1?';
const FIELDS = { gatewayUrl: 'gateway', slot: 'slot', code: 'code' } as const;

/** The text of the QR code: `cupola:claim/1?gateway=...&slot=...&code=...`, values percent-encoded. */
export function formatClaimQr(claim: ClaimQr): string {
  const fields = Object.entries(FIELDS).map(([property, name]) => `${name}=${encodeURIComponent(claim[property as keyof ClaimQr])}`);
  return PREFIX + fields.join('&');
}

/** Reads the text of a QR code; null when it is something else. Unknown fields are skipped: later versions may add some. */
export function parseClaimQr(text: string): ClaimQr | null {
  if (!text.startsWith(PREFIX)) return null;
  const fields = new Map<string, string>();
  for (const part of text.slice(PREFIX.length).split('&')) {
    const at = part.indexOf('=');
    const value = decode(part.slice(at + 1));
    if (at < 1 || value === null) return null;
    fields.set(part.slice(0, at), value);
  }
  const gatewayUrl = fields.get(FIELDS.gatewayUrl);
  const slot = fields.get(FIELDS.slot);
  const code = fields.get(FIELDS.code);
  return gatewayUrl && slot && code ? { gatewayUrl, slot, code } : null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // A scanned text with a broken percent escape is simply not ours.
    return null;
  }
}
