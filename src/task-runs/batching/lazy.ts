/** Returns a loader that is made at its first use: most requests need one or none, and making all allocates much. */
export function lazy<Loader>(make: () => Loader): () => Loader {
  let loader: Loader | undefined;
  return () => {
    loader ??= make();
    return loader;
  };
}
