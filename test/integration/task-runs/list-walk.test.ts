// Walks lists while runs are inserted. Every run that existed before must be found exactly once.

import type { DataSource } from 'typeorm';
import type { RunOrder } from '../../../src/task-runs/lists/run-order.js';
import type { RunFilterInput } from '../../../src/task-runs/visibility/run-filter.js';
import { databaseKind } from '../../support/databases.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { createRunListsOn } from '../../support/run-lists.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const old = 1000;
const inserted = 1000;

interface AskedPage {
  readonly order: RunOrder;
  readonly after: string | null;
  readonly filter?: RunFilterInput;
}

describe('a walk through a list', () => {
  let database: OwnDatabase;
  /** Reads lists and writes runs, because the embedded database has only one session. */
  let writer: DataSource;
  let oldIds: string[];
  beforeAll(async () => {
    database = await createMigratedDatabase();
    writer = await database.connect();
    await arrangeGeneratedRuns(writer, old);
    const rows: { readonly id: string }[] = await writer.query('SELECT id FROM task_run');
    oldIds = rows.map(({ id }) => id);
  });
  afterAll(async () => {
    await writer?.destroy();
    await database?.drop();
  });

  const pageOf = async ({ order, after, filter = {} }: AskedPage) => {
    const lists = createRunListsOn(writer, owner);
    const input = { orgId, projectId, orderBy: order, first: 40, after, filter };
    const { runs, hasNext, cursors } = await lists.list(input, {
      selection: { fieldGroups: 0, pointers: [] },
      count: false,
    });
    const last = runs.at(-1);
    return { ids: runs.map(({ id }) => id), hasNext, endCursor: last === undefined ? null : cursors.encode(last) };
  };

  let next = 0;
  /** Inserts runs across the range of the list, a tenth of them at the moment shared by a hundred old ones. */
  const insert = (count: number) => {
    const from = next;
    next += count;
    return writer.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       SELECT ('0190a234-8dc6-0d09-2ea9-' || lpad(to_hex(n), 12, '0'))::uuid, ($2::uuid[])[1 + n % 2], $3, '{}',
         CASE WHEN n % 10 = 0 THEN '2025-03-01T00:00:00.000001Z'::timestamptz
           ELSE '2025-03-01T00:00:00Z'::timestamptz + (n * 7919 % 1000) * interval '1 minute' END, 1, 1, 2
       FROM generate_series($1::integer, $1 + $4 - 1) AS n`,
      [from, [taskId, otherTaskId], taskId, count],
    );
  };

  it.each(['CREATED_DESC', 'CREATED_ASC'] as const)(
    'returns every old run once while others are inserted, %s',
    async (order) => {
      const readIds: string[] = [];
      let after: string | null = null;
      for (let hasMore = true; hasMore; ) {
        const page = await pageOf({ order, after });
        readIds.push(...page.ids);
        after = page.endCursor;
        hasMore = page.hasNext;
        if (next < inserted * (order === 'CREATED_DESC' ? 1 : 2)) await insert(50);
      }
      expect(new Set(readIds).size).toBe(readIds.length);
      const readIdSet = new Set(readIds);
      expect(oldIds.filter((id) => !readIdSet.has(id))).toEqual([]);
    },
  );

  const insertAt = (runner: Pick<DataSource, 'query'>, id: string, created: string) =>
    runner.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       VALUES ($1, $2, $2, '{}', $3, 1, 1, 2)`,
      [id, taskId, created],
    );
  const lateIds = ['0190a234-8dc6-0d0a-2ea9-000000000001', '0190a234-8dc6-0d0a-2ea9-000000000002'] as const;

  it('resumes where it stopped, and finds what was created since', async () => {
    const filter = { createdAfter: '2025-05-01T00:00:00Z' };
    await insertAt(writer, lateIds[0], '2025-05-01T00:00:00Z');
    const first = await pageOf({ order: 'CREATED_ASC', after: null, filter });
    expect(first.ids).toEqual([lateIds[0]]);
    const emptyPage = await pageOf({ order: 'CREATED_ASC', after: first.endCursor, filter });
    expect(emptyPage.ids).toEqual([]);
    await insertAt(writer, lateIds[1], '2025-05-01T00:00:00.000001Z');
    const rest = await pageOf({ order: 'CREATED_ASC', after: first.endCursor, filter });
    expect(rest.ids).toEqual([lateIds[1]]);
  });

  // The embedded database has one session, so no other transaction can run alongside the gateway's.
  if (databaseKind === 'postgres') {
    it('misses a run that is committed after it has passed, unless it stops before running transactions', async () => {
      const ids = ['0190a234-8dc6-0d0b-2ea9-000000000001', '0190a234-8dc6-0d0b-2ea9-000000000002'] as const;
      const other = await database.connect();
      const late = other.createQueryRunner();
      await late.startTransaction();
      await insertAt(late, ids[0], '2025-06-01T00:00:00Z');
      await insertAt(writer, ids[1], '2025-06-01T00:00:01Z');

      const open = { createdAfter: '2025-06-01T00:00:00Z' };
      const firstPage = await pageOf({ order: 'CREATED_ASC', after: null, filter: open });
      expect(firstPage.ids).toEqual([ids[1]]);
      const window = { ...open, createdBefore: '2025-06-01T00:00:00Z' };
      expect((await pageOf({ order: 'CREATED_ASC', after: null, filter: window })).ids).toEqual([]);
      await late.commitTransaction();
      await late.release();
      await other.destroy();

      const secondPage = await pageOf({ order: 'CREATED_ASC', after: firstPage.endCursor, filter: open });
      expect(secondPage.ids).toEqual([]);
      const nextWindow = { createdAfter: window.createdBefore, createdBefore: '2025-06-01T00:01:00Z' };
      const patient = await pageOf({ order: 'CREATED_ASC', after: null, filter: nextWindow });
      expect(patient.ids).toEqual([ids[0], ids[1]]);
    });
  }
});
