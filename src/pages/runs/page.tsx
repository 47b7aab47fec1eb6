import '../shared/fonts.css';
import '../shared/theme.css';
import '../shared/base.css';
import { lazy, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { PageHeader } from '../shared/page-header.js';
import { TokenGate } from '../shared/token/token-gate.js';
import { comparePath } from './compare/comparison-url.js';
import { ListPage } from './list/list-page.js';
import { interceptInternalLinks, urlOf, useLocation } from './navigation.js';
import { RunPage } from './run/run-page.js';
import { listParamsOfRun, runPathIn, runsPageParams } from './run-url.js';
import { ViewerProvider } from './scope/viewer.js';

/** Loaded at its first use: its charts are a fourth of the list's program. */
const StatisticsPage = lazy(async () => ({
  default: (await import('./statistics/statistics-page.js')).StatisticsPage,
}));

const ComparePage = lazy(async () => ({ default: (await import('./compare/compare-page.js')).ComparePage }));

/** Which of the program's pages, by the address. */
function Pages() {
  const { path, params } = useLocation();
  const isStatistics = path === 'runs/statistics';
  const run = runPathIn(path);
  const headerParams = run ? listParamsOfRun(run, params) : runsPageParams(params);
  const { search } = new URL(urlOf('runs', headerParams));
  return (
    <>
      <PageHeader
        current={isStatistics ? 'runs/statistics' : run || path === comparePath ? null : 'runs'}
        search={search}
      />
      <TokenGate>
        {isStatistics ? (
          <Suspense>
            <StatisticsPage />
          </Suspense>
        ) : path === comparePath ? (
          <Suspense>
            <ComparePage />
          </Suspense>
        ) : run ? (
          <RunPage key={run.id} path={run} />
        ) : (
          <ListPage />
        )}
      </TokenGate>
    </>
  );
}

interceptInternalLinks();
createRoot(document.getElementById('page')!).render(
  <ViewerProvider>
    <Pages />
  </ViewerProvider>,
);
