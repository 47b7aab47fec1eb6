import type { Subject } from '../database/access-grants.js';
import type { NamedResource } from '../database/resources.js';

/**
 * Escapes characters that move a terminal's cursor or are invisible, because names and subjects may contain any
 * characters.
 */
export function escapeUnprintable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** Returns, for example, `task Support triage (01a0…)`. */
export function describeResource({ type, id, name }: NamedResource): string {
  return `${type} ${escapeUnprintable(name)} (${id})`;
}

/** Returns, for example, `user alice`. */
export function describeSubject({ type, id }: Subject): string {
  return type === 'user' ? `user ${escapeUnprintable(id)}` : `members of ${type} ${id}`;
}

/** Formats the rows of a table as lines. Columns are as wide as their widest cell in `sample`. */
export function createTable(sample: readonly (readonly string[])[]): (cells: readonly string[]) => string {
  const widths = (sample[0] ?? []).map((_, column) => Math.max(...sample.map((cells) => cells[column]!.length)));
  return (cells) =>
    `${cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()}\n`;
}
