/** A place where two values differ. A side that has no value there is undefined. */
export interface Difference {
  /** A JSON Pointer. */
  readonly pointer: string;
  readonly run: unknown;
  readonly other: unknown;
}

/** Returns the differences between two JSON values in the order of their texts, without recursion, for any depth. */
export function* differencesBetween(run: unknown, other: unknown, pointer: string): Generator<Difference> {
  const pending: Difference[] = [{ pointer, run, other }];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const { run, other } = pair;
    if (isContainer(run) && isContainer(other) && Array.isArray(run) === Array.isArray(other)) {
      for (const member of membersOf(run, other, pair.pointer)) pending.push(member);
    } else if (run !== other) {
      yield pair;
    }
  }
}

type Container = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** Returns the members of both, the last first. */
function membersOf(run: Container, other: Container, pointer: string): Difference[] {
  const names = new Set([...Object.keys(run), ...Object.keys(other)]);
  const members = [...names].map((name) => ({
    pointer: `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    run: Object.hasOwn(run, name) ? run[name] : undefined,
    other: Object.hasOwn(other, name) ? other[name] : undefined,
  }));
  return members.reverse();
}
