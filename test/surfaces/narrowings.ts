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
  const changed = [`${path.join(' › ')}: ${JSON.stringify(released)} is now ${JSON.stringify(current)}`];
  if (Array.isArray(released) && Array.isArray(current)) {
    const isObligation = isAccepted && obligations.includes(name);
    return (isObligation ? includes(released, current) : includes(current, released)) ? [] : changed;
  }
  if (hasMembers(released) && hasMembers(current)) {
    const constrained = constraints.filter((key) => isAccepted && key in current);
    const others = Object.keys(released).filter((key) => !isAccepted || !constraints.includes(key));
    return [...others, ...constrained].flatMap((key) => narrowings(released[key], current[key], [...path, key]));
  }
  if (isAccepted && name.startsWith('max') && Number(current) >= Number(released)) return [];
  if (isAccepted && name.startsWith('min') && Number(current) <= Number(released)) return [];
  return released === current ? [] : changed;
}

/** Returns whether an array includes all items, in any order. */
function includes(array: readonly unknown[], items: readonly unknown[]): boolean {
  const texts = new Set(array.map((item) => JSON.stringify(item)));
  return items.every((item) => texts.has(JSON.stringify(item)));
}

function hasMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
