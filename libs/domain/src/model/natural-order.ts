const PIECES = /\d+|\D+/g;

/** Orders names as people number rooms: `2` before `10`, `203` before `203A`. Suits `Array.sort`. */
export function naturalOrder(left: string, right: string): number {
  const a = left.match(PIECES) ?? [];
  const b = right.match(PIECES) ?? [];
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const order = comparePieces(a[at] as string, b[at] as string);
    if (order !== 0) return order;
  }
  return a.length - b.length || compareText(left, right);
}

function comparePieces(a: string, b: string): number {
  const bothNumbers = /^\d/.test(a) && /^\d/.test(b);
  return bothNumbers ? Number(a) - Number(b) : compareText(a.toLowerCase(), b.toLowerCase());
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
