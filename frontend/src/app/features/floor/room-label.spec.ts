import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeBox } from './free-box';
import { contains, labelBox } from './label-box';
import { layOutCorner } from './room-corner';
import { layOutRoom } from './room-label';
import type { LabelText, Measure } from './room-label';

const measure: Measure = (text, size) => text.length * size * 0.56;
const text = { name: '303A', value: '21.4', unit: '°C', note: 'set 21.5', hasBar: true };

const extent = (label: LabelText, weight = 400) => ({ left: label.x, right: label.x + measure(label.text, label.size, weight), top: label.y - label.size, bottom: label.y + label.size * 0.28 });

describe('a room of the plan', () => {
  it('of 62 x 52 holds name, value, unit and deviation', () => {
    const label = layOutRoom({ x: 10, y: 20, width: 62, height: 52 }, text, measure);
    expect([label.name?.text, label.value?.text, label.unit?.text, label.bar !== null]).toEqual(['303A', '21.4', '°C', true]);
    expect(label.value?.size).toBeGreaterThanOrEqual(13);
  });

  it('shortens a long name and drops what has no place, the unit before the value', () => {
    const label = layOutRoom({ x: 0, y: 0, width: 44, height: 36 }, { ...text, name: 'Photonics laboratory', value: '1,240', unit: 'ppm' }, measure);
    expect(label.name?.text).toMatch(/…$/);
    expect([label.value?.text, label.unit, label.bar]).toEqual(['1,240', null, null]);
  });

  it('never lets a label out of the room, nor onto another', () => {
    const room = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 900 }), width: fc.integer({ min: 8, max: 300 }), height: fc.integer({ min: 8, max: 200 }) });
    const words = fc.record({ name: fc.string({ minLength: 1, maxLength: 30 }), value: fc.constantFrom('21.4', '1,240', '–', 'Occupied', '-17.25'), unit: fc.constantFrom('', '°C', 'ppm', '°F ?'), note: fc.constantFrom('', 'set 21.5', '14 min old'), hasBar: fc.boolean() });
    fc.assert(
      fc.property(room, words, (box, content) => {
        const label = layOutRoom(box, content, measure);
        const placed = [label.name, label.value, label.unit, label.note].filter((each) => each !== null).map((each) => extent(each));
        for (const { left, right, top, bottom } of placed) {
          expect(left).toBeGreaterThanOrEqual(box.x);
          expect(right).toBeLessThanOrEqual(box.x + box.width + 0.01);
          expect(top).toBeGreaterThanOrEqual(box.y - 0.01);
          expect(bottom).toBeLessThanOrEqual(box.y + box.height + 0.01);
        }
        const rows = [label.name, label.value, label.note].filter((each) => each !== null).map((each) => extent(each));
        rows.slice(1).forEach(({ top }, at) => expect(top).toBeGreaterThanOrEqual((rows[at]?.bottom ?? 0) - 4));
      }),
    );
  });

  it('keeps name and value clear of what stands in its corner', () => {
    const room = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 900 }), width: fc.integer({ min: 8, max: 300 }), height: fc.integer({ min: 8, max: 200 }) });
    const corners = fc.record({ badge: fc.boolean(), count: fc.integer({ min: 0, max: 40 }), suppressed: fc.constantFrom(0, 3, 112), hand: fc.constantFrom(null, '', '8, 1:42 h left'), name: fc.constantFrom('3.12', '3.04 Open office north') });
    fc.assert(
      fc.property(room, corners, fc.constantFrom('21.4', 'Occupied', '1,240'), (box, content, value) => {
        const corner = layOutCorner(box, content, measure);
        const label = layOutRoom(box, { ...text, name: '3.04 Open office north', value, corner }, measure);
        const left = box.x + box.width - corner.width;
        if (label.name && corner.width > 0) expect(extent(label.name).right).toBeLessThanOrEqual(left + 0.01);
        for (const each of [label.value, label.unit]) {
          if (each && each.y - each.size * 0.75 < box.y + corner.height) expect(extent(each).right).toBeLessThanOrEqual(left + 0.01);
        }
        for (const each of [corner.count, corner.hand?.text]) if (each) expect(each.x - measure(each.text, each.size, 400)).toBeGreaterThanOrEqual(box.x);
      }),
    );
  });

  it('leaves the way of a door free', () => {
    const box = { x: 0, y: 0, width: 120, height: 80 };
    expect(freeBox(box, [{ x: 100, y: 0, width: 20, height: 20 }])).toEqual({ x: 0, y: 0, width: 100, height: 80 });
    expect(freeBox(box, [{ x: 40, y: -5, width: 20, height: 20 }])).toEqual({ x: 0, y: 15, width: 120, height: 65 });
    expect(freeBox(box, [{ x: 200, y: 0, width: 20, height: 20 }])).toEqual(box);
  });

  it('stands in the largest rectangle of a shape with corners', () => {
    const corner = [[0, 0], [100, 0], [100, 40], [40, 40], [40, 100], [0, 100]] as const;
    const box = labelBox(corner);
    expect(box.width * box.height).toBeCloseTo(4000, -1);
    for (const [x, y] of [[box.x + 1, box.y + 1], [box.x + box.width - 1, box.y + box.height - 1]] as const) expect(contains(corner, x, y)).toBe(true);
    expect(labelBox([[5, 5], [65, 5], [65, 55], [5, 55]])).toEqual({ x: 5, y: 5, width: 60, height: 50 });
  });
});
