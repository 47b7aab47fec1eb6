/**
 * Returns the string as one word of a command for a POSIX shell. In single quotes, no character is special, not even
 * `!` in an interactive shell. A single quote ends the quoted part, and is written after a backslash.
 */
export function shellWord(text: string): string {
  return /^[\w@%+=,.-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
