// Counts the connections of a server by holder, and chooses which connection to close in favour of a new one.

import { declareLimit } from '../limits.js';

/** A connection as the limit sees it. */
export interface CountedConnection {
  readonly address: string;
  /** Whether its request has no accepted token yet, or waits for its client. */
  readonly isWaiting: boolean;
  /** Ends the connection, which never counts again. */
  giveWay(): void;
  /** Set only by the limit; `null` if the connection does not count. */
  place: Place | null;
}

interface Place {
  readonly holder: Holder;
  readonly isIdle: boolean;
  /** The time when it became idle or busy. */
  readonly since: number;
}

/** A caller or an address. Its sets are ordered by how long the connections have been idle or busy, longest first. */
interface Holder {
  readonly id: string;
  readonly idle: Set<CountedConnection>;
  readonly busy: Set<CountedConnection>;
}

/** The share of the maximum above which only this holder makes room for others. */
const fairShare = 1 / 10;

/** A client that opens too many connections must not end its own requests before they can be answered. */
const patienceMs = declareLimit(2000, {
  section: 'HTTP',
  name: 'time before a request may lose its connection to a new one from the same address',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the new one is closed',
});

interface ConnectionLimitOptions {
  /** Maximum number of connections that count. */
  readonly max: number;
  /** Maximum number including connections with a stream, which do not count towards `max`; unlimited by default. */
  readonly maxOpen?: number;
  /** Returns milliseconds from a monotonic clock. */
  readonly now?: () => number;
}

export class ConnectionLimit {
  /** The number of connections with a stream. */
  streaming = 0;
  readonly #holders = new Map<string, Holder>();
  readonly #options: Required<ConnectionLimitOptions>;
  #size = 0;

  constructor({ max, maxOpen = Number.POSITIVE_INFINITY, now = () => performance.now() }: ConnectionLimitOptions) {
    this.#options = { max, maxOpen, now };
  }

  /** The number of connections that count. */
  get size(): number {
    return this.#size;
  }

  /**
   * Counts a connection for its holder as idle or busy. Above the maximum, one connection is closed: another one or
   * this one.
   */
  put(connection: CountedConnection, holderId: string, isIdle: boolean): void {
    const { place } = connection;
    if (place?.holder.id === holderId && place.isIdle === isIdle) return;
    if (place === null && this.#size >= this.#max) {
      const surplus = this.#choose(connection);
      this.remove(surplus);
      surplus.giveWay();
      if (surplus === connection) return;
    }
    const holder = this.#holderOf(holderId);
    setOf({ holder, isIdle }).add(connection);
    connection.place = { holder, isIdle, since: this.#options.now() };
    if (place === null) this.#size += 1;
    else this.#leave(connection, place);
  }

  remove(connection: CountedConnection): void {
    const { place } = connection;
    if (place === null) return;
    connection.place = null;
    this.#size -= 1;
    this.#leave(connection, place);
  }

  /** At least 1, because no other connection could be closed in favour of the first. */
  get #max(): number {
    const { max, maxOpen } = this.#options;
    return Math.max(1, Math.min(max, maxOpen - this.streaming));
  }

  #leave(connection: CountedConnection, place: Place): void {
    setOf(place).delete(connection);
    if (sizeOf(place.holder) === 0) this.#holders.delete(place.holder.id);
  }

  /**
   * Returns the connection to close in favour of `newest`, in this order:
   * 1. the longest idle connection of the holder with most connections;
   * 2. if that holder does not exceed its fair share, the longest idle one of the next largest holder that has any;
   * 3. the oldest busy connection of that holder that may be ended, or that of the next largest holder that has any; 4.
   * `newest`.
   *
   * Compares all holders, but the busy connections of only one of them.
   */
  #choose(newest: CountedConnection): CountedConnection {
    const largest = largestOf(this.#holders.values())!;
    const hasTooMany = sizeOf(largest) > this.#max * fairShare;
    let idle = first(largest.idle);
    if (idle === undefined && !hasTooMany) idle = first(largestOf(this.#holders.values(), hasIdle)?.idle);
    const busy = idle ?? this.#oldestBusy(largest, hasTooMany, newest);
    if (busy !== undefined || hasTooMany) return busy ?? newest;
    const waiting = largestOf(this.#holders.values(), hasWaiting);
    return (waiting && this.#oldestBusy(waiting, hasTooMany, newest)) ?? newest;
  }

  /**
   * Returns any busy connection of a caller above its fair share, otherwise only one that waits for its client or its
   * token.
   */
  #oldestBusy({ id, busy }: Holder, hasTooMany: boolean, newest: CountedConnection): CountedConnection | undefined {
    const before = this.#options.now() - patienceMs;
    for (const connection of busy) {
      const isOfCaller = connection.address !== id;
      if (!connection.isWaiting && !(hasTooMany && isOfCaller)) continue;
      const isOld = connection.place!.since <= before;
      if (isOld || (hasTooMany && connection.address !== newest.address)) return connection;
    }
    return undefined;
  }

  #holderOf(id: string): Holder {
    const known = this.#holders.get(id);
    if (known !== undefined) return known;
    const holder = { id, idle: new Set<CountedConnection>(), busy: new Set<CountedConnection>() };
    this.#holders.set(id, holder);
    return holder;
  }
}

/**
 * Returns the holder with most connections. If there are several, returns the one whose connection has been idle
 * longest.
 */
function largestOf(holders: Iterable<Holder>, isEligible = (_holder: Holder) => true): Holder | undefined {
  let largest: Holder | undefined;
  for (const holder of holders) {
    if (isEligible(holder) && (largest === undefined || isLarger(holder, largest))) largest = holder;
  }
  return largest;
}

function isLarger(one: Holder, other: Holder): boolean {
  return sizeOf(one) > sizeOf(other) || (sizeOf(one) === sizeOf(other) && idleSince(one) < idleSince(other));
}

function idleSince({ idle }: Holder): number {
  return first(idle)?.place?.since ?? Number.POSITIVE_INFINITY;
}

function hasIdle({ idle }: Holder): boolean {
  return idle.size > 0;
}

function hasWaiting({ busy }: Holder): boolean {
  for (const { isWaiting } of busy) if (isWaiting) return true;
  return false;
}

function setOf({ holder, isIdle }: Pick<Place, 'holder' | 'isIdle'>): Set<CountedConnection> {
  return isIdle ? holder.idle : holder.busy;
}

function sizeOf({ idle, busy }: Holder): number {
  return idle.size + busy.size;
}

function first<Value>(values: ReadonlySet<Value> | undefined): Value | undefined {
  return values?.values().next().value;
}
