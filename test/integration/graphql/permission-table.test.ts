import {
  arrangePermissionWorld,
  direct,
  levels,
  roles,
  throughSet,
  visibilities,
  world,
} from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

type Expected = 'found' | 'FORBIDDEN' | 'NOT_FOUND' | 'BAD_REQUEST';
interface Path {
  orgId: string;
  projectId: string;
  taskId: string;
  id: string;
}

const query = `query ($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { id runData response files { name } }
}`;

const pathOf = (visibility: (typeof visibilities)[number], change: Partial<Path> = {}): Path => ({
  orgId: world.org,
  projectId: world.project,
  taskId: world.taskOf[visibility],
  id: world.runOf[visibility],
  ...change,
});

describe('the permission table', () => {
  const gateway = useGateway({ arrange: arrangePermissionWorld });

  const answerFor = async (as: string, path: Path, token?: string): Promise<Expected> => {
    const answer = await gateway.ask(query, { as, variables: { ...path }, ...(token ? { token } : {}) });
    expect(answer.status).toBe(200);
    if (answer.data.taskRun) {
      expect(answer.data.taskRun.id).toBe(path.id.toLowerCase());
      expect(answer.errors).toBeUndefined();
      return 'found';
    }
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors![0]!.path).toEqual(['taskRun']);
    return answer.errors![0]!.extensions.code;
  };

  /** Returns the response text for a path. */
  const bytesFor = async (as: string, path: Path) => (await gateway.ask(query, { as, variables: { ...path } })).text;

  const minRank = { owner_only: 3, editors_and_owners: 2, all_viewers: 1 };
  const rank = { viewer: 1, editor: 2, owner: 3 };
  const directCases = roles.flatMap((role) =>
    levels.flatMap((level) =>
      visibilities.map((visibility) => ({ role, level, visibility, allowed: rank[role] >= minRank[visibility] })),
    ),
  );

  it.each(directCases)('row 5 and 6: $role on the $level, run visible to $visibility', async (row) => {
    const subject = direct(row.role, row.level);
    expect(await answerFor(subject, pathOf(row.visibility))).toBe(row.allowed ? 'found' : 'FORBIDDEN');
    const absent = pathOf(row.visibility, { id: world.absent });
    expect(await answerFor(subject, absent)).toBe(row.allowed ? 'NOT_FOUND' : 'FORBIDDEN');
    if (!row.allowed) expect(await bytesFor(subject, absent)).toBe(await bytesFor(subject, pathOf(row.visibility)));
  });

  it('row 5: the executor of a run may read it below the required role, and no other run', async () => {
    expect(await answerFor(world.executor, pathOf('owner_only'))).toBe('found');
    expect(await answerFor(world.executor.toUpperCase(), pathOf('owner_only'))).toBe('found');
    expect(await answerFor(world.executor, pathOf('owner_only', { id: world.absent }))).toBe('FORBIDDEN');
    expect(await answerFor(world.executor, pathOf('owner_only', { id: world.otherRun }))).toBe('FORBIDDEN');
  });

  it('row 3: having executed a run does not suffice without a role on its path', async () => {
    const other = { orgId: world.otherOrg, projectId: world.otherProject, taskId: world.otherTask };
    expect(await answerFor(world.executor, { ...other, id: world.otherRun })).toBe('FORBIDDEN');
  });

  it('row 3: a stranger is forbidden with the same bytes whether or not the run exists', async () => {
    expect(await answerFor('stranger', pathOf('all_viewers'))).toBe('FORBIDDEN');
    const existing = await bytesFor('stranger', pathOf('all_viewers'));
    for (const path of [
      pathOf('all_viewers', { id: world.absent }),
      pathOf('owner_only'),
      pathOf('all_viewers', { taskId: world.absent }),
      pathOf('all_viewers', { projectId: world.absent }),
      pathOf('all_viewers', { orgId: world.absent }),
    ]) {
      expect(await bytesFor('stranger', path)).toBe(existing);
    }
  });

  it.each([
    ['an unknown organization', 'organization', { orgId: world.absent }, 'FORBIDDEN'],
    ['an unknown project, role on the organization', 'organization', { projectId: world.absent }, 'NOT_FOUND'],
    ['an unknown project, role on the project', 'project', { projectId: world.absent }, 'FORBIDDEN'],
    ['an unknown task, role on the organization', 'organization', { taskId: world.absent }, 'NOT_FOUND'],
    ['an unknown task, role on the project', 'project', { taskId: world.absent }, 'NOT_FOUND'],
    ['an unknown task, role on the task', 'task', { taskId: world.absent }, 'FORBIDDEN'],
    ['a project of another organization', 'organization', { projectId: world.otherProject }, 'NOT_FOUND'],
    ['the sibling project', 'organization', { projectId: world.siblingProject }, 'NOT_FOUND'],
    ['the sibling project, role on the project', 'project', { projectId: world.siblingProject }, 'FORBIDDEN'],
    ['a task of another project', 'project', { taskId: world.siblingTask }, 'NOT_FOUND'],
    ['another organization', 'organization', { orgId: world.otherOrg }, 'FORBIDDEN'],
    ['a run of another task', 'project', { id: world.siblingRun }, 'NOT_FOUND'],
    ['a run of another organization', 'project', { id: world.otherRun }, 'NOT_FOUND'],
  ] as const)('row 4: %s (of an owner)', async (_title, level, change, expected) => {
    expect(await answerFor(direct('owner', level), pathOf('all_viewers', change))).toBe(expected);
  });

  it('row 6: a run is not found under a task it does not belong to, whatever the role there', async () => {
    const path = pathOf('all_viewers', { id: world.runOf.owner_only });
    expect(await answerFor(direct('owner', 'organization'), path)).toBe('NOT_FOUND');
  });

  it('a set gives its members the role it was granted, not the one they have inside it', async () => {
    const viewer = throughSet('viewer', 'organization');
    expect(await answerFor(viewer, pathOf('all_viewers'))).toBe('found');
    expect(await answerFor(viewer, pathOf('editors_and_owners'))).toBe('FORBIDDEN');
    const editor = throughSet('editor', 'project');
    expect(await answerFor(editor, pathOf('editors_and_owners'))).toBe('found');
    expect(await answerFor(editor, pathOf('owner_only'))).toBe('FORBIDDEN');
  });

  it('sets do not nest', async () => {
    expect(await answerFor('nested', pathOf('all_viewers'))).toBe('FORBIDDEN');
  });

  it('row 2: a token confined to something else is forbidden, one confined to the path is not', async () => {
    const subject = direct('owner', 'organization');
    const answer = async (confinement: object) =>
      answerFor(subject, pathOf('all_viewers'), await gateway.tokenFor(subject, confinement));
    expect(await answer({ orgId: world.org })).toBe('found');
    expect(await answer({ orgId: world.org.toUpperCase() })).toBe('found');
    expect(await answer({ projectId: world.project })).toBe('found');
    expect(await answer({ taskId: world.taskOf.all_viewers })).toBe('found');
    expect(await answer({ orgId: world.org, projectId: world.project, taskId: world.taskOf.all_viewers })).toBe(
      'found',
    );
    expect(await answer({ orgId: world.otherOrg })).toBe('FORBIDDEN');
    expect(await answer({ projectId: world.siblingProject })).toBe('FORBIDDEN');
    expect(await answer({ taskId: world.taskOf.owner_only })).toBe('FORBIDDEN');
    expect(await answer({ orgId: world.org, projectId: world.siblingProject })).toBe('FORBIDDEN');
  });

  it('row 1 and 2: no statement is sent for a malformed id or a confined token', async () => {
    const subject = direct('owner', 'organization');
    const before = await gateway.statements();
    expect(await answerFor(subject, pathOf('all_viewers', { id: 'nonsense' }))).toBe('BAD_REQUEST');
    expect(await answerFor('stranger', pathOf('all_viewers', { taskId: `${world.absent}0` }))).toBe('BAD_REQUEST');
    const elsewhere = await gateway.tokenFor(subject, { orgId: world.otherOrg });
    expect(await answerFor(subject, pathOf('all_viewers'), elsewhere)).toBe('FORBIDDEN');
    expect(await gateway.statements()).toEqual(before);
  });

  it('row 1 comes before row 2', async () => {
    const subject = direct('owner', 'organization');
    const elsewhere = await gateway.tokenFor(subject, { orgId: world.otherOrg });
    expect(await answerFor(subject, pathOf('all_viewers', { id: '1' }), elsewhere)).toBe('BAD_REQUEST');
  });
});
