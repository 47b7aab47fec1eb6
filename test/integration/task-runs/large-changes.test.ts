// Changes to runs whose JSON is larger than a page, or even larger than a request may read. Each run is read with a
// separate statement.

import type { DataSource } from 'typeorm';
import { GatewayError } from '../../../src/errors/gateway-error.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import type { TaskRunRecord } from '../../../src/task-runs/columns/records.js';
import { generated } from '../../support/generated-runs.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';
import { idOf } from '../../support/permission-world.js';
import { createChangesOn } from '../../support/run-changes.js';

const { orgId, projectId, taskId, owner } = generated;
const taskScope = { orgId, projectId, taskId };
const selection = { fieldGroups: FieldGroup.response | FieldGroup.runData | FieldGroup.files, pointers: [] };
const kilobyte = 1024;
const megabyte = 1024 * kilobyte;
const maxBytes = 8 * megabyte;
/**
 * Response lengths in characters. The second, fourth and fifth are larger than a page of a stream. The fourth is also
 * larger than other pages, and the fifth is larger than a request may read.
 */
const lengths = [kilobyte, 300 * kilobyte, kilobyte, 5 * megabyte, 9 * megabyte, kilobyte];
const idAt = (index: number) => idOf(0x700 + index);

describe('changes of large runs', () => {
  let dataSource: DataSource;
  let opened: ReturnType<typeof createChangesOn>;
  afterAll(() => opened?.close());
  useMigratedDatabase(async (migrated) => {
    dataSource = migrated;
    opened = createChangesOn(dataSource);
    const run = (sql: string, values: unknown[]) => dataSource.query(sql, values);
    await run("INSERT INTO organization (id, name) VALUES ($1, 'Large')", [orgId]);
    await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Large')", [projectId, orgId]);
    await run("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Large')", [taskId, projectId]);
    await run("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [projectId, owner]);
    for (const [index, length] of lengths.entries()) {
      await run(
        `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
         VALUES ($1, $2, $2, to_jsonb(repeat('x', $3)), '{"submitted":1}', now(), 1, 1, 2)`,
        [idAt(index), taskId, length],
      );
      await run("INSERT INTO task_run_file VALUES ($1, 0, 'a.txt', 'text/plain', 1, 'INPUT', 'a', now())", [
        idAt(index),
      ]);
    }
  });

  /** Counts the statements executed by `work`, by name. */
  const statementsOf = async (work: () => Promise<unknown>) => {
    const before = { ...opened.counts };
    await work();
    return Object.fromEntries(
      Object.entries(opened.counts).flatMap(([name, count]) => {
        const added = count - (before[name] ?? 0);
        return added === 0 ? [] : [[name, added]];
      }),
    );
  };
  /** Returns the length of the response, or the reason why it is missing. */
  const lengthOf = (run: TaskRunRecord) => {
    expect(run.runData).toMatchObject({ text: '{"submitted": 1}' });
    try {
      return run.response!.text.length - '""'.length;
    } catch (error) {
      if (error instanceof GatewayError) return error.reason;
      throw error;
    }
  };
  const withoutTooLarge = lengths.map((length) => (length > maxBytes ? 'RESPONSE_TOO_LARGE' : length));

  it('come each on a separate page, by one more statement', async () => {
    const pages: unknown[] = [];
    const statements: unknown[] = [];
    let after: string | null = null;
    for (let hasMore = true; hasMore; ) {
      statements.push(
        await statementsOf(async () => {
          const page = await opened.openFor(owner, { maxBytes }).page({ ...taskScope, after, first: 100 }, selection);
          pages.push(page.changes.map(({ run }) => lengthOf(run!)));
          after = page.endCursor;
          hasMore = page.hasMore;
        }),
      );
    }
    const [small1, medium, small2, large, tooLarge, small3] = withoutTooLarge;
    expect(pages).toEqual([[small1, medium, small2], [large], [tooLarge], [small3]]);
    expect(statements).toEqual([1, 2, 2, 1].map((count) => ({ task_run_change_scopes: 1, task_run_changes: count })));
  });

  it('come in a stream by one more statement for each that is larger than its pages', async () => {
    const { changes } = await opened.openFor(owner).page({ ...taskScope, first: 1 }, selection);
    const after = changes[0]!.previousCursor;
    const controller = new AbortController();
    const followed: unknown[] = [];
    const statements = await statementsOf(async () => {
      const stream = await opened
        .openFor(owner, { maxBytes })
        .follow({ ...taskScope, after }, selection, controller.signal);
      for await (const { run } of stream) {
        followed.push(lengthOf(run!));
        if (followed.length === lengths.length) break;
      }
      controller.abort();
    });
    expect(followed).toEqual(withoutTooLarge);
    expect(statements).toMatchObject({ task_run_changes: lengths.length + 3 });
  });

  it('come in an export with their files, by one more statement for each that is larger than its pages', async () => {
    const exported: unknown[] = [];
    const statements = await statementsOf(async () => {
      const { pages } = await opened.exportsFor(owner, { maxBytes }).open(taskScope, selection);
      const reading = { signal: new AbortController().signal, cut: () => {} };
      for await (const { runs, filesByRun } of pages(reading)) {
        exported.push(runs.map(lengthOf));
        for (const { id } of runs) expect(filesByRun.get(id)).toMatchObject([{ name: 'a.txt' }]);
      }
    });
    const [small1, medium, small2, large, largest, small3] = lengths;
    expect(exported).toEqual([[small1, medium, small2], [large], [largest], [small3]]);
    expect(statements).toEqual({ task_run_change_scopes: 6, task_run_changes: 6, task_run_files_by_run_id: 2 });
  });
});
