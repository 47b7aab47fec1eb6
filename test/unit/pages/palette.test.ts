import { itemsFor, namedItems, searchedScopes } from '../../../src/pages/runs/palette/palette-items.js';

const organization = {
  id: 'o1',
  name: 'Harbor',
  projects: [
    { project: { id: 'p1', name: 'Claims' }, orgId: 'o1', orgName: 'Harbor' },
    { project: { id: 'p2', name: 'Order intake' }, orgId: 'o1', orgName: 'Harbor' },
  ],
};
const task = (id: string, name: string, projectId: string) => ({ task: { id, name }, projectId });
const sources = {
  path: 'runs',
  params: new URLSearchParams('org=o1&status=FAIL'),
  organizations: [organization],
  tasks: [task('t1', 'Reorder', 'p1'), task('t2', 'Triage of orders', 'p2'), task('t3', 'Order triage', 'p1')],
  views: [{ name: 'Nightly', path: 'runs', search: 'org=o1&since=24h' }],
  recent: [{ orgId: 'o1', projectId: 'p2', taskId: null }],
};
const items = namedItems(sources);
const scope = [{ params: new URLSearchParams('org=o1') }];
const namesFor = (text: string) => itemsFor(text, items, scope).map(({ kind, name }) => `${kind}: ${name}`);
const addressesFor = (text: string) => itemsFor(text, items, scope).map(({ address }) => address);

describe('the palette', () => {
  it('begins with recent scopes, pages and views', () => {
    expect(namesFor(' ').slice(0, 8)).toEqual([
      'Recent: Order intake',
      'Page: Home',
      'Page: Runs',
      'Page: Statistics',
      'Page: GraphiQL',
      'Page: REST',
      'View: Nightly',
      'Project: All projects of Harbor',
    ]);
  });

  it('ranks names that begin with the text, then words, then parts of words, and lists no address twice', () => {
    expect(namesFor('order')).toEqual([
      'Recent: Order intake',
      'Task: Order triage',
      'Task: Triage of orders',
      'Task: Reorder',
      'Find: Find “order” in runs',
    ]);
  });

  it.each([
    ['words in any order, also of the project', 'claims triage', 'Task: Order triage'],
    ['an id', 't2', 'Task: Triage of orders'],
    ['a view', 'NIGHT', 'View: Nightly'],
  ])('finds %s', (_title, text, first) => {
    expect(namesFor(text)[0]).toBe(first);
  });

  it('keeps the parameters of pages about runs, and only the scope of a search', () => {
    expect(addressesFor('statistics')[0]).toBe('runs/statistics?org=o1&status=FAIL');
    expect(addressesFor('order 12').at(-1)).toBe('runs?org=o1&find=order+12');
  });

  it('opens the statistics of a task from the statistics', () => {
    const [first] = itemsFor('reorder', namedItems({ ...sources, path: 'runs/statistics' }), scope);
    expect(first!.address).toBe('runs/statistics?org=o1&project=p1&task=t1');
  });

  it('searches the scope of the page, or each organization if the page has no scope', () => {
    const other = { ...organization, id: 'o2', name: 'Acme', projects: [] };
    const findsFor = (params: string, organizations: Parameters<typeof searchedScopes>[1]) =>
      itemsFor('4711', items, searchedScopes(new URLSearchParams(params), organizations)).map(
        ({ name, address }) => `${name}: ${address}`,
      );
    expect(findsFor('', [organization])).toEqual(['Find “4711” in runs: runs?find=4711']);
    expect(findsFor('org=o1&project=p1', [organization, other])).toEqual([
      'Find “4711” in runs: runs?org=o1&project=p1&find=4711',
    ]);
    expect(findsFor('', [organization, other])).toEqual([
      'Find “4711” in runs of Harbor: runs?org=o1&find=4711',
      'Find “4711” in runs of Acme: runs?org=o2&find=4711',
    ]);
  });

  it('names the organization of a project and a task if there are several', () => {
    const other = { ...organization, id: 'o2', name: 'Acme', projects: [] };
    const notes = namedItems({ ...sources, organizations: [organization, other] }).map(({ note }) => note);
    expect(notes).toEqual(expect.arrayContaining(['Harbor', 'Claims · Harbor']));
  });

  it('takes an id for that of a run', () => {
    expect(addressesFor('01a01e2f-0000-7000-8000-000000000001')).toEqual(['runs/01a01e2f-0000-7000-8000-000000000001']);
  });
});
