/** Keys without duplicates. */
interface MergedKeys<Key> {
  readonly keys: readonly Key[];
  /** Maps the results for the merged keys to the original keys. */
  expand<Result>(results: readonly Result[]): readonly Result[];
}

/**
 * Merges duplicate keys, so that each is read once.
 * @param merge returns a key for both selections, or null if the keys differ
 */
export function mergeDuplicates<Key>(
  keys: readonly Key[],
  keyOf: (key: Key) => string,
  merge: (one: Key, other: Key) => Key | null,
): MergedKeys<Key> {
  if (keys.length === 1) return { keys, expand: (results) => results };
  const indexes = new Map<string, number>();
  const merged: Key[] = [];
  const indexOf = keys.map((key) => {
    const name = keyOf(key);
    const known = indexes.get(name);
    const combined = known === undefined ? null : merge(merged[known]!, key);
    if (known !== undefined && combined !== null) {
      merged[known] = combined;
      return known;
    }
    indexes.set(name, merged.length);
    return merged.push(key) - 1;
  });
  return { keys: merged, expand: (results) => indexOf.map((index) => results[index]!) };
}
