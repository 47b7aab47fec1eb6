// Compares the lists, statistics, changes and exports of an organization with those of its projects, for every kind of
// caller.

import type { Queries } from '../../support/databases.js';
import { arrangePermissionWorld, direct, idOf, subjects, world } from '../../support/permission-world.js';
import type { RestChange, RestPage } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const group = idOf(0x401);
const otherGroup = idOf(0x402);
/** A project of the organization with many tasks, whose runs alternate, and a project without tasks. */
const wideProject = idOf(0x403);
const emptyProject = idOf(0x404);
const wideTaskAt = (index: number) => idOf(0x1000 + index);
const wideTasks = 130;
const onlyOneTask = 'only-one-task';
const emptyProjectOwner = 'only-an-empty-project';
const missingOrganizationOwner = 'of-a-missing-organization';

async function arrange(database: Queries): Promise<void> {
  const run = (sql: string, values: unknown[]) => database.query(sql, values);
  await arrangePermissionWorld(database);
  for (const project of [wideProject, emptyProject]) {
    await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Wide')", [project, world.org]);
  }
  for (let index = 0; index < wideTasks; index += 1) {
    const visibility = ['all_viewers', 'owner_only', 'editors_and_owners'][index % 3];
    await run("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Wide', $3)", [
      wideTaskAt(index),
      wideProject,
      visibility,
    ]);
  }
  await run("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Sales'), ($3, $4, 'Sales')", [
    group,
    world.project,
    otherGroup,
    wideProject,
  ]);
  await run(
    `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens,
       user_id, is_error, reporting_group_id, reference, context_id)
     SELECT md5(task.id::text || n)::uuid, task.id, task.id,
       CASE WHEN n % 4 = 0 THEN '{"error":"rate limited"}'::jsonb ELSE '{"category":"billing"}' END, '{}',
       '2024-01-16T13:33:25Z'::timestamptz + (n * 300 + hashtext(task.id::text || n) % 200) * interval '1 second',
       n, 2, n + 2, CASE n % 3 WHEN 0 THEN $2::uuid WHEN 1 THEN task.id END, n % 4 = 0,
       CASE WHEN n % 5 > 0 THEN NULL WHEN task.project_id = $3 THEN $4::uuid WHEN task.project_id = $5 THEN $6::uuid END,
       'R-' || n % 3, 'context-' || n % 4
     FROM task JOIN project ON project.id = task.project_id, generate_series(1, 5) AS n WHERE project.org_id = ANY ($1)`,
    [[world.org, world.otherOrg], world.executor, world.project, group, wideProject, otherGroup],
  );
  const grant = (type: string, id: string, subject: string, role: string) =>
    run("INSERT INTO access_grant VALUES ($1, $2, 'user', $3, $4)", [type, id, subject, role]);
  await grant('task', wideTaskAt(wideTasks - 1), onlyOneTask, 'owner');
  await grant('project', emptyProject, emptyProjectOwner, 'viewer');
  await grant('organization', world.absent, missingOrganizationOwner, 'owner');
}

const orgOf = (org: string) => `orgId: "${org}"`;
const projectsOf = {
  [world.org]: [world.project, world.siblingProject, wideProject, emptyProject],
  [world.otherOrg]: [world.otherProject, world.analystSet],
};
const nodes = 'nodes { id created projectId taskId project { id } }';

describe('an organization', () => {
  const gateway = useGateway({ arrange });
  const callers = [...subjects, onlyOneTask, emptyProjectOwner];
  const confinements = [
    {},
    { orgId: world.org },
    { projectId: world.project },
    { projectId: wideProject },
    { projectId: emptyProject },
    { taskId: world.taskOf.all_viewers },
    { taskId: wideTaskAt(0) },
    { orgId: world.otherOrg },
  ];
  const cases = callers.flatMap((subject, index) =>
    confinements
      .filter(
        (_, at) => at === 0 || at === 1 + (index % (confinements.length - 1)) || subject.startsWith('direct-owner'),
      )
      .map((confinement) => ({ subject, confinement })),
  );

  interface Node {
    readonly id: string;
    readonly created: string;
    readonly projectId: string;
    readonly taskId: string;
    readonly project: { readonly id: string };
  }

  /** Returns all runs of a list in order, page by page, or null if the list is FORBIDDEN. */
  async function walk(scope: string, options: string, token: string, size = 100): Promise<Node[] | null> {
    const found: Node[] = [];
    for (let after = 'null'; ; ) {
      const { data, errors } = await gateway.ask(
        `{ taskRuns(${scope}, first: ${size}, after: ${after}, ${options}) { ${nodes} pageInfo { hasNextPage endCursor } } }`,
        { token },
      );
      if (errors) {
        expect(errors[0]!.extensions.code).toBe('FORBIDDEN');
        return null;
      }
      found.push(...data.taskRuns.nodes);
      if (!data.taskRuns.pageInfo.hasNextPage) return found;
      after = JSON.stringify(data.taskRuns.pageInfo.endCursor);
    }
  }

  const compare = (one: Node, other: Node) =>
    other.created.localeCompare(one.created) || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);

  /** Returns the runs of all of the organization's projects, newest first, or null if all of them are FORBIDDEN. */
  async function union(org: string, options: string, token: string): Promise<Node[] | null> {
    const lists = await Promise.all(
      projectsOf[org]!.map((project) => walk(`${orgOf(org)}, projectId: "${project}"`, options, token)),
    );
    const visible = lists.filter((list) => list !== null);
    return visible.length === 0 ? null : visible.flat().sort(compare);
  }

  it.each(cases)('lists for $subject with $confinement what the projects list', async ({ subject, confinement }) => {
    const token = await gateway.tokenFor(subject, confinement);
    for (const org of Object.keys(projectsOf)) {
      const expected = await union(org, 'orderBy: CREATED_DESC', token);
      const listed = await walk(orgOf(org), 'orderBy: CREATED_DESC', token, 37);
      expect(listed).toEqual(expected);
      if (expected === null) continue;
      for (const { projectId, project } of listed!) expect(project.id).toBe(projectId);
      const { data } = await gateway.ask(
        `{ list: taskRuns(${orgOf(org)}) { totalCount countUpTo { count isExact } stats { runs } }
           stats: taskRunStats(${orgOf(org)}) { runs errors groupBy(dimension: PROJECT, first: 50) { value runs project { id } } } }`,
        { token },
      );
      expect(data.list).toEqual({
        totalCount: expected.length,
        countUpTo: { count: expected.length, isExact: true },
        stats: { runs: expected.length },
      });
      const runsOf = (projectId: string) => expected.filter((run) => run.projectId === projectId).length;
      const groups = [...new Set(expected.map((run) => run.projectId))].map((id) => [id, runsOf(id)]);
      expect(
        data.stats.groupBy.map(({ value, runs }: { value: string; runs: number }) => [value, runs]).sort(),
      ).toEqual(groups.sort());
      for (const { value, project } of data.stats.groupBy) expect(project.id).toBe(value);
    }
  });

  it.each([
    ['failed runs', 'filter: { status: FAIL }'],
    ['a value in JSON', 'filter: { response: [{ path: "/category", eq: "billing" }] }'],
    ['a value that no run has', 'filter: { response: [{ path: "/category", eq: "none" }] }'],
    ['a group by its name', 'filter: { reportingGroupName: "Sales" }'],
    ['a reference', 'filter: { reference: { eq: "R-1" } }'],
    ['a context', 'filter: { contextId: { startsWith: "context-2" } }'],
    ['a period', 'filter: { createdAfter: "2024-01-16T13:50:00Z", createdBefore: "2024-01-16T14:00:00Z" }'],
    ['a user', `filter: { userId: "${world.executor}" }`],
    ['any of two conditions', 'filter: { OR: [{ minTotalTokens: 9 }, { hasReportingGroup: true }] }'],
    ['projects', `filter: { projectIdIn: ["${world.project}", "${world.otherProject}"] }`],
    ['tasks', `filter: { AND: [{ taskIdIn: ["${wideTaskAt(0)}", "${wideTaskAt(3)}", "${world.absent}"] }] }`],
    ['all but some tasks', `filter: { NOT: { taskIdIn: ["${wideTaskAt(0)}", "${world.taskOf.all_viewers}"] } }`],
    ['all but a project', `filter: { NOT: { projectIdIn: ["${wideProject}"] } }`],
  ])('finds %s in all projects', async (_, filter) => {
    for (const subject of [direct('owner', 'organization'), direct('viewer', 'organization'), world.executor]) {
      const token = await gateway.tokenFor(subject);
      for (const size of [25, 100]) {
        for (const order of ['CREATED_DESC', 'CREATED_ASC']) {
          const expected = await union(world.org, filter, token);
          if (order === 'CREATED_ASC') expected!.reverse();
          expect(await walk(orgOf(world.org), `${filter}, orderBy: ${order}`, token, size)).toEqual(expected);
        }
      }
      const counts = await gateway.ask(
        `{ taskRuns(${orgOf(world.org)}, ${filter}) { totalCount countUpTo { count } stats { runs } } }`,
        { token },
      );
      const { length } = (await union(world.org, filter, token))!;
      expect(counts.data.taskRuns).toEqual({
        totalCount: length,
        countUpTo: { count: length },
        stats: { runs: length },
      });
    }
  });

  it('answers who has no role there in the same bytes as for a missing organization', async () => {
    const fields = [
      (org: string) => `taskRuns(${orgOf(org)}) { totalCount }`,
      (org: string) => `taskRunStats(${orgOf(org)}) { runs }`,
      (org: string) => `taskRunChanges(${orgOf(org)}) { endCursor }`,
    ];
    for (const subject of ['stranger', missingOrganizationOwner]) {
      const token = await gateway.tokenFor(subject);
      for (const field of fields) {
        const [hidden, missing] = await Promise.all(
          [world.org, world.absent].map(async (org) => {
            const { errors } = await gateway.ask(`{ ${field(org)} }`, { token });
            return errors!.map(({ extensions: { requestId: _, ...rest }, ...error }) => ({
              ...error,
              extensions: rest,
            }));
          }),
        );
        expect(hidden).toEqual(missing);
        expect(hidden![0]!.extensions).toMatchObject({
          code: 'FORBIDDEN',
          permission: 'read',
          resource: 'organization',
        });
      }
    }
  });

  it('gives an empty list with all access to who has a role on a project without tasks', async () => {
    const token = await gateway.tokenFor(emptyProjectOwner);
    const { data } = await gateway.ask(`{ taskRuns(${orgOf(world.org)}) { totalCount runAccess nodes { id } } }`, {
      token,
    });
    expect(data.taskRuns).toEqual({ totalCount: 0, runAccess: 'ALL', nodes: [] });
  });

  it('rejects a task without its project, and a cursor of another list', async () => {
    const token = await gateway.tokenFor(direct('owner', 'organization'));
    const { errors } = await gateway.ask(
      `{ taskRuns(${orgOf(world.org)}, taskId: "${wideTaskAt(0)}") { totalCount } }`,
      { token },
    );
    expect(errors![0]!.extensions).toMatchObject({ reason: 'VALIDATION_FAILED', detail: [{ loc: ['taskId'] }] });
    const { data } = await gateway.ask(`{ taskRuns(${orgOf(world.org)}, first: 1) { pageInfo { endCursor } } }`, {
      token,
    });
    const after = JSON.stringify(data.taskRuns.pageInfo.endCursor);
    const other = await gateway.ask(
      `{ taskRuns(${orgOf(world.org)}, projectId: "${wideProject}", after: ${after}) { totalCount } }`,
      { token },
    );
    expect(other.errors![0]!.extensions).toMatchObject({ reason: 'VALIDATION_FAILED', detail: [{ loc: ['after'] }] });
  });

  it('has the runs below `viewer`, too', async () => {
    const token = await gateway.tokenFor(direct('viewer', 'organization'));
    const { data } = await gateway.ask(
      `{ viewer { organizations { organization { id taskRuns(first: 1) { totalCount } taskRunStats { runs } } } }
         taskRuns(${orgOf(world.org)}) { totalCount } }`,
      { token },
    );
    const { totalCount } = data.taskRuns;
    // Other test files may give the viewer roles on other organizations.
    expect(data.viewer.organizations).toContainEqual({
      organization: { id: world.org, taskRuns: { totalCount }, taskRunStats: { runs: totalCount } },
    });
  });

  it('has the same runs in pages, changes and exports over REST', async () => {
    const rest = (subject: string, path: string, accept = 'application/json') =>
      requestRest(gateway, `${gateway.url}/api/v1/org/${world.org}/task_run${path}`, {
        as: subject,
        headers: { accept },
      });
    for (const subject of [direct('owner', 'organization'), direct('editor', 'project'), world.executor, onlyOneTask]) {
      const token = await gateway.tokenFor(subject);
      const listed = (await walk(orgOf(world.org), 'orderBy: CREATED_DESC', token))!.map(({ id }) => id);
      const page = (await (await rest(subject, '?fields=core&page_limit=100')).json()) as RestPage<{ id: string }>;
      expect(page.results.map(({ id }) => id)).toEqual(listed.slice(0, 100));
      const exported = await (await rest(subject, '/export?fields=core', 'application/x-ndjson')).text();
      const lines = exported
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { id: string });
      expect(lines.map(({ id }) => id).sort()).toEqual(listed.toSorted());
      const changed: string[] = [];
      for (let after = ''; ; ) {
        const response = await rest(subject, `/changes?fields=core&page_limit=100${after}`);
        const { results, pagination } = (await response.json()) as RestPage<RestChange>;
        changed.push(...results.map(({ run }) => run.id));
        if (!pagination.has_next) break;
        after = `&after=${pagination.next_cursor}`;
      }
      expect(changed.sort()).toEqual(listed.toSorted());
    }
    const one = await rest(direct('owner', 'organization'), `?fields=core&project_id_in=${world.siblingProject}`);
    const { results } = (await one.json()) as RestPage<{ project_id?: string; task_id: string }>;
    expect(new Set(results.map(({ task_id }) => task_id))).toEqual(new Set([world.siblingTask]));
    const forbidden = await rest('stranger', '');
    expect([forbidden.status, await forbidden.json()]).toMatchObject([
      403,
      { detail: { resource: 'organization', permission: 'read' } },
    ]);
    const rejected = await rest(direct('owner', 'organization'), `?task_id=${wideTaskAt(0)}`);
    expect(rejected.status).toBe(422);
    expect(await rejected.text()).toContain('task_id_in');
  });

  it('names the organization in the file name of an export', async () => {
    const url = `${gateway.url}/api/v1/org/${world.org}/task_run/export`;
    const response = await requestRest(gateway, url, { as: direct('owner', 'organization'), method: 'HEAD' });
    expect(response.headers.get('content-disposition')).toMatch(/filename="?acme_/);
  });
});
