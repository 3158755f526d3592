import { DomainError } from '@cupola/contracts';

export interface DeviceCredential {
  deviceId: string;
  secret: string;
}

/** Reads `Authorization: Basic base64(deviceId:secret)`. @throws DomainError CREDENTIAL_REFUSED */
export function readBasic(authorization: string | undefined): DeviceCredential {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? '')?.[1];
  const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const [, deviceId, secret] = /^([^:]{1,64}):(.{1,128})$/s.exec(decoded) ?? [];
  if (deviceId === undefined || secret === undefined) {
    throw new DomainError('CREDENTIAL_REFUSED', 'Authorization must be Basic with the device id and its secret.');
  }
  return { deviceId, secret };
}

/** Reads `Authorization: Ticket <43 characters>`. @throws DomainError TICKET_REFUSED */
export function readTicket(authorization: string | undefined): string {
  const ticket = /^Ticket ([A-Za-z0-9_-]{43})$/i.exec(authorization ?? '')?.[1];
  if (ticket === undefined) throw new DomainError('TICKET_REFUSED', 'Authorization must be Ticket with a ticket for this purpose.');
  return ticket;
}
