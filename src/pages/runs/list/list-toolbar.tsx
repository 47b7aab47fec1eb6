import { ExportButton, type ExportTarget } from '../export/export-button.js';
import { FilterBar } from '../filters/filter-bar.js';
import { filterOf } from '../filters/filter-fields.js';
import { changedParams, setParams } from '../navigation.js';
import { closePeekedRow, isPeekInPlaceOfFilters } from '../peek/list-steps.js';
import { offeredColumns, toggledColumns } from '../table/columns.js';
import { orderOf } from '../table/run-list.js';
import { ViewMenu } from '../views/view-menu.js';
import { useColumnSetter } from '../views/views.js';
import { ColumnMenu } from './column-menu.js';
import type { List } from './use-list.js';

interface ListToolbarProps {
  readonly list: List;
  readonly exported: ExportTarget | undefined;
  readonly onExport: (target: ExportTarget | undefined) => void;
}

/** The filters of the list, and the controls for what it shows of its runs. */
export function ListToolbar({ list, exported, onExport }: ListToolbarProps) {
  const { params, scope, columns, hasPayload, paths, filters } = list;
  const setColumns = useColumnSetter(scope);
  const isLive = params.has('live');
  const showFilters = () => {
    closePeekedRow();
    if (!filters.isOpen) filters.toggle();
  };
  const panel = isPeekInPlaceOfFilters(params) ? { ...filters, isOpen: false, toggle: showFilters } : filters;
  return (
    <FilterBar scope={scope} error={list.error} panel={panel}>
      <ColumnMenu offered={offeredColumns(hasPayload)} selected={columns} paths={paths} onChange={setColumns} />
      <ViewMenu page="runs" params={changedParams(params, { columns: toggledColumns(columns), show: paths })} />
      <ExportButton
        scope={scope}
        filter={filterOf(params)}
        order={orderOf(params)}
        columns={columns}
        target={exported}
        onChange={onExport}
      />
      <button type="button" role="switch" className="switch" aria-checked={isLive} onClick={() => toggleLive(params)}>
        Live
      </button>
    </FilterBar>
  );
}

export function toggleLive(params: URLSearchParams): void {
  setParams({ live: params.has('live') ? null : 'on' }, { replace: true });
}
