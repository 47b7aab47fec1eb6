import { FieldGroup, type RunSelection } from '../../../src/task-runs/columns/field-groups.js';
import type { TaskRunRecord } from '../../../src/task-runs/columns/records.js';
import { noRelations } from '../../../src/task-runs/columns/run-relations.js';
import type { ListReaders } from '../../../src/task-runs/lists/list-readers.js';
import { type RunList, RunListService } from '../../../src/task-runs/lists/run-list.service.js';
import type { RunPage } from '../../../src/task-runs/lists/run-page.js';
import type { TaskPageKey } from '../../../src/task-runs/lists/task-page-statement.js';
import type { RunReader } from '../../../src/task-runs/run/run-reader.js';
import type { RunKey } from '../../../src/task-runs/run/run-statement.js';
import { TaskRunService } from '../../../src/task-runs/task-runs.service.js';
import { createBudget, createCaller } from '../../support/callers.js';
import { idOf } from '../../support/permission-world.js';

const caller = createCaller('somebody');
const task = { orgId: idOf(1), projectId: idOf(2), taskId: idOf(3) };
const label = { source: 'response', pointer: '/label' } as const;
const score = { source: 'response', pointer: '/score' } as const;
const selecting = (fieldGroups: number, pointers: RunSelection['pointers'] = []): RunSelection => ({
  fieldGroups,
  pointers,
});

describe('repeated fields of one request', () => {
  it('share one key, for all that is selected of a run, and one record', async () => {
    const asked: RunKey[] = [];
    const reader = {
      async readRuns(keys: readonly RunKey[]) {
        asked.push(...keys);
        return keys.map(({ path }) => ({ decision: 'found', run: { ...path }, relations: noRelations }));
      },
    } as unknown as RunReader;
    const taskRuns = new TaskRunService(reader, caller, createBudget());
    const path = { ...task, id: idOf(4) };
    const [first, other, second, wrongPath] = await Promise.all([
      taskRuns.runByPath(path, selecting(FieldGroup.response, [label])),
      taskRuns.runByPath({ ...task, id: idOf(6) }, selecting(FieldGroup.none)),
      taskRuns.runByPath(path, selecting(FieldGroup.files, [label, score])),
      taskRuns.runByPath({ ...path, taskId: idOf(5) }, selecting(FieldGroup.none)),
    ]);
    expect(asked.map(({ path: { taskId, id }, selection }) => [taskId, id, selection])).toEqual([
      [task.taskId, idOf(4), selecting(FieldGroup.response | FieldGroup.files, [label, score])],
      [task.taskId, idOf(6), selecting(FieldGroup.none)],
      [idOf(5), idOf(4), selecting(FieldGroup.none)],
    ]);
    expect(second).toBe(first);
    expect([first.taskId, other.id, wrongPath.taskId]).toEqual([task.taskId, idOf(6), idOf(5)]);
  });

  it('share one page and one count, and a list that fails does not affect the others', async () => {
    const asked: TaskPageKey[] = [];
    let counts = 0;
    const pages = {
      async readTaskPage(key: TaskPageKey) {
        asked.push(key);
        if (key.page.size === 9) throw new Error('broken');
        const access = { taskId: task.taskId, visibility: 'all_viewers', isProject: true, rank: 1 };
        const page = {
          runs: [{ id: idOf(4) }] as TaskRunRecord[],
          fieldGroups: 0,
          hasMore: false,
          scanEnd: null,
          relations: noRelations,
        };
        return { access, page };
      },
      readTaskPages(keys: readonly TaskPageKey[]) {
        return Promise.all(keys.map((key) => pages.readTaskPage(key).catch((error: Error) => error)));
      },
      continuePage: async (_request: unknown, page: RunPage) => page,
    };
    const counter = {
      async countRuns() {
        counts += 1;
        return 7;
      },
    };
    const readers = { pages, counts: counter } as unknown as ListReaders;
    const taskRuns = new TaskRunService({} as RunReader, caller, createBudget());
    const lists = new RunListService(readers, taskRuns, createBudget());
    const input = { ...task, orderBy: 'CREATED_DESC' } as const;
    const [a, b, c, d] = await Promise.allSettled([
      lists.list(input, { selection: selecting(FieldGroup.response, [label]), count: false }),
      lists.list({ ...input, first: 9 }, { selection: selecting(FieldGroup.none), count: false }),
      lists.list({ ...input, first: 50, filter: {} }, { selection: selecting(FieldGroup.files, [score]), count: true }),
      lists.list({ ...input, first: 3 }, { selection: selecting(FieldGroup.none), count: true }),
    ]);
    expect(asked.map(({ page, selection }) => [page.size, selection])).toEqual([
      [50, selecting(FieldGroup.response | FieldGroup.files, [label, score])],
      [9, selecting(FieldGroup.none)],
      [3, selecting(FieldGroup.none)],
    ]);
    expect(counts).toBe(1);
    expect(b).toMatchObject({ status: 'rejected', reason: new Error('broken') });
    for (const each of [a, c, d]) {
      expect(each).toMatchObject({ status: 'fulfilled' });
      expect(await (each as PromiseFulfilledResult<RunList>).value.count).toBe(7);
    }
  });
});
