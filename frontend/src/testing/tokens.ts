export const THEMES_ON_SCREEN = ['light', 'dark', 'control'] as const;

/** Values of the first block of a style sheet that follows a selector, by their custom property. */
export function blockOf(sheet: string, selector: string): ReadonlyMap<string, string> {
  const from = sheet.indexOf(selector);
  const block = sheet.slice(sheet.indexOf('{', from), sheet.indexOf('}', from));
  return new Map([...block.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
}

/** The colours of a theme as they come out. */
export function coloursOf(sheet: string, theme: (typeof THEMES_ON_SCREEN)[number]): ReadonlyMap<string, string> {
  const own = theme === 'control' ? blockOf(sheet, "[data-theme='control']") : new Map<string, string>();
  const pairs = [...blockOf(sheet, ':root')].map(([name, value]) => [name, /light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/.exec(value)?.[theme === 'light' ? 1 : 2]] as const);
  return new Map(pairs.flatMap(([name, value]) => (value ? [[name, own.get(name) ?? value] as const] : [])));
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colours as WCAG counts it. */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}
