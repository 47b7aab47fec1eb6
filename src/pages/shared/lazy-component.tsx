import { lazy, Suspense } from 'react';
import { Notice } from './notice/notice.js';

export interface LoadFailureProps {
  readonly error: unknown;
}

interface LazyOptions<Props> {
  /** Shown if the module cannot be loaded. By default, a notice with the reason. */
  readonly Fallback?: React.ComponentType<Props & LoadFailureProps>;
  /** Shown until the module is loaded. */
  readonly loading?: React.ReactNode;
}

/**
 * Returns a component whose module is loaded when it is first shown. An upgraded gateway no longer serves the modules
 * of pages that were opened before the upgrade.
 */
export function lazyComponent<Props extends object>(
  load: () => Promise<React.ComponentType<Props>>,
  { Fallback = LoadFailure, loading = null }: LazyOptions<Props> = {},
) {
  const Loaded = lazy(() =>
    load().then(
      (component) => ({ default: component }),
      (error: unknown) => ({ default: (props: Props) => <Fallback {...props} error={error} /> }),
    ),
  );
  return (props: Props) => (
    <Suspense fallback={loading}>
      <Loaded {...props} />
    </Suspense>
  );
}

/**
 * Messages of Chromium, Firefox, WebKit and Vite for a module or style sheet that was not served, and of Swagger UI's
 * scripts.
 */
const notServed = /dynamically imported module|importing a module script|preload CSS|cannot be loaded/i;

/** Does not reload the page, because during an outage the browser's own error page would replace this one. */
export function LoadFailure({ error }: LoadFailureProps) {
  if (!notServed.test(String(error))) return <Notice isProblem>This could not be loaded: {String(error)}</Notice>;
  const reload = (
    <button type="button" onClick={() => location.reload()}>
      Reload the page
    </button>
  );
  return (
    <Notice isProblem actions={reload}>
      This could not be loaded. The gateway was upgraded since the page was opened, or it does not answer.
    </Notice>
  );
}
