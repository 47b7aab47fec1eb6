/** Most requests need one loader or none, and making them all is a good part of what such a request allocates. */
export function madeWhenNeeded<Loader>(make: () => Loader): () => Loader {
  let loader: Loader | undefined;
  return () => {
    loader ??= make();
    return loader;
  };
}
