/**
 * Returns a loader that is created on first use. Most requests need at most one, and creating all of them would
 * allocate a lot of memory.
 */
export function lazy<Loader>(make: () => Loader): () => Loader {
  let loader: Loader | undefined;
  return () => {
    loader ??= make();
    return loader;
  };
}

/**
 * Returns a function that creates one value for all keys with the same name, when it receives the first of them. For
 * the reads of a request, the value is a promise that all such keys share.
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
