// The places of a run's input and response on its page.

import { type JsonTree, parseJson } from '../../shared/json/json-tree.js';
import { type Outline, outlineOf } from '../values/outline.js';

export interface Arrangement {
  /**
   * Whether the response is in the side column, because the input is a conversation in the full width, or whether the
   * two are next to each other, or below each other because one is much longer.
   */
  readonly form: 'conversation' | 'beside' | 'stacked';
  /** The messages of the conversation. */
  readonly outline?: Outline;
}

/** Next to a value this many times as long, most of a column would be empty. */
const maxRatio = 3;

/** @param submitted the JSON text, or its beginning; `null` without one */
export function arrange(submitted: string | null, response: string | null): Arrangement {
  const [input, output] = [submitted, response].map((text) => (text === null ? undefined : parseJson(text)));
  const outline = outlineOf(input);
  if (outline !== undefined) return { form: 'conversation', outline };
  const [shorter, longer] = [heightOf(input, submitted), heightOf(output, response)].toSorted((a, b) => a - b);
  return { form: longer! > maxRatio * shorter! ? 'stacked' : 'beside' };
}

const charactersPerLine = 60;
/** The height of an empty panel. */
const minLines = 4;
const maxDepth = 8;

/** Estimates the lines that a value takes. */
function heightOf(tree: JsonTree | undefined, text: string | null): number {
  return minLines + (tree === undefined ? linesOf(text ?? '') : linesIn(tree, 0));
}

function linesIn(tree: JsonTree, depth: number): number {
  if (tree.members.length === 0 || depth === maxDepth) return linesOf(tree.text.replaceAll('\\n', '\n'));
  return tree.members.reduce((sum, { value }) => sum + linesIn(value, depth + 1), 0);
}

function linesOf(text: string): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / charactersPerLine)), 0);
}
