import type { DataSource } from 'typeorm';
import { beginEpoch, estimateEpoch, findStaleEpoch } from '../../../src/database/change-epoch.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';
import { createChangesOn, readChanges } from '../../support/run-changes.js';
import { untilSettled } from '../../support/until-settled.js';

const { orgId, projectId, taskId, owner } = generated;
const taskScope = { orgId, projectId, taskId };
const ids = { fieldGroups: 0, pointers: [] };

describe('an epoch of changes', () => {
  let dataSource: DataSource;
  useMigratedDatabase(async (migrated) => {
    dataSource = migrated;
    await arrangeGeneratedRuns(dataSource, 40);
  });

  const changes = (staleEpoch: string | null = null) => createChangesOn(dataSource, { staleEpoch }).openFor(owner);
  const idsOfTask = async () =>
    (await dataSource.query('SELECT id FROM task_run WHERE task_id = $1 ORDER BY id', [taskId])).map(
      ({ id }: { id: string }) => id,
    );

  it('stays current while transactions belong to the server', async () => {
    expect(await findStaleEpoch(dataSource)).toBeNull();
  });

  it('becomes stale when runs have transactions that the server has not begun, and then serves no changes', async () => {
    // A dump from an older server contains such transaction ids.
    await dataSource.query("UPDATE task_run SET changed_xid = '999999999999' WHERE task_id = $1", [taskId]);
    const stale = await findStaleEpoch(dataSource);
    expect(stale).toEqual(expect.any(String));
    await expect(changes(stale).page(taskScope, ids)).rejects.toMatchObject({ reason: 'SERVICE_UNAVAILABLE' });
    const signal = new AbortController().signal;
    await expect(changes(stale).follow(taskScope, ids, signal)).rejects.toMatchObject({
      reason: 'SERVICE_UNAVAILABLE',
    });
    // A caller without permission to see the runs learns nothing about it.
    await expect(
      createChangesOn(dataSource, { staleEpoch: stale }).openFor('stranger').page(taskScope, ids),
    ).rejects.toMatchObject({
      reason: 'PERMISSION_CHECK_FAILED',
    });
  });

  it('begins with all existing runs, before later changes, and expires the cursors of the previous one', async () => {
    const stale = await findStaleEpoch(dataSource);
    const before = await changes().watermark(taskScope);
    expect(await estimateEpoch(dataSource)).toEqual({ runs: 40, isExact: true, hasSearch: expect.any(Boolean) });
    expect(await beginEpoch(dataSource)).toBe(40);
    expect(await estimateEpoch(dataSource)).toMatchObject({ runs: 0, isExact: true });
    expect(await findStaleEpoch(dataSource)).toBeNull();
    await expect(changes(stale).page({ ...taskScope, after: before }, ids)).rejects.toMatchObject({
      reason: 'CURSOR_EXPIRED',
    });
    const { ids: all, endCursor } = await readChanges(() => changes(stale), taskScope, { first: 7 });
    expect(all).toEqual(await idsOfTask());
    await dataSource.query("UPDATE task_run SET reference = 'since' WHERE id = $1", [all[3]]);
    await untilSettled(dataSource);
    expect((await readChanges(() => changes(stale), { ...taskScope, after: endCursor })).ids).toEqual([all[3]]);
  });
});
