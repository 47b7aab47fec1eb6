import '../shared/styles.js';
import './header-styles.js';
import './page.css';
import './touch.css';
import { createRoot } from 'react-dom/client';
import { LoadFailure, type LoadFailureProps, lazyComponent } from '../shared/lazy-component.js';
import { PageHeader } from '../shared/page-header.js';
import { TokenGate } from '../shared/token/token-gate.js';
import { HeaderTools } from './header-tools.js';
import { ListPage } from './list/list-page.js';
import { comparePath } from './marks/comparison-url.js';
import { interceptInternalLinks, openPage, urlOf, useLocation } from './navigation.js';
import { RunById } from './run/run-by-id.js';
import { RunPage } from './run/run-page.js';
import { listParamsOfRun, runIdIn, runPathIn, runsPageParams } from './run-url.js';
import { ViewerProvider } from './scope/viewer.js';
import { SkipLink } from './skip-link.js';

/** Loaded at first use, because its charts are a quarter of the size of the list's script. */
const StatisticsPage = lazyComponent(
  () => import('./statistics/statistics-page.js').then((module) => module.StatisticsPage),
  {
    Fallback: PageLoadFailure,
  },
);

const ComparePage = lazyComponent(() => import('./compare/compare-page.js').then((module) => module.ComparePage), {
  Fallback: PageLoadFailure,
});

const HomePage = lazyComponent(() => import('./home/home-page.js').then((module) => module.HomePage), {
  Fallback: PageLoadFailure,
});

const Palette = lazyComponent(() => import('./palette/palette.js').then((module) => module.Palette));

function PageLoadFailure({ error }: LoadFailureProps) {
  return (
    <main className="page">
      <h1>Page not loaded</h1>
      <LoadFailure error={error} />
    </main>
  );
}

/** Chooses the page according to the URL. */
function Pages() {
  const { path, params } = useLocation();
  const isHome = path === '';
  const isStatistics = path === 'runs/statistics';
  const run = runPathIn(path);
  const runId = runIdIn(path);
  const headerParams = run ? listParamsOfRun(run, params) : runsPageParams(params);
  const { search } = new URL(urlOf('runs', headerParams));
  return (
    <>
      <SkipLink />
      <PageHeader current={isHome ? '' : isStatistics ? 'runs/statistics' : 'runs'} search={search}>
        <HeaderTools params={headerParams} Palette={Palette} open={openPage} />
      </PageHeader>
      <TokenGate>
        {isHome ? (
          <HomePage />
        ) : isStatistics ? (
          <StatisticsPage />
        ) : path === comparePath ? (
          <ComparePage />
        ) : run ? (
          <RunPage key={run.id} path={run} />
        ) : runId ? (
          <RunById key={runId} id={runId} />
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
