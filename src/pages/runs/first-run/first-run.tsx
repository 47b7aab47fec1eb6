import { lazyComponent } from '../../shared/lazy-component.js';
import type { Scope } from '../scope/scope-params.js';
import { useViewer } from '../scope/viewer.js';
import { firstPlaceOf, freshIds } from './first-place.js';
import { useHasRuns, usePolling } from './use-first-run.js';

const FirstRunCard = lazyComponent(() => import('./first-run-card.js').then((module) => module.FirstRunCard));

interface FirstRunProps {
  /** The runs of the page. By default, those of the caller's only organization. */
  readonly scope?: Scope | undefined;
  /** Called when the first run has arrived. */
  readonly onFound: () => void;
  /** Shown instead if there are runs, but not in the period of the page. */
  readonly children?: React.ReactNode;
}

/** Leads to the first run of a scope without runs or of a caller without a role, and waits for it. */
export function FirstRun({ scope, onFound, children }: FirstRunProps) {
  const { response, reload, isLoading } = useViewer();
  const viewer = response?.data?.viewer;
  const place = viewer ? firstPlaceOf(viewer, scope, freshIds) : undefined;
  const hasOrganization = place?.missing.includes('organization') === false;
  const readScope = hasOrganization ? (scope ?? { orgId: place.orgId, projectId: null, taskId: null }) : undefined;
  const hasRuns = useHasRuns(readScope, onFound);
  usePolling(reload, place !== undefined && place.missing.length > 0 && !isLoading);
  if (!viewer || !place || (hasOrganization && hasRuns === undefined)) return null;
  const isOneOfMany = scope === undefined && viewer.organizations.length > 1;
  return hasRuns || isOneOfMany ? children : <FirstRunCard place={place} subject={viewer.subject} />;
}
