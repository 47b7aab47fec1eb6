import '../shared/fonts.css';
import '../shared/theme.css';
import '../shared/base.css';
import { createRoot } from 'react-dom/client';
import { PageHeader } from '../shared/page-header.js';
import { ListPage } from './list/list-page.js';
import { addressOf, followOwnLinks, usePlace } from './navigation.js';
import { RunPage } from './run/run-page.js';
import { listOfRun, runPathIn, runsParams } from './run-address.js';
import { ViewerProvider } from './scope/viewer.js';
import { StatisticsPage } from './statistics/statistics-page.js';

/** Which of the program's pages, by the address. */
function Pages() {
  const { path, params } = usePlace();
  const isStatistics = path === 'runs/statistics';
  const run = runPathIn(path);
  const ofPages = run ? listOfRun(run, params) : runsParams(params);
  const { search } = new URL(addressOf('runs', ofPages));
  return (
    <>
      <PageHeader current={isStatistics ? 'runs/statistics' : run ? null : 'runs'} search={search} />
      {isStatistics ? <StatisticsPage /> : run ? <RunPage key={run.id} path={run} /> : <ListPage />}
    </>
  );
}

followOwnLinks();
createRoot(document.getElementById('page')!).render(
  <ViewerProvider>
    <Pages />
  </ViewerProvider>,
);
