/** Returns a loader that is made at its first use: most requests need one or none, and making all allocates much. */
export function lazy<Loader>(make: () => Loader): () => Loader {
  let loader: Loader | undefined;
  return () => {
    loader ??= make();
    return loader;
  };
}

/**
 * Returns a function that makes one value for all keys with the same name, at the first of them. Within a request, a read is
 * such a value: all keys get the same promise.
 */
export function lazyByName<Key, Value>(nameOf: (key: Key) => string, make: (key: Key) => Value): (key: Key) => Value {
  const values = new Map<string, Value>();
  return (key) => {
    const name = nameOf(key);
    let value = values.get(name);
    if (value === undefined) {
      value = make(key);
      values.set(name, value);
    }
    return value;
  };
}
