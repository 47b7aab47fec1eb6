// Monaco's workers are separate files from this server, so the page does not need blob: in its content security policy.
// They are entries of the page's own bundle and share its scripts. Vite's `?worker` would bundle each of them
// separately.

/** `addresses` contains the workers' URLs by their names in the bundle. */
export function startWorkersFrom(addresses: Readonly<Record<string, string>>): void {
  Object.assign(globalThis, {
    MonacoEnvironment: {
      getWorker: (_moduleId: string, label: string) =>
        new Worker(addresses[`${label}.worker`] ?? addresses['editor.worker']!, { type: 'module' }),
    },
  });
}
