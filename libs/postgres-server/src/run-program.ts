import { spawn } from 'node:child_process';
import { parse } from 'node:path';

/** The account that Postgres runs under when it is not ours. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/**
 * The environment of every Postgres program. A missing or unknown LANG or LC_ALL makes initdb fail on some machines, and PG* variables of the
 * person's shell would redirect it, so neither gets through.
 */
export function cleanEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LANG: 'C', LC_ALL: 'C' };
}

/** A directory that every account may stand in: the person's own working directory may be closed to the database's account. */
export function neutralDirectory(): string {
  return parse(process.cwd()).root;
}

/** Runs a program to its end and returns what it said on both streams. */
export function runProgram(program: string, args: readonly string[], account?: Account): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: neutralDirectory(),
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...account,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => resolve({ status: null, output: error.message }));
    child.once('close', (status) => resolve({ status, output }));
  });
}
