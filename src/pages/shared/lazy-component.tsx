import { lazy, Suspense } from 'react';

interface LazyOptions<Props> {
  /** Shown where the module cannot be loaded. By default, a notice that offers to reload the page. */
  readonly Fallback?: React.ComponentType<Props>;
  /** Shown until the module is there. */
  readonly loading?: React.ReactNode;
}

/**
 * Returns a component whose module is loaded when it is first shown. An upgraded gateway no longer serves the modules of
 * pages that were opened before the upgrade.
 */
export function lazyComponent<Props extends object>(
  load: () => Promise<React.ComponentType<Props>>,
  { Fallback = LoadFailure, loading = null }: LazyOptions<Props> = {},
) {
  const Loaded = lazy(() =>
    load().then(
      (component) => ({ default: component }),
      () => ({ default: Fallback }),
    ),
  );
  return (props: Props) => (
    <Suspense fallback={loading}>
      <Loaded {...props} />
    </Suspense>
  );
}

/** Does not reload by itself: during an outage the browser's own error page would replace this one. */
export function LoadFailure() {
  return (
    <div className="notice bad" role="alert">
      <p>This could not be loaded. The gateway was upgraded since the page was opened, or it does not answer.</p>
      <div className="notice-actions">
        <button type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    </div>
  );
}
