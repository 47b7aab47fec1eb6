// Views of the list and of statistics: named combinations of filters with what the page shows of their runs, and the
// columns that were chosen last.

import { filterParams } from '../filters/filter-fields.js';
import { changedParams, type ParamChanges, setParams } from '../navigation.js';
import { type Scope, scopeParameters } from '../scope/scope-params.js';
import { store, useStored } from '../stored.js';

export type ViewPage = 'runs' | 'runs/statistics';

export interface View {
  readonly name: string;
  /** The path of its page; by default the list. */
  readonly page?: ViewPage;
  /** The parameters of its URL. */
  readonly search: string;
}

const viewsKey = 'task-runs:views';
const columnsKey = 'task-runs:columns';

const columnParams = ['columns', 'show'] as const;
const sharedParams: readonly string[] = [...scopeParameters, ...filterParams];
const viewParams: Readonly<Record<ViewPage, readonly string[]>> = {
  runs: [...sharedParams, ...columnParams, 'order'],
  'runs/statistics': [...sharedParams, 'by', 'measure', 'split', 'path', 'together'],
};
/** Parameters that belong to the list but not to a view. */
const momentaryParams: readonly string[] = ['after', 'before', 'peek', 'marked', 'live', 'find'];

export function useViews(): readonly View[] {
  return useStored(viewsKey, isViews) ?? [];
}

/** Returns the path of a view's page. Earlier versions stored views of the list only, without one. */
export function pageOf({ page = 'runs' }: View): ViewPage {
  return page;
}

/** Adds a view. Replaces one of the same page with the same name. */
export function saveView(views: readonly View[], view: View): void {
  const others = views.filter((other) => !isSame(other, view));
  store(
    viewsKey,
    [...others, view].toSorted((one, other) => one.name.localeCompare(other.name)),
  );
}

export function removeView(views: readonly View[], view: View): void {
  store(
    viewsKey,
    views.filter((other) => !isSame(other, view)),
  );
}

function isSame(one: View, other: View): boolean {
  return one.name === other.name && pageOf(one) === pageOf(other);
}

/** Returns the parameters of a page's URL that belong to a view. */
export function viewParamsOf(params: URLSearchParams, page: ViewPage): URLSearchParams {
  return new URLSearchParams([...params].filter(([name]) => viewParams[page].includes(name)));
}

/** Returns parameters that no filter of this version reads, such as in a view that an earlier version stored. */
export function unknownParams(params: URLSearchParams): readonly string[] {
  const known = [...viewParams.runs, ...momentaryParams];
  return [...new Set([...params.keys()].filter((name) => !known.includes(name)))];
}

/** Returns the parameters. If they contain no columns, adds those that were chosen last for the scope. */
export function useColumnParams(params: URLSearchParams, scope: Scope | undefined): URLSearchParams {
  const stored = useStored(columnsKey, isColumns);
  const changes = stored?.[placeOf(scope)];
  if (changes === undefined || columnParams.some((name) => params.has(name))) return params;
  return changedParams(params, changes);
}

type ColumnChanges = Readonly<Partial<Record<(typeof columnParams)[number], readonly string[]>>>;

/** Returns a function that sets columns in the URL and stores them; `null` restores the page's default. */
export function useColumnSetter(scope: Scope | undefined): (changes: ParamChanges | null) => void {
  const stored = useStored(columnsKey, isColumns);
  return (changes) => {
    const next = changedParams(new URLSearchParams(location.search), changes ?? { columns: null, show: null });
    const kept: ColumnChanges = { columns: next.getAll('columns'), show: next.getAll('show') };
    const { [placeOf(scope)]: _before, ...others } = stored ?? {};
    store(columnsKey, changes === null ? others : { ...others, [placeOf(scope)]: kept });
    setParams(kept, { replace: true });
  };
}

function placeOf(scope: Scope | undefined): string {
  return scope?.taskId ?? scope?.projectId ?? scope?.orgId ?? '';
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

function isViews(value: unknown): value is readonly View[] {
  return (
    Array.isArray(value) &&
    value.every((view) => isObject(view) && typeof view.name === 'string' && typeof view.search === 'string')
  );
}

function isColumns(value: unknown): value is Readonly<Record<string, ColumnChanges>> {
  return (
    isObject(value) &&
    Object.values(value).every((changes) => isObject(changes) && columnParams.every((name) => isTexts(changes[name])))
  );
}
