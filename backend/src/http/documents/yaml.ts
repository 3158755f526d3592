/** Plain JSON values as block-style YAML. Strings are written as JSON strings, which YAML 1.2 reads the same way. */
export function toYaml(value: unknown): string {
  return `${lines(value, 0).join('\n')}\n`;
}

function lines(value: unknown, depth: number): string[] {
  const indent = '  '.repeat(depth);
  if (Array.isArray(value)) {
    return value.flatMap((item) => (isEmpty(item) ? [`${indent}- ${scalar(item)}`] : [`${indent}-`, ...lines(item, depth + 1)]));
  }
  return Object.entries(value as object).flatMap(([key, item]) =>
    isEmpty(item) ? [`${indent}${keyText(key)}: ${scalar(item)}`] : [`${indent}${keyText(key)}:`, ...lines(item, depth + 1)],
  );
}

/** Whether a value fits behind its key: scalars, and collections without anything in them. */
function isEmpty(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

function scalar(value: unknown): string {
  return JSON.stringify(value);
}

function keyText(key: string): string {
  return /^[A-Za-z][\w-]*$/.test(key) ? key : JSON.stringify(key);
}
