import './run-page.css';
import { isAboutAccess, noSuchRun } from '../../shared/api/error-sentence.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { Notice } from '../../shared/notice/notice.js';
import { useSearchHighlight } from '../find/search-highlight.js';
import { type Shortcut, useShortcuts } from '../keys/shortcuts.js';
import { markedRuns, toggleMark, urlOfComparison } from '../marks/comparison-url.js';
import { MarkState } from '../marks/mark-state.js';
import { navigate, urlOf, useDocumentTitle, useLocation } from '../navigation.js';
import { listParamsOfRun, type RunPath, runsPageParams, urlOfRun, withPlace } from '../run-url.js';
import { useOpenedRun } from './opened-run.js';
import { type AdjacentRun, type RelatedRuns, useRelatedRuns } from './related-runs.js';
import { RunActions } from './run-actions.js';
import { RunContent, useRun } from './run-content.js';
import { RunData } from './run-data.js';
import { documentTitleOf } from './run-name.js';
import { RunSkeleton } from './run-skeleton.js';
import { RunSteps } from './run-steps.js';
import { RunTitle } from './run-title.js';
import { ThreadView } from './thread-view.js';

/** All data of one run. */
export function RunPage({ path }: { readonly path: RunPath }) {
  const { params } = useLocation();
  const { response, error, reload, hasPayload } = useRun(path);
  const run = response?.data?.taskRun ?? undefined;
  useOpenedRun(path.id);
  useDocumentTitle(documentTitleOf(run));
  useSearchHighlight(params, 'main');
  const related = useRelatedRuns(path, run, params);
  const links = linksOf(path, params, related);
  const isMissing = error !== undefined && run === undefined;
  const mark = () => toggleMark(params, path.id);
  useShortcuts(shortcutsOf(links, mark));
  return (
    <main className="page run-page" aria-busy={run === undefined && !isMissing}>
      <div className="row page-top">
        <RunTitle run={run} isFailed={isMissing} Heading="h1" />
        <RunSteps {...links} isByTime={!params.has('place')} />
      </div>
      {!isMissing && (
        <div className="row run-actions screen-only">
          <RunActions
            path={path}
            comparison={links.comparison}
            isMarked={markedRuns(params).includes(path.id)}
            onMark={mark}
          />
        </div>
      )}
      {isMissing && <MissingRun error={error} onRetry={reload} />}
      <MarkState params={listParamsOfRun(path, params)} />
      {run ? (
        <RunContent run={run} path={path} hasPayload={hasPayload}>
          <Threads related={related} path={path} />
          {hasPayload && !related.isLoading && <RunData path={path} />}
        </RunContent>
      ) : (
        !isMissing && <RunSkeleton />
      )}
    </main>
  );
}

interface Links {
  readonly list: string;
  readonly comparison: string;
  readonly newer: string | undefined;
  readonly older: string | undefined;
}

function linksOf(path: RunPath, params: URLSearchParams, { newer, older }: RelatedRuns): Links {
  const listParams = listParamsOfRun(path, params);
  const otherMarked = markedRuns(params).findLast((id) => id !== path.id);
  const urlOfOther = (other: AdjacentRun | undefined) => {
    if (other === undefined) return undefined;
    const { projectId, taskId, id } = other.run;
    return urlOfRun({ ...path, projectId, taskId, id }, withPlace(params, other.place));
  };
  return {
    list: urlOf('runs', listParams),
    comparison: urlOfComparison(runsPageParams(listParams), path.id, otherMarked),
    newer: urlOfOther(newer),
    older: urlOfOther(older),
  };
}

function shortcutsOf({ list, comparison, newer, older }: Links, mark: () => void): readonly Shortcut[] {
  const go = (address: string | undefined) => address && navigate(address);
  return [
    { keys: ['j', 'ArrowRight'], description: 'open the next run of the list', run: () => go(older) },
    { keys: ['k', 'ArrowLeft'], description: 'open the previous run of the list', run: () => go(newer) },
    { keys: ['x'], description: 'select the run, or clear its selection', run: mark },
    { keys: ['c'], description: 'compare with the selected run, or the last success', run: () => go(comparison) },
    { keys: ['u', 'Escape'], description: 'return to the list', run: () => go(list) },
  ];
}

function MissingRun({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  if (isAboutAccess(error)) return <Notice>{noSuchRun}</Notice>;
  return <ErrorNotice error={error} onRetry={onRetry} />;
}

interface ThreadsProps {
  readonly related: RelatedRuns;
  readonly path: RunPath;
}

/** Runs with the same context or reference. */
function Threads({ related: { sameContext, sameReference }, path }: ThreadsProps) {
  return (
    <>
      <ThreadView title="Runs of the same context, in order" runs={sameContext} path={path} />
      <ThreadView title="Runs of the same reference, in order" runs={sameReference} path={path} />
    </>
  );
}
