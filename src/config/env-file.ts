// A file of variables, in the dialect of Node's own --env-file. Node skips lines that it does not understand, but here
// they are faults.

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>;
  /** The faults of the file, each as a plain sentence without the file's content, which may be secret. */
  readonly faults: readonly string[];
}

/** A missing file contains no variables. */
export function readEnvFile(path: string): EnvFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { variables: {}, faults: code === 'ENOENT' ? [] : [`${path} cannot be read (${code}).`] };
  }
  const line = firstMalformedLine(text);
  if (line !== null) {
    return {
      variables: {},
      faults: [`${path} has an error in line ${line}: it is not NAME=value, or a quote is not closed.`],
    };
  }
  // Node's types allow names without a value, but it does not return any.
  return { variables: parseEnv(text) as Record<string, string>, faults: [] };
}

const blank = String.raw`[ \t]*(?:#.*)?`;
const name = String.raw`[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=[ \t]*`;
const quoted = String.raw`(["'\x60])(?:(?!\1)[^])*\1[ \t]*(?:#.*)?`;
const plain = '(?:[^"\'`\\s].*)?';
const entry = new RegExp(String.raw`(?:${blank}|${name}(?:${quoted}|${plain}))(?:\r?\n|$)`, 'y');

/**
 * Returns the line (from 1) of an entry that cannot be parsed, or `null` if all can be. A quoted value may span several
 * lines.
 */
function firstMalformedLine(text: string): number | null {
  entry.lastIndex = 0;
  for (let position = 0; position < text.length; position = entry.lastIndex) {
    entry.lastIndex = position;
    if (!entry.test(text)) return text.slice(0, position).split('\n').length;
  }
  return null;
}
