import { execFile } from 'node:child_process';
import { cp, mkdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseCopy, type Stage, type Step } from './dockerfile.js';

const run = promisify(execFile);
const WORKDIR = '/cupola';

/**
 * Carries the Dockerfile's steps out without a container engine: every stage is a folder that stands for `/`, begun empty or as a copy
 * of the stage that it is based on. What an image from outside brings (Node, nginx) is this machine's.
 */
export class StageFolders {
  readonly #done = new Map<string, Promise<string>>();

  constructor(
    private readonly stages: readonly Stage[],
    private readonly context: string,
    private readonly folder: string,
    private readonly log: (line: string) => void,
  ) {}

  /** The folder that stands for `/` of the stage. */
  build(name: string): Promise<string> {
    const done = this.#done.get(name) ?? this.#carryOut(name);
    this.#done.set(name, done);
    return done;
  }

  async #carryOut(name: string): Promise<string> {
    const stage = this.stages.find((each) => each.name === name);
    if (!stage) throw new Error(`The Dockerfile has no stage ${name}.`);
    const root = join(this.folder, name);
    if (this.stages.some((each) => each.name === stage.from)) await run('cp', ['-a', '--link', await this.build(stage.from), root]);
    await mkdir(join(root, WORKDIR), { recursive: true });
    for (const step of stage.steps) await this.#step(root, name, step);
    return root;
  }

  async #step(root: string, name: string, { instruction, text }: Step): Promise<void> {
    if (instruction === 'COPY') return this.#copy(root, text);
    if (instruction !== 'RUN') return;
    // What belongs to the container's own users is the machine's business here.
    if (/\s\/var\//.test(text)) return this.log(`${name}: only in a container: ${text}`);
    this.log(`${name}: ${text}`);
    await run('sh', ['-ec', text], { cwd: join(root, WORKDIR), env: machineOnly(), maxBuffer: 2 ** 26 });
  }

  async #copy(root: string, text: string): Promise<void> {
    const { from, sources, to } = parseCopy(text);
    const target = join(root, resolve(WORKDIR, to));
    for (const source of sources) {
      const path = from === undefined ? join(this.context, source) : join(await this.build(from), resolve(WORKDIR, source));
      const isFolder = (await stat(path)).isDirectory();
      await mkdir(isFolder ? target : join(target, '..'), { recursive: true });
      const isInto = !isFolder && (to.endsWith('/') || sources.length > 1);
      if (isInto) await mkdir(target, { recursive: true });
      await cp(path, isInto ? join(target, basename(path)) : target, { recursive: true, verbatimSymlinks: true });
    }
  }
}

/** How this machine reaches its package registry, without what the test run itself set. */
function machineOnly(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CUPOLA_|VITEST|NODE_ENV$|npm_(lifecycle|package|command|config_local_prefix))/.test(name)));
}

/** The project as a fresh clone has it, which is what `COPY . .` finds: no build output, no packages, no data. */
export async function copyOfClone(project: string, to: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: project, maxBuffer: 2 ** 26 });
  for (const file of stdout.split('\0').filter(Boolean)) await cp(join(project, file), join(to, file));
}
