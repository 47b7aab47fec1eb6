import { RawJson } from '../json/raw-json.js';

/** A place where two values differ. A side that has no value there is omitted. */
export interface Difference {
  /** A JSON Pointer. */
  readonly pointer: string;
  readonly run?: unknown;
  readonly other?: unknown;
}

interface Pair {
  readonly pointer: string;
  readonly run: unknown;
  readonly other: unknown;
}

/** Returns the differences between two JSON values in the order of their texts, without recursion, for any depth. */
export function* differencesBetween(run: unknown, other: unknown, pointer: string): Generator<Difference> {
  const pending: Pair[] = [{ pointer, run, other }];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const { run, other } = pair;
    if (isContainer(run) && isContainer(other) && Array.isArray(run) === Array.isArray(other)) {
      for (const member of membersOf(run, other, pair.pointer)) pending.push(member);
    } else if (run !== other) {
      yield {
        pointer: pair.pointer,
        ...(run !== undefined && { run: toRawJson(run) }),
        ...(other !== undefined && { other: toRawJson(other) }),
      };
    }
  }
}

type Container = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** Returns the members of both, the last first. */
function membersOf(run: Container, other: Container, pointer: string): Pair[] {
  const names = new Set([...Object.keys(run), ...Object.keys(other)]);
  const members = [...names].map((name) => ({
    pointer: `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    run: Object.hasOwn(run, name) ? run[name] : undefined,
    other: Object.hasOwn(other, name) ? other[name] : undefined,
  }));
  return members.reverse();
}

/** Values of differences are previewed like those of runs. */
function toRawJson(value: unknown): RawJson {
  return new RawJson(JSON.stringify(value));
}
