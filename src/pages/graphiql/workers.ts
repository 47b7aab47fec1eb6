// Monaco's workers come from this server as separate files, so the page needs no blob: in its content security
// policy. They are entries of the page's own bundle, which share its scripts; Vite's `?worker` would bundle each separately.

/** `addresses` are by the names that the bundle gives the workers. */
export function startWorkersFrom(addresses: Readonly<Record<string, string>>): void {
  Object.assign(globalThis, {
    MonacoEnvironment: {
      getWorker: (_moduleId: string, label: string) =>
        new Worker(addresses[`${label}.worker`] ?? addresses['editor.worker']!, { type: 'module' }),
    },
  });
}
