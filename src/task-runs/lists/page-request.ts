// Parses the requested range of a list according to the rules for Relay connections.

import { orNot, validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { invalidCursor } from '../columns/cursor-words.js';
import type { ScopePath } from '../columns/run-path.js';
import type { RunFilter } from '../visibility/run-filter.js';
import { type CursorCodec, createCursorCodec, type RunPosition } from './cursor.js';
import { orderedValueOf, type RunOrder } from './run-order.js';

/** A range as sent by clients: `first` counts from the start, `last` from the end. */
export interface PageInput {
  readonly orderBy: RunOrder;
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface PageRequest {
  readonly size: number;
  /** Whether the range is counted from the end. */
  readonly isBackward: boolean;
  readonly order: RunOrder;
  readonly after: RunPosition | null;
  readonly before: RunPosition | null;
  readonly cursors: CursorCodec;
}

const maxPageSize = limits.pageSize.value;

/**
 * @param filter the filter as sent
 * @param time reference time for its relative dates; undefined if no dates are relative
 * @throws GatewayError VALIDATION_FAILED naming the argument.
 */
export function parsePageRequest(input: PageInput, path: ScopePath, filter: RunFilter, time?: number): PageRequest {
  const { orderBy, last, after, before } = input;
  const size = requestedSize(input);
  const cursors = createCursorCodec([path, orderBy, filter], time, orderedValueOf(orderBy) ?? undefined);
  return {
    size,
    isBackward: last != null,
    order: orderBy,
    after: parseCursor('after', after, cursors),
    before: parseCursor('before', before, cursors),
    cursors,
  };
}

/** @throws GatewayError VALIDATION_FAILED naming the argument. */
export function requestedSize({ first, last }: Pick<PageInput, 'first' | 'last'>): number {
  if (first != null && last != null) throw validationFailed(['last'], 'must be omitted if `first` is given');
  return parseOptionalSize('last', last) ?? parseOptionalSize('first', first) ?? limits.defaultPageSize.value;
}

function parseOptionalSize(argument: string, size: number | null | undefined): number | null {
  return size == null ? null : parsePageSize(argument, size);
}

/** @throws GatewayError VALIDATION_FAILED naming the argument. */
export function parsePageSize(argument: string, size: number): number {
  if (size < 1 || size > maxPageSize)
    throw validationFailed([argument], `must be between 1 and ${maxPageSize}${orNot(size)}`);
  return size;
}

function parseCursor(argument: string, cursor: string | null | undefined, cursors: CursorCodec): RunPosition | null {
  if (cursor == null) return null;
  const position = cursors.decode(cursor);
  if (position === null) throw invalidCursor(argument, 'this list returned, with the same order and filter');
  return position;
}

/** Whether a page ordered by creation time is read from the oldest run onwards. */
export function readsAscending({ order, isBackward }: PageRequest): boolean {
  return (order === 'CREATED_ASC') !== isBackward;
}

/** One end of the range, and the side on which the page is in time. */
interface PageBound {
  readonly end: 'after' | 'before';
  readonly operator: '<' | '>';
  readonly position: RunPosition;
}

export function boundsOf({ order, after, before }: PageRequest): PageBound[] {
  const isAscending = order === 'CREATED_ASC';
  return [
    ...(after ? [{ end: 'after', operator: isAscending ? '>' : '<', position: after } as const] : []),
    ...(before ? [{ end: 'before', operator: isAscending ? '<' : '>', position: before } as const] : []),
  ];
}

/** Returns the rest of a page that was read up to a position. */
export function pageBeyond(page: PageRequest, position: RunPosition): PageRequest {
  return { ...page, [page.isBackward ? 'before' : 'after']: position };
}
