// A file of variables, in the dialect of Node's own --env-file. Node skips what it does not understand; here it is a
// fault.

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export interface EnvFile {
  readonly variables: Readonly<Record<string, string>>;
  /** The faults of the file, one plain sentence each, without its content, which may be secret. */
  readonly faults: readonly string[];
}

/** A file that is not there has no variables. */
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
  // Node's types allow for names without a value, which it does not return.
  return { variables: parseEnv(text) as Record<string, string>, faults: [] };
}

const blank = String.raw`[ \t]*(?:#.*)?`;
const name = String.raw`[ \t]*(?:export[ \t]+)?[A-Za-z_]\w*[ \t]*=[ \t]*`;
const quoted = String.raw`(["'\x60])(?:(?!\1)[^])*\1[ \t]*(?:#.*)?`;
const plain = '(?:[^"\'`\\s].*)?';
const entry = new RegExp(String.raw`(?:${blank}|${name}(?:${quoted}|${plain}))(?:\r?\n|$)`, 'y');

/** The line, counted from 1, of an entry that does not parse; null without one. A value in quotes may have several lines. */
function firstMalformedLine(text: string): number | null {
  entry.lastIndex = 0;
  for (let position = 0; position < text.length; position = entry.lastIndex) {
    entry.lastIndex = position;
    if (!entry.test(text)) return text.slice(0, position).split('\n').length;
  }
  return null;
}
