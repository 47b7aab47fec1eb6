/** Most requests need one loader or none, and making them all is much of what such a request allocates. */
export function lazy<Loader>(make: () => Loader): () => Loader {
  let loader: Loader | undefined;
  return () => {
    loader ??= make();
    return loader;
  };
}
