import { firstPlaceOf, freshIds } from '../../../src/pages/runs/first-run/first-place.js';
import { creationOf, readingOf, writingOf } from '../../../src/pages/runs/first-run/snippets.js';

type Viewer = Parameters<typeof firstPlaceOf>[0];
type Organization = Viewer['organizations'][number];
type Project = Organization['projects'][number];

const pageInfo = { hasNextPage: false, endCursor: null };
const fresh = { orgId: 'fresh-org', projectId: 'fresh-project', taskId: 'fresh-task' };
const project = (id: string, tasks: readonly string[], role: Project['role'] = null) =>
  ({ project: { id, name: `Project ${id}` }, role, tasks: { nodes: tasks.map(taskOf), pageInfo } }) as Project;
const taskOf = (id: string) => ({ task: { id, name: `Task ${id}` }, runAccess: 'ALL', retentionDays: null }) as const;
const viewer = (projects: readonly Project[], role: Organization['role'] = null) =>
  ({ subject: 'ada', organizations: [{ organization: { id: 'o', name: 'Harbor' }, role, projects }] }) as Viewer;

describe('the place of the first run', () => {
  it('is a new organization without a role', () => {
    expect(firstPlaceOf({ subject: 'ada', organizations: [] }, undefined, fresh)).toMatchObject({
      ...fresh,
      missing: ['organization', 'project', 'task'],
      isOwner: false,
    });
  });
  it('is a new task in the first project of an organization without tasks', () => {
    expect(firstPlaceOf(viewer([project('p', [])], 'OWNER'), undefined, fresh)).toMatchObject({
      orgId: 'o',
      projectId: 'p',
      taskId: 'fresh-task',
      missing: ['task'],
      isOwner: true,
    });
  });
  it('is the first task in any project of the organization', () => {
    const place = firstPlaceOf(viewer([project('p', []), project('q', ['t'], 'OWNER')]), undefined, fresh);
    expect(place).toMatchObject({ projectId: 'q', taskId: 't', missing: [], task: 'Task t', isOwner: true });
  });
  it('is in the scope of the page', () => {
    const projects = [project('p', ['s']), project('q', ['t', 'u'], 'VIEWER')];
    const scope = { orgId: 'o', projectId: 'q', taskId: 'u' };
    expect(firstPlaceOf(viewer(projects), scope, fresh)).toMatchObject({
      projectId: 'q',
      taskId: 'u',
      missing: [],
      isOwner: false,
    });
  });
});

it('fresh ids are different UUIDs', () => {
  const ids = Object.values(freshIds);
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
});

describe('the commands to the first run', () => {
  const place = firstPlaceOf(viewer([], 'OWNER'), undefined, fresh);

  it('create only what is missing', () => {
    expect(creationOf(place, 'ada')).toMatch(/INSERT INTO project .*INSERT INTO task /s);
    expect(creationOf(place, 'ada')).not.toMatch(/INSERT INTO organization|grant/);
  });
  it('give the caller a role on a new organization, whatever characters the subject has', () => {
    const create = creationOf(firstPlaceOf({ subject: '', organizations: [] }, undefined, fresh), "ada o'neill");
    expect(create).toContain(String.raw`grant --user 'ada o'\''neill' --role owner \
  --org fresh-org`);
  });
  it('write to and read from the place', () => {
    const codes = [...writingOf(place), ...readingOf(place, 'http://gateway/')].map(({ code }) => code);
    for (const code of codes) expect(code).toContain('fresh-task');
  });
});
