import { expect, it } from 'vitest';
import { groupOf } from './doorkeeper.js';

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
])('counts %s as %s', (address, group) => {
  expect(groupOf(address)).toBe(group);
});
