// The items of all lists in a result, in the order of its text: an object or list in a list that has no items itself.

import { RawJson } from '../json/raw-json.js';

export function countItems(value: unknown): number {
  let count = 0;
  if (Array.isArray(value)) {
    if (!isListOfObjects(value)) return 0;
    for (const each of value) count += Math.max(1, countItems(each));
  } else if (isObject(value)) {
    for (const each of Object.values(value)) count += countItems(each);
  }
  return count;
}

/** Returns the value with the items from one position to before another, and the objects around them. */
export function sliceItems(value: unknown, from: number, to: number): unknown {
  let position = 0;
  return slice(value);

  function slice(value: unknown): unknown {
    if (Array.isArray(value)) return isListOfObjects(value) ? value.flatMap(sliceElement) : value;
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, slice(each)]));
  }

  function sliceElement(element: unknown): unknown[] {
    const start = position;
    const sliced = slice(element);
    if (position === start) position += 1;
    return start < to && position > from ? [sliced] : [];
  }
}

/** Lists of numbers and texts, such as the path of an error, are kept as a whole. */
function isListOfObjects(list: readonly unknown[]): boolean {
  return list.some((each) => typeof each === 'object' && each !== null);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof RawJson);
}
