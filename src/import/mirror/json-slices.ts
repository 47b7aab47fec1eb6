/**
 * The texts of the elements of an array that is a member of a JSON object, as they stand there: JavaScript would round
 * their numbers. `text` is valid JSON.
 */
export function sliceElements(text: string, member: string): string[] {
  const slices: string[] = [];
  let depth = 0;
  let name: unknown;
  let start = -1;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (depth === 1) name = JSON.parse(text.slice(at, end + 1));
        at = end;
        break;
      }
      case '[':
      case '{':
        depth += 1;
        if (depth === 2 && name === member && text[at] === '[') start = at + 1;
        break;
      case ',':
        if (depth === 2 && start !== -1) {
          slices.push(text.slice(start, at).trim());
          start = at + 1;
        }
        break;
      case ']':
      case '}':
        depth -= 1;
        if (depth === 1 && start !== -1) {
          const last = text.slice(start, at).trim();
          if (last !== '') slices.push(last);
          start = -1;
        }
    }
  }
  return slices;
}

/** The position of the quote that ends the string. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}
