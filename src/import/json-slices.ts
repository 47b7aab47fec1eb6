const quote = 0x22;
const backslash = 0x5c;

/**
 * Returns the JSON text of an object's members by name, or of an array's elements by position. Does not parse it,
 * because JavaScript would round numbers. Returns an empty map for any other value. `text` must be valid JSON.
 */
export function sliceChildren(text: string): Map<string, string> {
  const children = new Map<string, string>();
  let depth = 0;
  let isArray = false;
  /** The last string of the object. It is a name if a colon follows. */
  let string = '';
  let name = '';
  let start = -1;
  const endChild = (end: number) => {
    const child = start === -1 ? '' : text.slice(start, end).trim();
    if (child !== '') children.set(isArray ? String(children.size) : name, child);
    start = isArray ? end + 1 : -1;
  };
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at);
        if (depth === 1 && start === -1) string = text.slice(at, end + 1);
        at = end;
        break;
      }
      case 0x3a: // :
        if (depth !== 1) break;
        name = JSON.parse(string);
        start = at + 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        if (depth > 1) break;
        isArray = text[at] === '[';
        if (isArray) start = at + 1;
        break;
      case 0x2c: // ,
        if (depth === 1) endChild(at);
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (depth === 1) endChild(at);
        depth -= 1;
    }
  }
  return children;
}

/** Returns the position of the quote that ends the string. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}
