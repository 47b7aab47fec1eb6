// Recognizes JSON, Markdown and code in texts.

import { type JsonTree, parseJson } from '../../shared/json/json-tree.js';

const maxJsonCharacters = 2_000_000;
/** The time for parsing Markdown grows faster than its length. */
const maxMarkdownCharacters = 20_000;

/** Returns the object or list if the text is JSON of one. */
export function jsonInText(text: string): JsonTree | undefined {
  if (!/^\s*[{[]/.test(text) || !/[}\]]\s*$/.test(text) || text.length > maxJsonCharacters) return undefined;
  const tree = parseJson(text);
  return tree !== undefined && tree.members.length > 0 ? tree : undefined;
}

const markdownSigns = [
  /^ {0,3}(```|~~~)/m,
  /^ {0,3}#{1,6} \S/m,
  /\*\*\S[^*\n]*\*\*/,
  /`[^`\n]+`/,
  /\[[^\]\n]+\]\(https?:/,
  /^ {0,3}[-*+] \S.*\n+ {0,3}[-*+] \S/m,
  /^ {0,3}\d+[.)] \S.*\n+ {0,3}\d+[.)] \S/m,
  /^\|.+\|\s*\n\|[ :|-]+\|/m,
];

export function looksLikeMarkdown(text: string): boolean {
  return text.length <= maxMarkdownCharacters && markdownSigns.some((sign) => sign.test(text));
}

const codeNames =
  /^(code|source|source_?code|script|sql|snippet|stdout|stderr|stack|stack_?trace|diff|patch|html|xml)$/i;

/** Recognizes code by the member's name, or by indented lines and line ends. */
export function looksLikeCode(text: string, name = ''): boolean {
  if (codeNames.test(name)) return true;
  const lines = text
    .slice(0, 5000)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const codeLines = lines.filter((line) => /^( {2,}|\t)\S|[{};]$|^[})\]]/.test(line));
  return lines.length > 2 && codeLines.length * 2 > lines.length;
}
