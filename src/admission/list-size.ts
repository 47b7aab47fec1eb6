import type { FieldNode } from 'graphql';
import { limits } from '../limits.js';
import { type Argument, findArgument, type Variables } from './field-arguments.js';
import type { ListSize } from './weights.js';

/** How many values there are: a number, or what the variables say. */
export type Size = number | ((variables: Variables) => number);

export function sizeOf(
  node: FieldNode,
  { assumedSize, slicingArguments = [], maxSize = limits.pageSize.value, lengthOf }: ListSize,
): Size {
  if (lengthOf !== undefined) return toSize([findArgument(node, lengthOf)], lengthOfList, assumedSize);
  return toSize(
    slicingArguments.map((name) => findArgument(node, name)),
    (value) => slicedSize(value, maxSize),
    assumedSize,
  );
}

function toSize(
  given: readonly (Argument | undefined)[],
  sizeOfValue: (value: unknown) => number | null,
  assumedSize: number,
): Size {
  const sources = given.filter((argument) => argument !== undefined);
  const sizeWith = (variables: Variables) => {
    let greatest: number | null = null;
    for (const argument of sources) {
      const size = sizeOfValue(argument.valueFor(variables));
      if (size !== null && (greatest === null || size > greatest)) greatest = size;
    }
    return greatest ?? assumedSize;
  };
  return sources.every(({ isFixed }) => isFixed) ? sizeWith({}) : sizeWith;
}

function lengthOfList(value: unknown): number | null {
  return Array.isArray(value) ? value.length : null;
}

/** A page beyond the limit is rejected, and has no runs. */
function slicedSize(value: unknown, maxSize: number): number | null {
  return typeof value === 'number' ? Math.max(0, Math.min(value, maxSize)) : null;
}
