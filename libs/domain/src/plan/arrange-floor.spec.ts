import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outline, PlannedFloor } from './arrange-floor.js';
import { arrangeFloor, GENERATED_PLAN } from './arrange-floor.js';

const rooms = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `id-${at}`, name: `2${String(at).padStart(2, '0')}` }));
const sizes = (plan: PlannedFloor) =>
  plan.outlines.map(({ outline }) => {
    const { left, top, right, bottom } = box(outline);
    return { width: right - left, height: bottom - top };
  });

function box(outline: Outline) {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

describe('arrangeFloor', () => {
  it('draws nothing for a floor without rooms', () => {
    expect(arrangeFloor([], GENERATED_PLAN)).toEqual({ outlines: [], wall: null, corridors: [] });
  });

  it('draws one room as a room, not as a hall', () => {
    const plan = arrangeFloor(rooms(1), GENERATED_PLAN);
    expect(sizes(plan)).toEqual([{ width: 260, height: 200 }]);
    expect(plan.corridors).toEqual([]);
  });

  it('keeps 108 rooms wide and high enough for a short label and a value', () => {
    for (const { width, height } of sizes(arrangeFloor(rooms(108), GENERATED_PLAN))) {
      expect(width).toBeGreaterThanOrEqual(62);
      expect(height).toBeGreaterThanOrEqual(52);
    }
  });

  it('lets neighbouring numbers face each other across the corridor', () => {
    const plan = arrangeFloor(rooms(4), GENERATED_PLAN);
    const [first, second] = ['id-0', 'id-1'].map((id) => box(plan.outlines.find((room) => room.id === id)?.outline ?? []));
    expect(first?.left).toBe(second?.left);
    expect(first?.bottom).toBeLessThan(second?.top ?? 0);
  });

  it('gives longer names more room', () => {
    const plan = arrangeFloor([{ id: 'a', name: '1' }, { id: 'b', name: '2' }, { id: 'c', name: '3 conference room' }, { id: 'd', name: '4' }], GENERATED_PLAN);
    const width = (id: string) => sizes({ ...plan, outlines: plan.outlines.filter((room) => room.id === id) })[0]?.width ?? 0;
    expect(width('c')).toBeGreaterThan(1.5 * width('a'));
  });

  it('never overlaps, stays inside, shows every space once and does not depend on their order', () => {
    const names = fc.uniqueArray(fc.record({ id: fc.uuid(), name: fc.string({ maxLength: 20 }) }), { maxLength: 160, selector: ({ id }) => id });
    fc.assert(
      fc.property(names, fc.integer({ min: 400, max: 2000 }), fc.integer({ min: 300, max: 2000 }), (spaces, width, height) => {
        const plan = arrangeFloor(spaces, { width, height });
        expect(plan.outlines.map(({ id }) => id).sort()).toEqual(spaces.map(({ id }) => id).sort());
        expect(arrangeFloor([...spaces].reverse(), { width, height })).toEqual(plan);
        const boxes = [...plan.outlines.map(({ outline }) => box(outline)), ...plan.corridors];
        boxes.forEach((a, at) => {
          expect(a.left >= 0 && a.top >= 0 && a.right <= width && a.bottom <= height && a.right > a.left && a.bottom > a.top).toBe(true);
          const apart = boxes.slice(at + 1).every((b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top);
          expect(apart).toBe(true);
        });
      }),
      { numRuns: 60 },
    );
  });
});
