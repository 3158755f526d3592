/** One `FROM` of a Dockerfile and what follows it. */
export interface Stage {
  readonly name: string;
  /** Another stage, or an image from outside with its version filled in. */
  readonly from: string;
  readonly steps: readonly Step[];
}

export interface Step {
  /** In capitals: COPY, RUN, USER ... */
  readonly instruction: string;
  readonly text: string;
}

/** Reads the subset of the language that this project's Dockerfile uses. @throws Error naming a line that is none of it */
export function parseDockerfile(source: string): Stage[] {
  const versions = new Map<string, string>();
  const stages: (Stage & { steps: Step[] })[] = [];
  const lines = source.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '').split('\n');
  for (const line of lines.filter((each) => each.trim() !== '')) {
    const [, instruction = '', text = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (instruction === 'ARG' && stages.length === 0) {
      const [name = '', value = ''] = text.split('=');
      versions.set(name, value);
    } else if (instruction === 'FROM') {
      const [, from = '', name = ''] = /^(\S+) AS (\S+)$/.exec(text.replaceAll(/\$\{(\w+)\}/g, (_, arg: string) => versions.get(arg) ?? '')) ?? [];
      stages.push({ name, from, steps: [] });
    } else if (instruction !== '' && stages.length > 0) stages.at(-1)?.steps.push({ instruction, text });
    else throw new Error(`This line of the Dockerfile says nothing that is understood: ${line}`);
  }
  return stages;
}

/** A stage with the steps of the stages that it begins with, and the image from outside below them. */
export function resolveStage(stages: readonly Stage[], name: string): Stage {
  const stage = stages.find((each) => each.name === name);
  if (!stage) throw new Error(`The Dockerfile has no stage ${name}.`);
  if (!stages.some((each) => each.name === stage.from)) return stage;
  const below = resolveStage(stages, stage.from);
  return { name, from: below.from, steps: [...below.steps, ...stage.steps] };
}

/** The last word on an instruction, e.g. the user that a program runs as. */
export function lastOf({ steps }: Stage, instruction: string): string | undefined {
  return steps.findLast((step) => step.instruction === instruction)?.text;
}

/** What `COPY` takes from where; `from` is undefined for the project's folder. */
export function parseCopy(text: string): { from: string | undefined; sources: string[]; to: string } {
  const words = text.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const to = words.pop() ?? '';
  return { from, sources: words, to };
}
