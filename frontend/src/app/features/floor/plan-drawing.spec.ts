import { describe, expect, it } from 'vitest';
import { drawCore, drawDoor } from './plan-drawing';
import type { Project } from './plan-drawing';

const twice: Project = ([x, y]) => [2 * x, 2 * y];

describe('what is drawn on a plan', () => {
  it('a door swings from its latch to the side it opens to, seen from the hinge', () => {
    const door = { hinge: [10, 20] as [number, number], latch: [20, 20] as [number, number] };
    expect(drawDoor({ ...door, opens: 'left' }, twice)).toEqual({ gap: 'M20 40L40 40', leaf: 'M40 40A20 20 0 0 0 20 20L20 40', swing: { x: 20, y: 20, width: 20, height: 20 } });
    expect(drawDoor({ ...door, opens: 'right' }, twice)).toMatchObject({ leaf: 'M40 40A20 20 0 0 1 20 60L20 40', swing: { x: 20, y: 40, width: 20, height: 20 } });
  });

  it.each([
    ['stairs', ''],
    ['lift', 'M0 0L60 20M60 0L0 20'],
    ['shaft', 'M0 20L60 0'],
    ['toilets', ''],
  ] as const)('a core of %s has its lines', (kind, lines) => {
    const core = drawCore({ kind, outline: [[0, 0], [30, 0], [30, 10], [0, 10]] }, twice);
    expect(core.outline).toBe('M0 0L60 0L60 20L0 20Z');
    if (kind === 'stairs') expect(core.lines.match(/V20/g)?.length).toBeGreaterThan(3);
    else expect(core.lines).toBe(lines);
  });
});
