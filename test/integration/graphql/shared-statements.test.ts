import { arrangePermissionWorld, direct, idOf, throughSet, world } from '../../support/permission-world.js';
import type { RunNode } from '../../support/responses.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const largeRun = idOf(200);
const group = idOf(201);

describe('requests that share statements', () => {
  const gateway = useOwnGateway({
    // A single connection, so that requests have to share statements.
    environment: { DATABASE_POOL_SIZE: '1' },
    async arrange(database) {
      await arrangePermissionWorld(database);
      // Random digits, so that the database cannot store the text compactly.
      await database.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
           SELECT $1, $2, $1, jsonb_build_object('text', string_agg(md5(n::text), '')), '{"submitted":1}', now(), 1, 2, 3
           FROM generate_series(1, 160000) AS n`,
        [largeRun, world.taskOf.all_viewers],
      );
      await database.query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Large')", [
        group,
        world.project,
      ]);
      await database.query('UPDATE task_run SET reporting_group_id = $1 WHERE id = $2', [group, largeRun]);
      await database.query(
        `INSERT INTO task_run_file SELECT run, n, chr(97 + n) || '.txt', 'text/plain', 1, 'INPUT', 'key', now()
           FROM (VALUES ($1::uuid, 1), ($2, 0)) AS of_run (run, last), generate_series(0, last) AS n`,
        [largeRun, world.runOf.editors_and_owners],
      );
    },
  });

  const path = (visibility: keyof typeof world.taskOf, id: string) =>
    `(orgId: "${world.org}", projectId: "${world.project}", taskId: "${world.taskOf[visibility]}", id: "${id}")`;

  /** Callers of every kind, each with its expected response. */
  const cases = [
    { as: direct('owner', 'organization'), visibility: 'owner_only', found: true, absent: 'NOT_FOUND' },
    { as: direct('viewer', 'organization'), visibility: 'owner_only', found: false, absent: 'FORBIDDEN' },
    { as: direct('viewer', 'project'), visibility: 'all_viewers', found: true, absent: 'NOT_FOUND' },
    { as: direct('editor', 'task'), visibility: 'editors_and_owners', found: true, absent: 'NOT_FOUND' },
    { as: direct('viewer', 'task'), visibility: 'editors_and_owners', found: false, absent: 'FORBIDDEN' },
    { as: throughSet('viewer', 'organization'), visibility: 'all_viewers', found: true, absent: 'NOT_FOUND' },
    { as: world.executor, visibility: 'owner_only', found: true, absent: 'FORBIDDEN' },
    { as: 'stranger', visibility: 'all_viewers', found: false, absent: 'FORBIDDEN' },
  ] as const;

  const tokensOfAll = async () => {
    const tokens = new Map<string, string>();
    for (const { as } of cases) tokens.set(as, await gateway.tokenFor(as));
    return tokens;
  };

  it('serve each caller separately: found, forbidden and absent in one batch, under load', async () => {
    const tokens = await tokensOfAll();
    const before = (await gateway.statements()).task_runs_by_path ?? 0;
    const requests = Array.from({ length: 480 }, (_, index) => cases[(index * 7) % cases.length]!);
    await Promise.all(
      requests.map(async ({ as, visibility, found, absent }, index) => {
        const answer = await gateway.ask(
          `{ there: taskRun${path(visibility, world.runOf[visibility])} { id runData }
             gone: taskRun${path(visibility, world.absent)} { id } viewer { subject } }`,
          { token: tokens.get(as)!, headers: { 'x-request-id': `mixed-${index}` } },
        );
        const there = found ? { id: world.runOf[visibility], runData: { submitted: 'secret' } } : null;
        expect(answer.data).toEqual({ there, gone: null, viewer: { subject: as } });
        const codes = Object.fromEntries(answer.errors!.map(({ path, extensions }) => [path![0], extensions.code]));
        expect(codes).toEqual({ ...(found ? {} : { there: 'FORBIDDEN' }), gone: absent });
      }),
    );
    const statements = (await gateway.statements()).task_runs_by_path! - before;
    // Sharing would not be tested if every request had a separate statement.
    expect(statements).toBeLessThan(requests.length);
  });

  it('return links signed for their own caller, even where one statement reads the files for several', async () => {
    const viewers = [direct('editor', 'task'), direct('owner', 'organization')] as const;
    const tokens = await Promise.all(viewers.map((as) => gateway.tokenFor(as)));
    const query = `{ taskRun${path('editors_and_owners', world.runOf.editors_and_owners)} { files { downloadUrl } } }`;
    const subjectFor = async (token: string): Promise<string> => {
      const { taskRun } = await gateway.dataOf(query, { token });
      return new URL(taskRun.files[0].downloadUrl).searchParams.get('subject')!;
    };
    const subjects = [await subjectFor(tokens[0]!), await subjectFor(tokens[1]!)];
    expect(subjects[0]).not.toBe(subjects[1]);

    const callers = Array.from({ length: 240 }, (_, index) => index % 2);
    const before = (await gateway.statements()).task_runs_by_path!;
    expect(await Promise.all(callers.map((caller) => subjectFor(tokens[caller]!)))).toEqual(
      callers.map((caller) => subjects[caller]),
    );
    expect((await gateway.statements()).task_runs_by_path! - before).toBeLessThan(callers.length);
  });

  it('never wait for a run of five megabytes, which arrives whole', async () => {
    const token = await gateway.tokenFor(direct('viewer', 'project'));
    let isLargeAnswered = false;
    const large = gateway
      .dataOf(`{ taskRun${path('all_viewers', largeRun)} { id response } }`, { token })
      .finally(() => {
        isLargeAnswered = true;
      });
    let answeredBefore = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        await gateway.dataOf(`{ taskRun${path('all_viewers', world.runOf.all_viewers)} { id response } }`, { token });
        if (!isLargeAnswered) answeredBefore += 1;
      }),
    );
    expect(answeredBefore).toBeGreaterThan(0);
    const { taskRun } = await large;
    expect(taskRun.id).toBe(largeRun);
    expect(taskRun.response.text).toHaveLength(160_000 * 32);
  });

  it('return in one operation with a large run, in the requested order', async () => {
    const small = world.runOf.all_viewers;
    const data = await gateway.dataOf(
      `{ a: taskRun${path('all_viewers', small)} { id } b: taskRun${path('all_viewers', largeRun)} { id submitted response }
         c: taskRun${path('all_viewers', small)} { id submitted } }`,
      { as: direct('viewer', 'project') },
    );
    expect([data.a.id, data.b.id, data.c.id]).toEqual([small, largeRun, small]);
    expect([data.b.submitted, data.c.submitted]).toEqual([1, 'secret']);
  });

  const listOf = (visibility: keyof typeof world.taskOf, args = '') =>
    `taskRuns(orgId: "${world.org}", projectId: "${world.project}", taskId: "${world.taskOf[visibility]}"${args})`;

  it('serve pages of whole tasks separately: all runs, own runs, none and forbidden in one batch', async () => {
    const tokens = await tokensOfAll();
    const before = (await gateway.statements()).task_run_pages_by_task ?? 0;
    const requests = Array.from({ length: 240 }, (_, index) => cases[(index * 7) % cases.length]!);
    await Promise.all(
      requests.map(async ({ as, visibility, found }, index) => {
        // Pages of several kinds, which a single statement cannot read.
        const [args, fields] = index % 3 === 0 ? [', last: 2', 'id runData'] : [', first: 2', 'id'];
        const answer = await gateway.ask(`{ page: ${listOf(visibility, args)} { nodes { ${fields} } } }`, {
          token: tokens.get(as)!,
          headers: { 'x-request-id': `pages-${index}` },
        });
        if (as === 'stranger') {
          expect(answer.data).toEqual({ page: null });
          expect(answer.errors!.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
          return;
        }
        const runs = { id: world.runOf[visibility], ...(index % 3 === 0 ? { runData: { submitted: 'secret' } } : {}) };
        const taskRuns = answer.data.page.nodes.filter(({ id }: { id: string }) => id !== largeRun);
        expect(taskRuns).toEqual(found ? [runs] : []);
      }),
    );
    const statements = (await gateway.statements()).task_run_pages_by_task! - before;
    expect(statements).toBeGreaterThan(0);
    expect(statements).toBeLessThan(requests.length);
  });

  it('leave a page with a run of five megabytes to a separate statement, and its relations to the loaders', async () => {
    const as = direct('viewer', 'project');
    const run = 'id response reportingGroup { id } files { name }';
    let page!: { nodes: (Pick<RunNode, 'id' | 'files'> & { response: { text: string }; reportingGroup: object })[] };
    const statements = await gateway.statementsOf(async () => {
      ({ page } = await gateway.dataOf(`{ page: ${listOf('all_viewers')} { nodes { ${run} } } }`, { as }));
    });
    expect(statements).toEqual({
      task_run_pages_by_task: 2,
      reporting_groups_by_id: 1,
      task_run_files_by_run_id: 1,
    });
    expect(page.nodes.map(({ id }) => id)).toEqual([largeRun, world.runOf.all_viewers]);
    expect(page.nodes[0]!.response.text).toHaveLength(160_000 * 32);
    expect(page.nodes[0]!.reportingGroup).toEqual({ id: group });
    expect(page.nodes.map(({ files }) => files.map(({ name }) => name))).toEqual([['a.txt', 'b.txt'], []]);
  });
});
