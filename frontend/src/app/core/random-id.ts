/** 128 random bits as text. `crypto.randomUUID` exists on secure addresses only, and a plant network may speak plain HTTP. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
