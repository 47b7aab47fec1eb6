import { RawJson } from './raw-json.js';

const comma = new RawJson(',');
const endOfList = new RawJson(']');
const endOfObject = new RawJson('}');

/** Works like JSON.stringify for parsed JSON of any depth, where its recursion could exceed the stack. */
export function stringifyDeep(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return stringifyIteratively(value);
  }
}

function stringifyIteratively(value: unknown): string {
  let text = '';
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (next instanceof RawJson) text += next.text;
    else if (Array.isArray(next)) {
      text += '[';
      pending.push(endOfList);
      for (let index = next.length - 1; index >= 0; index -= 1) {
        pending.push(next[index]);
        if (index > 0) pending.push(comma);
      }
    } else if (typeof next === 'object' && next !== null) {
      text += '{';
      pending.push(endOfObject);
      for (const [index, [name, member]] of Object.entries(next).reverse().entries()) {
        if (index > 0) pending.push(comma);
        pending.push(member, new RawJson(`${JSON.stringify(name)}:`));
      }
    } else text += JSON.stringify(next);
  }
  return text;
}
