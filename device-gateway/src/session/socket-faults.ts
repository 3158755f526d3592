import type { CloseCode } from '@cupola/domain';
import { CLOSE_CODES } from '@cupola/domain';

/** Close code for what the WebSocket layer found wrong with a message; null for a fault of the connection. */
export function closeCodeOf(error: Error & { code?: string }): CloseCode | null {
  switch (error.code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return CLOSE_CODES.tooBig;
    case 'WS_ERR_INVALID_UTF8':
      return CLOSE_CODES.badUtf8;
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return CLOSE_CODES.policy;
    default:
      return error.code?.startsWith('WS_ERR_') ? CLOSE_CODES.badFrame : null;
  }
}
