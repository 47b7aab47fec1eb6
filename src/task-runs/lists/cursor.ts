// Cursors name a place in one list. They end in a digest over themselves and over the list they belong to, so that one
// that was altered, or is used with another list, is noticed. The digest has no key, and needs none: whoever makes up a
// place in the order gains nothing, because what a page holds is decided anew for whoever asks.

import { createHash } from 'node:crypto';
import { isResourceId } from '../../access/resource-id.js';
import { parseTimestamp } from '../record/timestamp.js';

/** A run's place in the order of a list. */
export interface RunPosition {
  /** With microseconds, as a run's own `created` is written. */
  readonly created: string;
  readonly id: string;
}

export interface CursorCodec {
  encode(position: RunPosition): string;
  /** null: not a cursor of this list. */
  decode(cursor: string): RunPosition | null;
}

const version = '1';
const maxCursorLength = 200;

/** @param list all that tells one list from another: its path, order and filter. */
export function createCursorCodec(list: unknown): CursorCodec {
  let listText: string | undefined;
  const encode = ({ created, id }: RunPosition): string => {
    const place = `${version} ${created} ${id}`;
    listText ??= JSON.stringify(list);
    const digest = createHash('sha256').update(`${place} ${listText}`).digest('base64url').slice(0, 16);
    return Buffer.from(`${place} ${digest}`).toString('base64url');
  };
  return {
    encode,
    decode(cursor) {
      if (cursor.length > maxCursorLength) return null;
      const [, created = '', id] = Buffer.from(cursor, 'base64url').toString().split(' ');
      if (parseTimestamp(created) !== created || !isResourceId(id)) return null;
      const position = { created, id };
      return encode(position) === cursor ? position : null;
    },
  };
}
