// JSON that is only passed on: text from the database that goes to the client without parsing. It costs next to
// nothing, and its numbers keep all digits.

import { randomUUID } from 'node:crypto';

/** JSON text from a source that guarantees its validity, such as `jsonb`. */
export class RawJson {
  constructor(readonly text: string) {}

  /** Returns a placeholder inside {@link stringifyJson}, and the parsed value anywhere else. */
  toJSON(): unknown {
    if (collectedTexts === undefined) return JSON.parse(this.text);
    collectedTexts.push(this.text);
    return placeholder;
  }
}

/** Represents JSON text while JSON.stringify runs. It cannot be guessed, so no other value can be mistaken for it. */
const placeholder = `raw-json:${randomUUID()}`;
let collectedTexts: string[] | undefined;

/** Works like JSON.stringify, but writes every {@link RawJson} as its own text. */
export function stringifyJson(value: unknown): string {
  const texts: string[] = [];
  collectedTexts = texts;
  let marked: string;
  try {
    marked = JSON.stringify(value);
  } finally {
    collectedTexts = undefined;
  }
  if (texts.length === 0) return marked;
  const pieces = marked.split(`"${placeholder}"`);
  let text = pieces[0]!;
  for (let index = 0; index < texts.length; index += 1) text += texts[index]! + pieces[index + 1]!;
  return text;
}
