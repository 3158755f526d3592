import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangeFloor, type Outline } from './arrange-floor.js';
import { checkDrawing, type DrawnFloor } from './check-drawing.js';
import { areaOf, isSimple, overlap } from './polygon.js';

const box = (left: number, top: number, right: number, bottom: number): Outline => [[left, top], [right, top], [right, bottom], [left, bottom]];
const FLOOR: DrawnFloor = {
  ...{ width: 100, height: 80, wall: box(0, 0, 100, 80) },
  spaces: [{ sourceId: 'a', outline: box(0, 0, 40, 30) }, { sourceId: 'b', outline: box(40, 0, 100, 30) }],
  doors: [{ hinge: [10, 30], latch: [18, 30], opens: 'left' }],
  cores: [{ kind: 'stairs', outline: box(60, 40, 80, 60) }],
};
const KNOWN = new Set(['a', 'b', 'c']);
const flaws = (change: Partial<DrawnFloor>) => checkDrawing({ ...FLOOR, ...change }, KNOWN).map(({ code, path }) => [code, path]);

describe('checkDrawing', () => {
  it('finds nothing in a sound drawing', () => {
    expect(checkDrawing(FLOOR, KNOWN)).toEqual([]);
  });

  it.each<[string, Partial<DrawnFloor>, [string, string][]]>([
    ['a space of another floor', { spaces: [{ sourceId: 'x', outline: box(0, 0, 40, 30) }] }, [['PLAN_SPACE_UNKNOWN', 'spaces.0.sourceId']]],
    ['a space drawn twice', { spaces: [FLOOR.spaces[0]!, { sourceId: 'a', outline: box(50, 0, 60, 10) }] }, [['PLAN_SPACE_UNKNOWN', 'spaces.1.sourceId']]],
    ['a wall beyond the plan', { wall: box(0, 0, 101, 80) }, [['PLAN_OUTSIDE', 'wall']]],
    ['a core above the plan', { cores: [{ kind: 'lift', outline: box(0, -1, 5, 5) }] }, [['PLAN_OUTSIDE', 'cores.0.outline']]],
    ['a bow tie', { spaces: [{ sourceId: 'a', outline: [[0, 0], [10, 10], [10, 0], [0, 10]] }] }, [['PLAN_OUTLINE_CROSSED', 'spaces.0.outline']]],
    ['overlapping spaces', { spaces: [FLOOR.spaces[0]!, { sourceId: 'b', outline: box(39, 0, 100, 30) }] }, [['PLAN_SPACES_OVERLAP', 'spaces.1.outline']]],
    ['one room in another', { spaces: [FLOOR.spaces[0]!, { sourceId: 'b', outline: box(5, 5, 20, 20) }] }, [['PLAN_SPACES_OVERLAP', 'spaces.1.outline']]],
    ['the same room twice', { spaces: [FLOOR.spaces[0]!, { sourceId: 'b', outline: box(0, 0, 40, 30) }] }, [['PLAN_SPACES_OVERLAP', 'spaces.1.outline']]],
    ['a door without a leaf', { doors: [{ hinge: [5, 5], latch: [5, 5.5], opens: 'right' }] }, [['PLAN_DOOR_DEGENERATE', 'doors.0']]],
    ['a door beside the plan', { doors: [{ hinge: [5, 5], latch: [5, 81], opens: 'right' }] }, [['PLAN_OUTSIDE', 'doors.0']]],
  ])('refuses %s', (_what, change, expected) => {
    expect(flaws(change)).toEqual(expected);
  });

  it('accepts every plan that is arranged from names', () => {
    const names = fc.uniqueArray(fc.record({ id: fc.uuid(), name: fc.string({ maxLength: 20 }) }), { minLength: 1, maxLength: 40, selector: ({ id }) => id });
    fc.assert(
      fc.property(names, (spaces) => {
        const { outlines } = arrangeFloor(spaces, { width: 780, height: 632 });
        const drawing = { ...FLOOR, width: 780, height: 632, spaces: outlines.map(({ id, outline }) => ({ sourceId: id, outline })) };
        expect(checkDrawing(drawing, new Set(spaces.map(({ id }) => id)))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('isSimple', () => {
  it.each<[string, Outline, boolean]>([
    ['an L', [[0, 0], [10, 0], [10, 4], [4, 4], [4, 10], [0, 10]], true],
    ['a corner repeated', [[0, 0], [10, 0], [10, 0], [0, 10]], false],
    ['a line', [[0, 0], [10, 0], [5, 0]], false],
    ['two corners', [[0, 0], [10, 0]], false],
    ['a spike', [[0, 0], [10, 0], [20, 0], [10, 0.005], [10, 10]], false],
    ['a first wall folded back', [[5, 0], [10, 0], [10, 10], [0, 0]], true],
    ['a last wall folded back', [[5, 0], [10, 0], [10, 10], [5, 10], [8, 0]], false],
    ['a wall touched by a corner', [[0, 0], [10, 0], [10, 10], [5, 0], [0, 10]], false],
    ['nothing enclosed', [[0, 0], [10, 10], [20, 0], [10, 10]], false],
    ['less area than a wall is thick', [[0, 0], [0.012, 0], [0.012, 0.9], [0, 0.9]], true],
    ['hardly any area', [[0, 0], [0.08, 0], [0.08, 0.1], [0, 0.1]], false],
  ])('%s', (_what, outline, expected) => {
    expect(isSimple(outline)).toBe(expected);
  });

  /** Corners around a middle, in the order of their angles: never crossed. */
  const stars = fc
    .array(fc.integer({ min: 5, max: 40 }), { minLength: 4, maxLength: 12 })
    .map((radii): Outline => radii.map((radius, at) => {
      const angle = (2 * Math.PI * at) / radii.length;
      return [50 + radius * Math.cos(angle), 50 + radius * Math.sin(angle)];
    }));

  it('holds for any star, from any corner on, in either direction; exchanging two neighbours of its corners crosses it', () => {
    fc.assert(
      fc.property(stars, fc.nat(11), (star, first) => {
        const from = first % star.length;
        const turned = [...star.slice(from), ...star.slice(0, from)];
        expect(isSimple(turned)).toBe(true);
        expect(isSimple(turned.toReversed())).toBe(true);
        expect(areaOf(turned.toReversed())).toBeCloseTo(-areaOf(turned), 6);
        expect(overlap(turned, star)).toBe(true);
        const regular = star.length > 4 && new Set(star.map(([x, y]) => Math.round(Math.hypot(x - 50, y - 50)))).size === 1;
        if (regular) expect(isSimple([star[1]!, star[0]!, ...star.slice(2)])).toBe(false);
      }),
    );
  });
});

describe('overlap', () => {
  const triangles = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })), { minLength: 3, maxLength: 3 })
    .filter((outline) => isSimple(outline as Outline)) as fc.Arbitrary<Outline>;

  /** Two convex shapes are apart exactly when one wall of either has the other shape wholly on its far side. */
  function isApart(a: Outline, b: Outline): boolean {
    return [[a, b] as const, [b, a] as const].some(([shape, other]) => {
      const turn = Math.sign(areaOf(shape));
      return shape.some(([x1, y1], at) => {
        const [x2, y2] = shape[(at + 1) % shape.length] ?? [0, 0];
        return other.every(([x, y]) => turn * ((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)) <= 0);
      });
    });
  }

  it('agrees with the separating walls of any two triangles, whichever comes first', () => {
    fc.assert(
      fc.property(triangles, triangles, (a, b) => {
        expect(overlap(a, b)).toBe(!isApart(a, b));
        expect(overlap(b, a)).toBe(overlap(a, b));
      }),
      { numRuns: 400 },
    );
  });

  it('lets rooms stand in the niche of another, wall to wall', () => {
    const niche: Outline = [[0, 0], [30, 0], [30, 20], [20, 20], [20, 10], [10, 10], [10, 20], [0, 20]];
    expect(overlap(niche, box(10, 10, 20, 20))).toBe(false);
    expect(overlap(niche, box(10, 9, 20, 20))).toBe(true);
    expect(overlap(niche, box(5, 12, 25, 18))).toBe(true);
  });
});
