// Compares a database whose runs are partitioned by month with one that has the same runs in a single table: requests
// and commands return the same.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPlaces, demoSubjects, triageTask } from '../../src/demo/data/demo-places.js';
import { readExampleOperations } from '../../src/demo/example-operations.js';
import { describeOnServer } from '../support/databases.js';
import { arrangeManyRuns, generated } from '../support/generated-runs.js';
import { partitionRuns } from '../support/partitions.js';
import type { ChangeNode } from '../support/responses.js';
import { requestRest, runUrl } from '../support/rest-client.js';
import { spawnProgram } from '../support/spawned-program.js';
import { type Gateway, useOwnGateway } from '../support/start-gateway.js';
import { urlOf } from '../support/template-database.mjs';
import { untilSettled } from '../support/until-settled.js';

const { orgId, projectId } = demoPlaces.richRun;
const taskId = triageTask.row.id;
const owner = demoSubjects.owner;
/** The links of both gateways are signed in the same second. */
const clock = { at: Date.parse('2026-11-01T00:00:00Z') };
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const task = `${project}, taskId: "${taskId}"`;
/** @param tail a digit that distinguishes runs of the same moment */
const idAt = (time: string, tail = '1') => {
  const digits = Date.parse(time).toString(16).padStart(12, '0') + tail.repeat(20);
  return digits.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
};

/** Returns a value without the hosts and signatures of links, which differ. */
const withPlainLinks = ({ url }: Gateway, value: unknown) =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(url, '')
      .replaceAll(/(?:subject|signature)=[\w-]+/g, ''),
  );

describeOnServer('runs in partitions by months', () => {
  const whole = useOwnGateway({ clock });
  const split = useOwnGateway({ clock, arrange: partitionRuns });
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-partitions-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Asserts that both return the same, and returns it. */
  async function same<T>(read: (gateway: Gateway) => Promise<T>): Promise<T> {
    const [expected, found] = [await read(whole), await read(split)];
    expect(found).toEqual(expected);
    return expected;
  }
  const dataOfBoth = (query: string, variables: Record<string, unknown> = {}) =>
    same(async (gateway) => withPlainLinks(gateway, await gateway.dataOf(query, { as: owner, variables })));
  const contentOf = (gateway: Gateway) =>
    gateway.query(
      `SELECT to_jsonb(task_run) - 'changed_xid' AS run, (SELECT jsonb_agg(file ORDER BY position) FROM task_run_file AS file
         WHERE task_run_id = id) AS files FROM task_run ORDER BY id`,
    );
  async function command(gateway: Gateway, ...args: readonly string[]) {
    const [{ name }] = await gateway.query('SELECT current_database() AS name');
    const { code, output, errors } = await spawnProgram(['main.js', ...args], {
      DATABASE_URL: urlOf(name),
      DATA_DIR: gateway.dataDir,
      AUTH_ISSUERS: JSON.stringify([gateway.issuer.config]),
    }).ended;
    return { code, errors, output: output.replaceAll(/[\d,]+ a second/g, '') };
  }

  it('lie in their months', async () => {
    const rows = await split.query('SELECT tableoid::regclass::text AS name FROM task_run GROUP BY 1 ORDER BY 1');
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(['task_run_2026_09', 'task_run_2026_10']);
    await same(contentOf);
  });

  it.each(readExampleOperations().map(({ name, ...operation }) => [name, operation] as const))(
    'give the same response to %s',
    async (_name, { query, variables }) => {
      await dataOfBoth(query, variables);
    },
  );

  it.each([
    ['{ createdAfter: "2026-09-20", createdBefore: "2026-10-10" }', 'CREATED_ASC'],
    ['{ status: FAIL }', 'CREATED_DESC'],
    ['{ OR: [{ minChargedCredits: "1" }, { hasFiles: true }] }', 'CREATED_DESC'],
    ['{ response: [{ path: "/category", eq: "billing" }] }', 'CREATED_DESC'],
    ['{ hasFallbackLlmModel: true, createdAfter: "2026-08-01" }', 'TOTAL_TOKENS_DESC'],
    ['{ createdAfter: "2026-08-01" }', 'CHARGED_CREDITS_DESC'],
    ['{ search: "order" }', 'CREATED_DESC'],
  ])('give the same pages of %s, %s', async (filter, orderBy) => {
    for (const scope of [project, task]) {
      const nodes = await same(async (gateway) => {
        const pages: unknown[] = [];
        for (let after: string | null = null; pages.length < 3; ) {
          const { taskRuns } = await gateway.dataOf(
            `query ($after: String) {
              taskRuns(${scope}, filter: ${filter}, orderBy: ${orderBy}, first: 40, after: $after) {
                totalCount pageInfo { hasNextPage endCursor }
                nodes { id created status response submitted chargedCredits files { name } reportingGroup { name } }
              }
            }`,
            { as: owner, variables: { after } },
          );
          const { hasNextPage, endCursor } = taskRuns.pageInfo;
          pages.push([taskRuns.totalCount, hasNextPage, taskRuns.nodes]);
          if (!hasNextPage) break;
          after = endCursor;
        }
        return pages;
      });
      expect(nodes[0]).not.toEqual([0, false, []]);
    }
  });

  it('give the same single run with its neighbours and its context', async () => {
    const { node } = await dataOfBoth(
      `query ($id: ID!) { node(id: $id) { ... on TaskRun {
        id response runData next { id } previous { id } files { name downloadUrl }
        context { totals { runs } first { id } last { id } }
      } } }`,
      { id: demoPlaces.richRun.id },
    );
    expect(node.id).toBe(demoPlaces.richRun.id);
    await same(async (gateway) => {
      const response = await requestRest(gateway, runUrl(gateway, demoPlaces.failedRun), { as: owner });
      return [response.status, withPlainLinks(gateway, await response.json())];
    });
  });

  it('give the same newest runs of each task', async () => {
    await dataOfBoth(`{ viewer { organizations { projects { project { name } tasks {
      nodes { task { name taskRuns(first: 1) { nodes { id } } } }
    } } } } }`);
  });

  it.each(['TASK', 'STATUS', 'USER', 'FAILURE', 'REFERENCE', 'CONTEXT', 'REPORTING_GROUP'])(
    'give the same statistics by %s',
    async (dimension) => {
      const { taskRuns } = await dataOfBoth(
        `{ taskRuns(${project}, filter: { createdAfter: "2026-09-01", createdBefore: "2026-11-01" }) { stats {
          runs totalTokens chargedCredits errorRate llmCallTiming { avg p50 }
          buckets(by: WEEK, timeZone: "Europe/Berlin") { start runs errors }
          groupBy(dimension: ${dimension}, first: 20) { value runs chargedCredits }
        } } }`,
      );
      expect(taskRuns.stats.runs).toBeGreaterThan(100);
    },
  );

  it('give the same lines of an export', async () => {
    const lines = await same(async (gateway) => {
      const out = join(folder, `export-${gateway === whole ? 'whole' : 'split'}`);
      const scope = ['--org', orgId, '--project', projectId];
      const { code, errors } = await command(gateway, 'export', ...scope, '--format', 'jsonl', '--out', out);
      expect([code, errors]).toEqual([0, expect.not.stringContaining('rror')]);
      const files = (await readdir(out)).filter((name) => name.startsWith('runs-'));
      const texts = await Promise.all(files.map((name) => readFile(join(out, name), 'utf8')));
      // They are ordered by their transactions.
      return texts.flatMap((text) => text.trimEnd().split('\n')).sort();
    });
    expect(lines.length).toBeGreaterThan(100);
    await same(async (gateway) => {
      const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task_run/export?format=csv`;
      const text = await (await requestRest(gateway, url, { as: owner })).text();
      return text.split('\r\n').sort();
    });
  });

  it('accept imports of new, skipped, replaced and deleted runs', async () => {
    const file = join(folder, 'runs.ndjson');
    const [kept, gone] = await whole.query(
      `SELECT id FROM task_run WHERE task_id = $1 AND id NOT IN (SELECT task_run_id FROM task_run_file) ORDER BY id LIMIT 2`,
      [taskId],
    );
    const run = (time: string, tail: string) => ({
      id: idAt(time, tail),
      created: time,
      run_data: { submitted: tail },
    });
    const rows = [
      run('2025-01-15T12:00:00Z', '1'),
      ...['09', '10', '11', '12'].map((month) => run(`2026-${month}-15T12:00:00Z`, '2')),
      { ...run('2026-09-20T12:00:00Z', '3'), id: kept.id },
    ];
    const lines = (list: readonly object[]) => `${list.map((row) => JSON.stringify(row)).join('\n')}\n`;
    const importInto = (gateway: Gateway, ...options: readonly string[]) =>
      command(gateway, 'import', '--from', file, '--org', orgId, '--project', projectId, '--task', taskId, ...options);
    await writeFile(file, lines(rows));
    const added = await same((gateway) => importInto(gateway));
    expect(added).toMatchObject({ code: 0, output: expect.stringMatching(/ 6 read, 5 new, 0 replaced, .*1 skipped/) });
    await writeFile(file, lines([...rows, run('2026-10-16T12:00:00Z', '4'), { id: gone.id, deleted: true }]));
    const replaced = await same((gateway) => importInto(gateway, '--upsert'));
    expect(replaced.output).toMatch(/ 8 read, 1 new, 6 replaced, 1 deleted/);
    await same(contentOf);
    const rowsOf = await split.query('SELECT tableoid::regclass::text AS name FROM task_run GROUP BY 1 ORDER BY 1');
    expect(rowsOf.map(({ name }: { name: string }) => name)).toEqual([
      ...['task_run_2026_09', 'task_run_2026_10', 'task_run_2026_11', 'task_run_first', 'task_run_other'],
    ]);
  });

  it('give the same changes after insertions, updates and deletions in several months', async () => {
    const changesOf = async (gateway: Gateway, after: string | null) => {
      await untilSettled(gateway);
      const changes: ChangeNode[] = [];
      for (let cursor = after; ; ) {
        const { taskRunChanges } = await gateway.dataOf(
          `query ($after: String) { taskRunChanges(${task}, first: 100, after: $after) {
            changes { run { id reference files { name } } deleted { runId } } endCursor hasMore
          } }`,
          { as: owner, variables: { after: cursor } },
        );
        changes.push(...taskRunChanges.changes);
        cursor = taskRunChanges.endCursor;
        if (!taskRunChanges.hasMore) return { changes, cursor };
      }
    };
    const changes = await same(async (gateway) => {
      const { cursor } = await changesOf(gateway, null);
      const [september, october, november] = ['09', '10', '11'].map((month) => idAt(`2026-${month}-15T12:00:00Z`, '2'));
      await gateway.query("UPDATE task_run SET reference = 'changed' WHERE id IN ($1, $2)", [september, october]);
      await gateway.query('DELETE FROM task_run WHERE id = $1', [november]);
      await gateway.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, created, run_data, input_tokens, output_tokens, total_tokens)
         SELECT $2, task_id, task_revision_id, created, run_data, 1, 1, 2 FROM task_run WHERE id = $1`,
        [october, idAt('2026-11-16T12:00:00Z')],
      );
      await gateway.query(
        `INSERT INTO task_run_file SELECT $1, 0, 'late.txt', 'text/plain', 1, 'INPUT', 'late', '2026-11-01'`,
        [september],
      );
      return (await changesOf(gateway, cursor)).changes;
    });
    expect(changes).toHaveLength(4);
    expect(changes.filter(({ deleted }) => deleted !== null)).toHaveLength(1);
  });

  it('give the same runs of a search, also after its index was dropped and made', async () => {
    const hasIndexes = () =>
      split.query("SELECT count(*)::integer AS count FROM pg_class WHERE relname ~ '^task_run.*_term_idx$'");
    for (const state of ['off', 'on', 'on']) {
      const ended = await command(split, 'migrate', '--search', state);
      expect(ended).toMatchObject({ code: 0, errors: '' });
      expect(await hasIndexes()).toEqual([{ count: state === 'on' ? 6 : 0 }]);
    }
    const { taskRuns } = await dataOfBoth(
      `{ taskRuns(${project}, filter: { search: "order" }, first: 20) { totalCount nodes { id } } }`,
    );
    expect(taskRuns.nodes.length).toBeGreaterThan(0);
  });

  it('get a valid index beside an invalid one of a partition', async () => {
    const [{ definition }] = await split.query(
      "SELECT pg_get_indexdef('task_run_first_term_idx'::regclass) AS definition",
    );
    await command(split, 'migrate', '--search', 'off');
    await split.query(definition.replace('task_run_first_term_idx', 'left_idx'));
    await split.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'left_idx'::regclass");
    expect(await command(split, 'migrate', '--search', 'on')).toMatchObject({ code: 0, errors: '' });
    expect(
      await split.query(
        "SELECT indisvalid, to_regclass('left_idx') AS left FROM pg_index WHERE indexrelid = 'task_run_term_idx'::regclass",
      ),
    ).toEqual([{ indisvalid: true, left: null }]);
  });

  it('pass the checks of doctor', async () => {
    const output = await same(async (gateway) => {
      const ended = await command(gateway, 'doctor');
      return ended.output.replaceAll(/(?:gateway|127)\S*/g, '…');
    });
    expect(output).toMatch(/^ok +schema:/m);
  });

  it('leave the same runs after a purge', async () => {
    const before = ['--before', '2026-10-10', '--yes', '--pause', '0'];
    await same((gateway) => command(gateway, 'purge', '--org', orgId, '--project', projectId, ...before));
    const content = await same(contentOf);
    expect(content.length).toBeGreaterThan(100);
  });
});

describe('a search in partitions', () => {
  const { orgId, projectId, taskId, otherTaskId, owner } = generated;
  const gateway = useOwnGateway({
    // Fewer than must be tested without the search index.
    maxScannedRuns: 1000,
    async arrange(database) {
      await arrangeManyRuns(database, 3000, () =>
        database.query(
          "UPDATE task_run SET response = to_jsonb('needle '::text) WHERE task_id = ANY ($1) AND input_tokens < 20",
          [[taskId, otherTaskId]],
        ),
      );
      await partitionRuns(database);
    },
  });

  it('finds the runs in the parts of its index', async () => {
    const { taskRuns } = await gateway.dataOf(
      `{ taskRuns(orgId: "${orgId}", projectId: "${projectId}", filter: { search: "needle" }, first: 50) {
        totalCount countUpTo(max: 100) { count isExact } scan { isComplete } nodes { id }
      } }`,
      { as: owner },
    );
    const { nodes, ...counts } = taskRuns;
    expect(nodes).toHaveLength(20);
    expect(counts).toEqual({ totalCount: 20, countUpTo: { count: 20, isExact: true }, scan: { isComplete: true } });
  });
});
