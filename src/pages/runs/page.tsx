import '../shared/fonts.css';
import '../shared/theme.css';
import '../shared/base.css';
import { createRoot } from 'react-dom/client';
import { PageHeader } from '../shared/page-header.js';
import { TokenGate } from '../shared/token/token-gate.js';
import { ListPage } from './list/list-page.js';
import { interceptInternalLinks, urlOf, useLocation } from './navigation.js';
import { RunPage } from './run/run-page.js';
import { listParamsOfRun, runPathIn, runsPageParams } from './run-url.js';
import { ViewerProvider } from './scope/viewer.js';
import { StatisticsPage } from './statistics/statistics-page.js';

/** Which of the program's pages, by the address. */
function Pages() {
  const { path, params } = useLocation();
  const isStatistics = path === 'runs/statistics';
  const run = runPathIn(path);
  const headerParams = run ? listParamsOfRun(run, params) : runsPageParams(params);
  const { search } = new URL(urlOf('runs', headerParams));
  return (
    <>
      <PageHeader current={isStatistics ? 'runs/statistics' : run ? null : 'runs'} search={search} />
      <TokenGate>
        {isStatistics ? <StatisticsPage /> : run ? <RunPage key={run.id} path={run} /> : <ListPage />}
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
