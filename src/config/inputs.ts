// The only reader of process.env. It combines flags, the environment and `.env`.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readEnvFile } from './env-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of variables as strings, before they are parsed. */
export interface Inputs {
  readonly environment: Environment;
  /** Names of the variables that were given as flags. */
  readonly flags?: ReadonlySet<string>;
  /** One plain sentence for each source that could not be read. */
  readonly faults?: readonly string[];
}

/**
 * Combines the sources. Flags take precedence over the environment, which takes precedence over `.env` in the working
 * directory. Values from flags and the file are also added to the environment, for libraries that read their own
 * variables.
 * @param flags by the names of their variables
 * @returns a function that combines the inputs, and reads the file each time
 */
export function openInputs(flags: Environment = {}): () => Inputs {
  const own = { ...process.env };
  return () => {
    const { variables, faults } = readEnvFile('.env');
    const environment = overlay(flags, overlay(own, variables));
    Object.assign(process.env, environment);
    return { environment, flags: new Set(Object.keys(flags)), faults };
  };
}

/**
 * Returns all variables. Those in `preferred` take precedence, even if they are empty or specify the same secret in the
 * other form.
 */
export function overlay(preferred: Environment, fallback: Environment): Environment {
  const added = Object.entries(fallback).filter(([name]) => {
    const otherName = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`;
    return preferred[name] === undefined && preferred[otherName] === undefined;
  });
  return { ...Object.fromEntries(added), ...preferred };
}

/** Returns whether npx runs this process, in a shell that does not forward signals. */
export function isRunByNpx(): boolean {
  return process.env.npm_lifecycle_event === 'npx';
}

/** Returns whether the shell that started this process, or `.env`, sets one of the variables. */
export function isAnySet(names: readonly string[]): boolean {
  return names.some((name) => process.env[name] !== undefined);
}

/** Returns whether a shell finds the program. */
export function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
