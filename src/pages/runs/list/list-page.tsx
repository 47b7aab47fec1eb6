import './list-page.css';
import { useState } from 'react';
import { formatCount } from '../../shared/format/format-quantity.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { Notice } from '../../shared/notice/notice.js';
import type { ExportTarget } from '../export/export-button.js';
import { useSearchHighlight } from '../find/search-highlight.js';
import { markedRuns } from '../marks/comparison-url.js';
import { setParams, useDocumentTitle, useLocation } from '../navigation.js';
import { unknownParams } from '../views/views.js';
import { Histogram } from './histogram.js';
import { ListBody } from './list-body.js';
import { ListFooter } from './list-footer.js';
import { ListLine } from './list-line.js';
import { ScanNotice } from './list-notices.js';
import { ListToolbar } from './list-toolbar.js';
import { unknownFiltersText } from './list-view.js';
import { useList } from './use-list.js';

/** The columns and the run next to the list in which a search can find something. */
const searched = '.run-table :is(.response-cell, .submitted-cell, .reference-cell, .context-cell), .peek-body';

export function ListPage() {
  const { params } = useLocation();
  const list = useList(params);
  useSearchHighlight(params, searched);
  const [exported, setExported] = useState<ExportTarget>();
  const { newRuns, pages, runs, connection, unexplainedError } = list;
  const unknown = unknownFiltersText(unknownParams(params));
  useDocumentTitle(newRuns.count > 0 ? `(${formatCount(newRuns.count)}) Runs` : 'Runs');
  const continuation = params.has('before') ? pages.newer : pages.older;
  return (
    <main className="page list-page">
      <h1 className="visually-hidden">Runs</h1>
      <ListToolbar list={list} exported={exported} onExport={setExported} />
      {unknown !== undefined && <Notice>{unknown}</Notice>}
      <div className="list-head">
        <ListLine list={list} onExport={() => setExported(markedRuns(params))} />
        {!list.hasNoAccess && list.filters.search.result?.isMiss !== true && (
          <Histogram query={list.histogram} outcomes={list.live.outcomes} />
        )}
      </div>
      {unexplainedError !== undefined && (
        <ErrorNotice error={unexplainedError} onRetry={list.retry}>
          {!pages.isFirst && (
            <button type="button" onClick={() => setParams({ after: null, before: null })}>
              Go to the newest runs
            </button>
          )}
        </ErrorNotice>
      )}
      <ListBody list={list} />
      {list.isUnfinished && (
        <ScanNotice
          scan={connection!.scan}
          found={runs!.length}
          onContinue={() => continuation && setParams(continuation)}
        />
      )}
      <ListFooter list={list} onExport={() => setExported('all')} />
    </main>
  );
}
