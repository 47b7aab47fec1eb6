/** Reads each key of one name once and returns the same promise to all callers: for the duration of one request. */
export function readOnce<Key, Result>(
  keyOf: (key: Key) => string,
  read: (key: Key) => Promise<Result>,
): (key: Key) => Promise<Result> {
  const results = new Map<string, Promise<Result>>();
  return (key) => {
    const name = keyOf(key);
    let result = results.get(name);
    if (result === undefined) {
      result = read(key);
      results.set(name, result);
    }
    return result;
  };
}
