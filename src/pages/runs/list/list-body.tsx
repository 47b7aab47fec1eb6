import { countOf } from '../../shared/format/format-quantity.js';
import { FacetPanel } from '../filters/facet-panel.js';
import { markedRuns } from '../marks/comparison-url.js';
import { closePeekedRow, isPeekInPlaceOfFilters } from '../peek/list-steps.js';
import { PeekPanel } from '../peek/peek-panel.js';
import { peekedRun } from '../peek/peeked-run.js';
import { type RunPath, runPageParams, withPlace } from '../run-url.js';
import { useRetentionDays } from '../scope/scope.js';
import { orderOf } from '../table/run-list.js';
import { useIsDense } from '../views/density.js';
import { EmptyList } from './list-notices.js';
import { RunTable } from './run-table.js';
import type { List } from './use-list.js';

/** The rows, with the filters and the run next to them, or a sentence in their place. */
export function ListBody({ list }: { readonly list: List }) {
  const { params, scope, filters, body } = list;
  const peeked = peekedRun(params, scope);
  if (body === 'nothing') return null;
  if (body === 'sentence') {
    return (
      <EmptyList
        scope={scope}
        params={params}
        search={filters.search}
        hasNoAccess={list.hasNoAccess}
        onFirstRun={list.showNew}
      />
    );
  }
  return (
    <div className="list-body">
      {filters.isOpen && !isPeekInPlaceOfFilters(params) && (
        <FacetPanel scope={scope} facets={filters.facets} onClose={filters.toggle} />
      )}
      {body === 'rows' && <Rows list={list} peeked={peeked} />}
      {peeked && <PeekedRun list={list} path={peeked} />}
    </div>
  );
}

interface RowsProps {
  readonly list: List;
  readonly peeked: RunPath | undefined;
}

function Rows({ list, peeked }: RowsProps) {
  const { params, scope, runs, isStale, pages } = list;
  const retentionDays = useRetentionDays(scope);
  return (
    <div className={`list-side ${isStale ? 'stale' : ''}`} inert={isStale}>
      <RunTable
        columns={list.columns}
        isDense={useIsDense()}
        withheld={list.withheld}
        runs={runs}
        scope={scope}
        runParams={runPageParams(params)}
        order={orderOf(params)}
        isBusy={list.isLoading}
        changed={list.live.changed}
        peeked={peeked?.id}
        marked={markedRuns(params)}
      />
      {retentionDays !== null && runs && pages.older === undefined && (
        <p className="retention">{`Runs of this task are deleted after ${countOf(retentionDays, 'day')}.`}</p>
      )}
    </div>
  );
}

interface PeekedRunProps {
  readonly list: List;
  readonly path: RunPath;
}

function PeekedRun({ list: { params, runs }, path }: PeekedRunProps) {
  const place = runs?.find(({ id }) => id === path.id)?.cursor;
  return <PeekPanel path={path} runParams={withPlace(runPageParams(params), place)} onClose={closePeekedRow} />;
}
