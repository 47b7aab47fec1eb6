// Compares two descriptions of a surface: that of the release, and that of the program. Additions are allowed.

/** Members of what is accepted of which more would reject what was accepted. */
const obligations = ['required', 'checks'];
/** Constraints of JSON Schema. In what is accepted, a new one narrows, and one that is removed does not. */
const constraints = [
  'enum',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
];

type Members = Readonly<Record<string, unknown>>;

/**
 * Returns a line for each part of `released` that is removed or narrower in `current`. Below a member `accepts`, values are those
 * that the program accepts, and elsewhere those that it returns.
 */
export function narrowings(released: unknown, current: unknown, path: readonly string[] = []): string[] {
  const isAccepted = path.includes('accepts');
  const name = path.at(-1) ?? '';
  const changed = (what: string) => `${path.join(' › ')}: ${what}`;
  if (Array.isArray(released) && Array.isArray(current)) {
    return isAccepted && obligations.includes(name)
      ? excess(current, released).map((item) => changed(`${item} is new`))
      : excess(released, current).map((item) => changed(`${item} is missing`));
  }
  if (hasMembers(released) && hasMembers(current)) {
    const constrained = constraints.filter((key) => isAccepted && key in current);
    const others = Object.keys(released).filter((key) => !isAccepted || !constraints.includes(key));
    return [...others, ...constrained].flatMap((key) => narrowings(released[key], current[key], [...path, key]));
  }
  if (isAccepted && name.startsWith('max') && Number(current) >= Number(released)) return [];
  if (isAccepted && name.startsWith('min') && Number(current) <= Number(released)) return [];
  return released === current ? [] : [changed(`${JSON.stringify(released)} is now ${JSON.stringify(current)}`)];
}

/** Returns the items that an array has and another lacks, as JSON. */
function excess(items: readonly unknown[], others: readonly unknown[]): string[] {
  const present = new Set(others.map((item) => JSON.stringify(item)));
  return items.map((item) => JSON.stringify(item)).filter((text) => !present.has(text));
}

function hasMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
