// The two sides of a difference, as lines below each other or as columns next to each other.

import type { JsonTree } from '../../shared/json/json-tree.js';
import type { DifferenceRow } from './json-difference.js';
import { compareTexts, type TextPiece } from './text-difference.js';

export type Side =
  | { readonly kind: 'text'; readonly pieces: readonly TextPiece[] }
  | { readonly kind: 'value'; readonly tree: JsonTree };

export interface Sides {
  /** `undefined` if only this run has the value. */
  readonly before: Side | undefined;
  /** `undefined` if only the baseline has the value. */
  readonly after: Side | undefined;
  /** The pieces of both texts in one, if they are alike; `undefined` for values that replace each other. */
  readonly merged: readonly TextPiece[] | undefined;
}

export type Difference = Exclude<DifferenceRow, { readonly kind: 'equal' }>;

export function isDifference(row: DifferenceRow): row is Difference {
  return row.kind !== 'equal';
}

export function sidesOf(row: Difference): Sides {
  switch (row.kind) {
    case 'added':
      return { before: undefined, after: valueSide(row.value), merged: undefined };
    case 'removed':
      return { before: valueSide(row.value), after: undefined, merged: undefined };
    case 'changed':
      return { before: valueSide(row.before), after: valueSide(row.after), merged: undefined };
    case 'text': {
      const pieces = compareTexts(row.before, row.after);
      const isAlike = pieces.some(({ kind }) => kind === 'same');
      return {
        before: textSide(pieces, 'added'),
        after: textSide(pieces, 'removed'),
        merged: isAlike ? pieces : undefined,
      };
    }
  }
}

/** Returns whether nothing of a side is on the other one. */
export function isWhole(side: Side): boolean {
  return side.kind === 'value' || side.pieces.every(({ kind }) => kind !== 'same');
}

function valueSide(tree: JsonTree): Side {
  return { kind: 'value', tree };
}

/** Returns the text of one run, without the pieces that only the other has. */
function textSide(pieces: readonly TextPiece[], withoutKind: TextPiece['kind']): Side {
  return { kind: 'text', pieces: pieces.filter(({ kind }) => kind !== withoutKind) };
}
