/**
 * Returns the same JSON with line breaks, every token as it was written. Text that is not JSON only gets additional
 * white space.
 */
export function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  // Matches strings, brackets, separators, white space, and what is between them.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|\s+|[^"[\]{},:\s]+|"/g)) {
    switch (token) {
      case '{':
      case '[':
        depth++;
        parts.push(token, lineBreak(depth));
        break;
      case '}':
      case ']':
        depth--;
        // The object or list is empty.
        if (parts.at(-1) === lineBreak(depth + 1) && /^[[{]$/.test(parts.at(-2) ?? '')) parts.pop();
        else parts.push(lineBreak(depth));
        parts.push(token);
        break;
      case ',':
        parts.push(token, lineBreak(depth));
        break;
      case ':':
        parts.push(': ');
        break;
      default:
        if (!/^\s/.test(token)) parts.push(token);
    }
  }
  return parts.join('');
}

function lineBreak(depth: number): string {
  return `\n${'  '.repeat(Math.max(depth, 0))}`;
}
