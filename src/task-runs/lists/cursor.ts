// Cursors encode a position in a list. They end with a digest of that position and its list, which detects altered
// cursors and cursors used with another list. The digest needs no key: forging a position gains nothing, because access
// to a page's runs is decided for each caller.

import { createHash } from 'node:crypto';
import { isResourceId } from '../../access/resource-id.js';
import { decodeWords, encodeWords } from '../columns/cursor-words.js';
import type { TaskRunRecord } from '../columns/records.js';
import { parseTimestamp } from '../columns/timestamp.js';
import type { OrderedValue } from './run-order.js';

/** A run's position in the order of its list. */
export interface RunPosition extends Pick<TaskRunRecord, 'created' | 'id'> {
  /** The run's value in a list ordered by a value, or null if the run lacks it. Omitted in other lists. */
  readonly value?: string | null;
}

export interface CursorCodec {
  /** @param run includes the value in lists ordered by a value */
  encode(run: RunPosition): string;
  /** Returns null unless the string is a cursor for this list. */
  decode(cursor: string): RunPosition | null;
}

const version = '1';
/** Version of cursors that begin with a time. */
const versionWithTime = '2';

/** Returns the time in a cursor for any list, or undefined if it has none. */
export function timeOfCursor(cursor: string): number | undefined {
  const [version, time, ...position] = decodeWords(cursor);
  return version === versionWithTime && /^\d{1,15}$/.test(time ?? '') && position.length > 0 ? Number(time) : undefined;
}

/**
 * @param list identifies a list by path, order and filter
 * @param time milliseconds since 1970, to which the filter's relative dates refer; undefined if no dates are relative.
 * Cursors include it so that the next page continues this one.
 * @param orderedValue the value that orders the list; omitted for lists ordered only by creation time
 */
export function createCursorCodec(
  list: unknown,
  time?: number,
  orderedValue?: Pick<OrderedValue, 'toText' | 'isValidText'>,
): CursorCodec {
  const prefix = time === undefined ? [version] : [versionWithTime, time];
  const valueWords = orderedValue === undefined ? 0 : 1;
  let listText: string | undefined;
  const encode = ({ created, id, value }: RunPosition): string => {
    const words = value === undefined ? prefix : [...prefix, value];
    const position = `${words.map(String).join(' ')} ${created} ${id}`;
    listText ??= JSON.stringify(list);
    const digest = createHash('sha256').update(`${position} ${listText}`).digest('base64url').slice(0, 16);
    return encodeWords([position, digest]);
  };
  return {
    encode: (run) =>
      encode(
        orderedValue === undefined
          ? run
          : { created: run.created, id: run.id, value: orderedValue.toText(run as TaskRunRecord) },
      ),
    decode(cursor) {
      const words = decodeWords(cursor);
      const [created, id] = words.slice(prefix.length + valueWords, -1);
      if (created === undefined || parseTimestamp(created) !== created || !isResourceId(id)) return null;
      const value = words[prefix.length]!;
      if (orderedValue && value !== 'null' && !orderedValue.isValidText(value)) return null;
      const position = { created, id, ...(orderedValue && { value: value === 'null' ? null : value }) };
      return encode(position) === cursor ? position : null;
    },
  };
}
