// The beginning of a response for a line in a list: its first texts and numbers by name.

export interface Member {
  readonly name: string;
  readonly text: string;
}

const maxMembers = 4;

/**
 * Returns the first members of JSON that are texts, numbers or booleans, at any depth.
 * @param preview the beginning of the JSON, which may be truncated anywhere
 * @returns `undefined` if it is not an object or list, or has no such members
 */
export function firstMembers(preview: string): readonly Member[] | undefined {
  if (!/^[{[]/.test(preview)) return undefined;
  const members: Member[] = [];
  let name: string | undefined;
  for (const [token, string, plain] of preview.matchAll(tokens)) {
    if (token.endsWith(':')) {
      name = unquoted(token.slice(0, token.lastIndexOf('"') + 1));
    } else if (string !== undefined || plain !== undefined) {
      if (name !== undefined) members.push({ name, text: string === undefined ? plain! : unquoted(string) });
      name = undefined;
    } else if (token !== '[') {
      name = undefined;
    }
    if (members.length === maxMembers) break;
  }
  return members.length === 0 ? undefined : members;
}

/** Matches names with their colons, texts (the last one may be truncated), other values, and brackets. */
const tokens = /"(?:[^"\\]|\\.)*"\s*:|("(?:[^"\\]|\\.)*(?:"|$))|(-?\d[\d.eE+-]*|true|false)|null|[{}[\]]/g;

function unquoted(string: string): string {
  const isCut = string.length === 1 || !/[^\\](?:\\\\)*"$/.test(string);
  const whole = isCut ? `${string.replace(/…$/, '').replace(/\\(?:u[0-9a-f]{0,3})?$/i, '')}…"` : string;
  try {
    return JSON.parse(whole);
  } catch {
    return whole.slice(1, -1);
  }
}
