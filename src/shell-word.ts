/**
 * Returns the text as one word of a command for a POSIX shell. No character is special in single quotes, not even `!` in an
 * interactive shell. A single quote ends them, and is written after a backslash.
 */
export function shellWord(text: string): string {
  return /^[\w@%+=,.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
