/** Returns a loader that is made at its first use: most requests need one or none, and making all allocates much. */
export function lazy<Loader>(make: () => Loader): () => Loader {
  let loader: Loader | undefined;
  return () => {
    loader ??= make();
    return loader;
  };
}

/** Reads keys with the same name once in a request, and returns the same promise for all of them. */
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
