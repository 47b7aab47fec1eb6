/** A position at which two values differ. A side without a value there is undefined. */
export interface Difference {
  /** A JSON Pointer. */
  readonly pointer: string;
  readonly run: unknown;
  readonly other: unknown;
}

type Container = Readonly<Record<string, unknown>>;

/** Two lists or two objects whose members are compared. */
interface Pair {
  readonly pointer: string;
  readonly run: Container;
  readonly other: Container;
  /** The members' names; `null` for lists, whose members have positions. */
  readonly names: readonly string[] | null;
  readonly count: number;
  /** The position of the next member. */
  next: number;
}

/**
 * Yields the differences between two JSON values in text order. Works without recursion, so any depth is supported.
 */
export function* differencesBetween(run: unknown, other: unknown, pointer: string): Generator<Difference> {
  const pairs: Pair[] = [];
  let difference = { pointer, run, other };
  for (;;) {
    const pair = pairOf(difference);
    if (pair !== null) pairs.push(pair);
    else if (difference.run !== difference.other) yield difference;
    while (pairs.length > 0 && pairs.at(-1)!.next === pairs.at(-1)!.count) pairs.pop();
    const last = pairs.at(-1);
    if (last === undefined) return;
    difference = nextOf(last);
  }
}

/** Returns null unless both values are lists or both are objects. */
function pairOf({ pointer, run, other }: Difference): Pair | null {
  if (!isContainer(run) || !isContainer(other) || Array.isArray(run) !== Array.isArray(other)) return null;
  const names = Array.isArray(run) ? null : [...new Set([...Object.keys(run), ...Object.keys(other)])];
  const count = names?.length ?? Math.max(Number(run.length), Number(other.length));
  return { pointer, run, other, names, count, next: 0 };
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function nextOf(pair: Pair): Difference {
  const name = pair.names?.[pair.next] ?? String(pair.next);
  pair.next += 1;
  return {
    pointer: `${pair.pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    run: Object.hasOwn(pair.run, name) ? pair.run[name] : undefined,
    other: Object.hasOwn(pair.other, name) ? pair.other[name] : undefined,
  };
}
