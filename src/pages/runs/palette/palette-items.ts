// The entries of the palette, and those that match a text.

import { availableLinks } from '../../page-links.js';
import { isId } from '../../shared/format/format-id.js';
import { paramsOfScope, type Scope } from '../scope/scope-params.js';

export interface PaletteItem {
  readonly kind: 'Recent' | 'Page' | 'View' | 'Project' | 'Task' | 'Run' | 'Find';
  readonly name: string;
  /** Distinguishes entries of the same name, such as by their project. */
  readonly note?: string;
  /** A text that also finds the entry. */
  readonly id?: string;
  /** Relative to the gateway's root. */
  readonly address: string;
}

interface Named {
  readonly id: string;
  readonly name: string | null;
}

interface NamedProject {
  readonly project: Named;
  readonly orgId: string;
  readonly orgName: string | null;
}

interface NamedOrganization extends Named {
  readonly projects: readonly NamedProject[];
}

interface NamedTask {
  readonly task: Named;
  readonly projectId: string;
}

interface PaletteSources {
  /** The path of the page that shows a scope: that of the list or of the statistics. */
  readonly path: string;
  /** Parameters that links to pages about runs keep. */
  readonly params: URLSearchParams;
  readonly organizations: readonly NamedOrganization[];
  readonly tasks: readonly NamedTask[];
  /** Views with the paths of their pages and the parameters of their URLs. */
  readonly views: readonly { readonly name: string; readonly path: string; readonly search: string }[];
  /** The scopes that were last used. */
  readonly recent: readonly Scope[];
}

/** Returns all entries that have a name, recent ones first. */
export function namedItems({
  path,
  params,
  organizations,
  tasks,
  views,
  recent,
}: PaletteSources): readonly PaletteItem[] {
  const addressOfScope = (scope: Scope) => addressOf(path, scopeParamsOf(scope));
  const scopes = scopeItems(organizations, tasks, addressOfScope);
  const pages = availableLinks(true).map(({ path: pagePath, name }) => {
    const address = addressOf(pagePath, pagePath.startsWith('runs') ? params : undefined);
    return { kind: 'Page', name, address } as const;
  });
  return [
    ...recent.flatMap((scope) => {
      const item = scopes.find(({ address }) => address === addressOfScope(scope));
      return item ? [{ ...item, kind: 'Recent' } as const] : [];
    }),
    ...pages,
    ...views.map(
      ({ name, path: viewPath, search }) =>
        ({ kind: 'View', name, address: addressOf(viewPath, new URLSearchParams(search)) }) as const,
    ),
    ...scopes,
  ];
}

function scopeItems(
  organizations: readonly NamedOrganization[],
  tasks: readonly NamedTask[],
  addressOfScope: (scope: Scope) => string,
): readonly PaletteItem[] {
  const projects = organizations.flatMap((organization) => organization.projects);
  const wholes = organizations.map(({ id, name }) => ({
    kind: 'Project' as const,
    name: `All projects of ${name ?? id}`,
    id,
    address: addressOfScope({ orgId: id, projectId: null, taskId: null }),
  }));
  const projectItems = projects.map(({ project: { id, name }, orgId, orgName }) => ({
    kind: 'Project' as const,
    name: name ?? id,
    ...(organizations.length > 1 && { note: orgName ?? orgId }),
    id,
    address: addressOfScope({ orgId, projectId: id, taskId: null }),
  }));
  const byId = new Map(projects.map((visible) => [visible.project.id, visible]));
  const taskItems = tasks.flatMap(({ task: { id, name }, projectId }) => {
    const { project, orgId, orgName } = byId.get(projectId) ?? {};
    if (project === undefined || orgId === undefined) return [];
    const address = addressOfScope({ orgId, projectId, taskId: id });
    const note = [project.name ?? projectId, ...(organizations.length > 1 ? [orgName ?? orgId] : [])].join(' · ');
    return [{ kind: 'Task' as const, name: name ?? id, note, id, address }];
  });
  return [...wholes, ...projectItems, ...taskItems];
}

/** A scope of the search for runs, with a name if there are several. */
export interface SearchedScope {
  readonly name?: string;
  readonly params: URLSearchParams;
}

/** Returns the scope of the page, or all organizations if the page has none. */
export function searchedScopes(
  scopeParams: URLSearchParams,
  organizations: readonly NamedOrganization[],
): readonly SearchedScope[] {
  if (scopeParams.has('org') || organizations.length < 2) return [{ params: scopeParams }];
  return organizations.map(({ id, name }) => ({ name: name ?? id, params: new URLSearchParams({ org: id }) }));
}

const maxItems = 12;

/**
 * Returns the entries that contain each word of a text, starting with those that equal it, then those that begin with it,
 * then those of which a word does. Entries of the same rank are ordered by name. An id is also that of a run, and any
 * other text can be searched in runs.
 * @param searched the scopes in which runs can be searched
 */
export function itemsFor(
  text: string,
  items: readonly PaletteItem[],
  searched: readonly SearchedScope[],
): readonly PaletteItem[] {
  const wanted = text.trim();
  if (wanted === '') return items.slice(0, maxItems);
  const ranked = items
    .map((item) => ({ item, rank: rankOf(item, wanted.toLowerCase()) }))
    .filter(({ rank }) => rank !== undefined)
    .toSorted((one, other) => one.rank! - other.rank! || one.item.name.localeCompare(other.item.name))
    .map(({ item }) => item);
  const distinct = ranked.filter(
    ({ address }, index) => ranked.findIndex((item) => item.address === address) === index,
  );
  const named = distinct.slice(0, maxItems - 1);
  if (isId(wanted)) return [...named, { kind: 'Run', name: wanted, address: addressOf(`runs/${wanted}`) }];
  const finds = searched.map(({ name, params }) => ({
    kind: 'Find' as const,
    name: `Find “${wanted}” in ${name === undefined ? 'runs' : `runs of ${name}`}`,
    address: addressOf('runs', new URLSearchParams([...params, ['find', wanted]])),
  }));
  return [...named, ...finds];
}

function addressOf(path: string, params = new URLSearchParams()): string {
  return params.size === 0 ? path : `${path}?${params}`;
}

function scopeParamsOf(scope: Scope): URLSearchParams {
  return new URLSearchParams(
    Object.entries(paramsOfScope(scope)).flatMap(([name, id]) => (id === null ? [] : [[name, id] as [string, string]])),
  );
}

/** Returns 0 for the best match, or `undefined` for none. */
function rankOf({ name, note = '', id = '' }: PaletteItem, text: string): number | undefined {
  const lower = name.toLowerCase();
  const searched = `${lower} ${note.toLowerCase()} ${id}`;
  if (!text.split(/\s+/).every((word) => searched.includes(word))) return undefined;
  if (lower === text) return 0;
  if (lower.startsWith(text)) return 1;
  return lower.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(text)) ? 2 : 3;
}
