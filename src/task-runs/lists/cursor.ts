// Cursors name a position in one list. They end in a digest over themselves and over the list they belong to, so that
// one that was altered, or is used with another list, is noticed. The digest has no key, and needs none: a forged
// position gains nothing, because the contents of a page are decided anew for each caller.

import { createHash } from 'node:crypto';
import { isResourceId } from '../../access/resource-id.js';
import { parseTimestamp } from '../record/timestamp.js';

/** A run's position in the order of a list. */
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

/** @param list what identifies a list: its path, order and filter. */
export function createCursorCodec(list: unknown): CursorCodec {
  let listText: string | undefined;
  const encode = ({ created, id }: RunPosition): string => {
    const position = `${version} ${created} ${id}`;
    listText ??= JSON.stringify(list);
    const digest = createHash('sha256').update(`${position} ${listText}`).digest('base64url').slice(0, 16);
    return Buffer.from(`${position} ${digest}`).toString('base64url');
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
