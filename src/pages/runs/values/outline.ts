// A conversation in one line per message, to find and reach one of many.

import { type JsonTree, memberOf, plainText } from '../../shared/json/json-tree.js';
import { type Message, messagesIn, type Part } from './messages.js';

export interface OutlineItem {
  readonly role: string;
  /** The beginning of the message. */
  readonly text: string;
}

export interface Outline {
  /** The JSON text of the conversation, which identifies it among others. */
  readonly source: string;
  readonly items: readonly OutlineItem[];
}

const maxCharacters = 80;

/** Returns the conversation that is a value or one of its members, or `undefined` without one of two messages. */
export function outlineOf(tree: JsonTree | undefined): Outline | undefined {
  if (tree === undefined) return undefined;
  const candidates = tree.kind === 'object' ? tree.members.map(({ value }) => value) : [tree];
  for (const candidate of candidates) {
    const messages = candidate.kind === 'array' ? messagesIn(candidate) : undefined;
    if (messages !== undefined && messages.length > 1) {
      return { source: candidate.text, items: messages.map(itemOf) };
    }
  }
  return undefined;
}

function itemOf({ role, parts, others }: Message): OutlineItem {
  const text = parts.map(textOf).find((part) => part !== '') ?? others.map(({ name }) => name).join(', ');
  return { role, text: text.slice(0, maxCharacters) };
}

function textOf(part: Part): string {
  switch (part.kind) {
    case 'text':
    case 'thinking':
      return oneLine(part.text);
    case 'call':
      return `${part.name} …`;
    case 'result':
      return part.content === undefined ? '' : oneLine(plainText(part.content));
    case 'value':
      return textOf({ kind: 'text', text: plainText(memberOf(part.tree, 'type') ?? part.tree) });
  }
}

function oneLine(text: string): string {
  return text
    .slice(0, 4 * maxCharacters)
    .replace(/^#+ |\*\*|`/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
}

const maxLines = 8;
const charactersPerLine = 120;

/** Returns the number of lines of a system prompt that is folded because it is long; `undefined` for other messages. */
export function foldedLines({ role, parts }: Message): number | undefined {
  if (role !== 'system' && role !== 'developer') return undefined;
  const lines = parts
    .flatMap((part) => (part.kind === 'text' ? part.text.split('\n') : []))
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / charactersPerLine)), 0);
  return lines > maxLines ? lines : undefined;
}
