import { format } from 'sql-formatter';

const maxWidth = 110;

/** Formats a statement. Only white space changes. */
export function formatStatement(text: string): string {
  const lines = format(text, { language: 'postgresql', expressionWidth: maxWidth }).split('\n');
  return fitted(treeOf(lines, 0), 0).join('\n');
}

/** A line with the lines indented below it. */
interface Part {
  readonly text: string;
  readonly children: readonly Part[];
}

/** @param indent the indentation of these lines */
function treeOf(lines: readonly string[], indent: number): Part[] {
  const starts = [...lines.keys()].filter((index) => indentOf(lines[index]!) === indent);
  const parts: Part[] = [];
  let name = '';
  for (const [at, start] of starts.entries()) {
    const text = `${name}${lines[start]!.trim()}`;
    const children = treeOf(lines.slice(start + 1, starts[at + 1]), indent + 2);
    const next = starts[at + 1];
    const isName = children.length === 0 && next !== undefined && belong(text, lines[next]!.trim());
    if (!isName) parts.push({ text, children });
    name = isName ? `${text} ` : '';
  }
  return parts;
}

/** Returns whether two lines are the name and value of an object's member, or the condition of a join. */
function belong(line: string, next: string): boolean {
  return /^'\w+',$/.test(line) || (/^(LEFT |CROSS )?JOIN .* ON /.test(line) && next.startsWith('AND '));
}

/** Returns the lines of parts. Anything that fits on one line stays on one line. */
function fitted(parts: readonly Part[], indent: number): string[] {
  const [first, ...others] = parts;
  if (first === undefined) return [];
  const [closing, ...following] = others;
  const isClosed = closing !== undefined && /^(\)|END\b)/.test(closing.text);
  const joined = joinedText(isClosed ? [first, { ...closing, children: [] }] : [first]);
  if (first.children.length > 0 && indent + joined.length <= maxWidth) {
    const part = { text: joined, children: isClosed ? closing.children : [] };
    return fitted([part, ...(isClosed ? following : others)], indent);
  }
  return [' '.repeat(indent) + first.text, ...fitted(first.children, indent + 2), ...fitted(others, indent)];
}

function joinedText(parts: readonly Part[]): string {
  return parts
    .map(({ text, children }) => [text, joinedText(children)].join(' ').trim())
    .join(' ')
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')');
}

const indentOf = (line: string) => line.length - line.trimStart().length;
