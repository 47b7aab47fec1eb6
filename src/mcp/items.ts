// The items of all lists in a result, in text order. An item is an object or list in a list, and contains no items
// itself.

import { RawJson } from '../json/raw-json.js';

export function countItems(value: unknown): number {
  let count = 0;
  if (Array.isArray(value)) {
    if (!isListOfObjects(value)) return 0;
    for (const item of value) count += Math.max(1, countItems(item));
  } else if (isObject(value)) {
    for (const member of Object.values(value)) count += countItems(member);
  }
  return count;
}

/**
 * Returns the value with the items from one position (inclusive) to another (exclusive), and the objects around them.
 */
export function sliceItems(value: unknown, from: number, to: number): unknown {
  let position = 0;
  return slice(value);

  function slice(value: unknown): unknown {
    if (Array.isArray(value)) return isListOfObjects(value) ? value.flatMap(sliceElement) : value;
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, slice(member)]));
  }

  function sliceElement(element: unknown): unknown[] {
    const start = position;
    const sliced = slice(element);
    if (position === start) position += 1;
    return start < to && position > from ? [sliced] : [];
  }
}

/** Lists of numbers and strings, such as the path of an error, are kept as a whole. */
function isListOfObjects(list: readonly unknown[]): boolean {
  return list.some((item) => typeof item === 'object' && item !== null);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof RawJson);
}
