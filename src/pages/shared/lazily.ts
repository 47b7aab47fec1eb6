import { lazy } from 'react';

/**
 * A component whose module is loaded when it is first shown. Where it cannot be, as after an upgrade of the gateway, which
 * has modules of other names, `Fallback` is in its place.
 */
export function lazily<Props extends object>(
  load: () => Promise<React.ComponentType<Props>>,
  Fallback: React.ComponentType<Props>,
) {
  return lazy(() =>
    load().then(
      (component) => ({ default: component }),
      () => ({ default: Fallback }),
    ),
  );
}
