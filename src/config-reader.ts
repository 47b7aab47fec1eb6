// How variables are read: an empty one counts as unset, a secret may be in a file, and all faults are gathered.

import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

type Read = <T>(name: string, fallback: T, parse: (text: string) => T) => T;

interface EnvironmentReader {
  /** What was found wrong so far, one plain sentence each. */
  readonly faults: string[];
  readonly read: Read;
  /** The variable, or the content of the file that NAME_FILE names. */
  readonly readSecret: Read;
}

/** Whether a secret is set, be it by a file. */
export function isNamed(environment: Environment, name: string): boolean {
  return Boolean(environment[name] || environment[`${name}_FILE`]);
}

export function createEnvironmentReader(environment: Environment): EnvironmentReader {
  const faults: string[] = [];
  const attempt = <T>(name: string, fallback: T, parse: () => T): T => {
    try {
      return parse();
    } catch (fault) {
      faults.push(`${name} ${(fault as Error).message}`);
      return fallback;
    }
  };
  const read: Read = (name, fallback, parse) => {
    const text = environment[name];
    return text === undefined || text === '' ? fallback : attempt(name, fallback, () => parse(text));
  };
  return {
    faults,
    read,
    readSecret(name, fallback, parse) {
      const path = environment[`${name}_FILE`];
      if (path === undefined || path === '') return read(name, fallback, parse);
      if (!environment[name]) return attempt(`${name}_FILE`, fallback, () => parse(readSecretFile(path)));
      faults.push(`${name} and ${name}_FILE are both set.`);
      return fallback;
    },
  };
}

/** Without the line break that editors put at the end. */
function readSecretFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new Error(`cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  if (text === '') throw new Error('names an empty file.');
  return text;
}
