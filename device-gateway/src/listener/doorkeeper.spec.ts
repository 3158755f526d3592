import { DomainError } from '@cupola/contracts';
import { expect, it } from 'vitest';
import { Doorkeeper, groupOf } from './doorkeeper.js';

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
])('counts %s as %s', (address, group) => {
  expect(groupOf(address)).toBe(group);
});

it('forgets a ticket that was used: it opens no door a second time, and takes no memory', async () => {
  const door = new Doorkeeper({ wrong: { capacity: 1, perSecond: 0.001 }, maxInFlight: 9, maxArriving: 9 }, () => 0, () => 0);
  const right = () => Promise.resolve('in');
  const wrong = () => Promise.reject(new DomainError('TICKET_REFUSED', 'no'));
  for (const ticket of ['first', 'second']) door.expect(ticket);
  await expect(door.admit('10.0.0.1', 'credential', right)).resolves.toBe('in');
  await expect(door.pass('10.0.0.1', 'first', right)).resolves.toBe('in');
  await expect(door.pass('10.0.0.1', 'made up', wrong)).rejects.toMatchObject({ code: 'TICKET_REFUSED' });
  await expect(door.pass('10.0.0.1', 'second', right)).resolves.toBe('in');
  await expect(door.admit('10.0.0.1', 'credential', right)).resolves.toBe('in');
  await expect(door.pass('10.0.0.1', 'first', right)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
});
