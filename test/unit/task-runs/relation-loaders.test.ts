import DataLoader from 'dataloader';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import type { ReportingGroupRecord, StoredFile, TaskRunRecord } from '../../../src/task-runs/columns/records.js';
import type { RunReader } from '../../../src/task-runs/run/run-reader.js';
import { TaskRunService } from '../../../src/task-runs/task-runs.service.js';
import { createBudget, createCaller } from '../../support/callers.js';

const { jest } = import.meta;
const runOf = (id: string, reportingGroupId: string | null) => ({ id, reportingGroupId }) as TaskRunRecord;
const fileOf = (taskRunId: string, name: string) => ({ taskRunId, name }) as StoredFile;

/** Creates a service over an in-memory reader that records its calls. */
function createService() {
  const asked: string[][] = [];
  const reader: Partial<RunReader> = {
    async readRuns(keys) {
      asked.push(keys.map(({ path: { id } }) => id));
      return keys.map(({ path: { id } }) => {
        const groupById = new Map([['g', { id: 'g', name: 'brought' } as ReportingGroupRecord]]);
        const relations = { groupById, filesByRun: new Map([[id, [fileOf(id, 'brought')]]]) };
        return { decision: 'found' as const, run: runOf(id, 'g'), relations };
      });
    },
    async readReportingGroups(ids) {
      asked.push([...ids]);
      return ids.map((id) => (id === 'deleted' ? null : ({ id, name: `name of ${id}` } as ReportingGroupRecord)));
    },
    async readFiles(runIds) {
      asked.push([...runIds]);
      const files = [fileOf('b', '1'), fileOf('a', '1'), fileOf('a', '2')];
      return runIds.map((runId) => files.filter(({ taskRunId }) => taskRunId === runId));
    },
  };
  return { asked, taskRuns: new TaskRunService(reader as RunReader, createCaller('somebody'), createBudget()) };
}

describe('the relations of runs that were read without them', () => {
  it('come from one statement for all groups, each group once', async () => {
    const { asked, taskRuns } = createService();
    const runs = [runOf('a', 'g'), runOf('b', 'h'), runOf('c', 'g'), runOf('d', null), runOf('e', 'deleted')];
    const groups = await Promise.all(runs.map((run) => taskRuns.reportingGroupOf(run)));
    expect(groups.map((group) => group?.name ?? null)).toEqual(['name of g', 'name of h', 'name of g', null, null]);
    expect(asked).toEqual([['g', 'h', 'deleted']]);
  });

  it('come from one statement for all files, with their run and in their order', async () => {
    const { asked, taskRuns } = createService();
    const runs = [runOf('a', null), runOf('b', null), runOf('c', null)];
    const files = await Promise.all(runs.map((run) => taskRuns.filesOf(run)));
    expect(files.map((list) => list.map(({ name }) => name))).toEqual([['1', '2'], ['1'], []]);
    expect(files[0]![1]!.run).toBe(runs[0]);
    expect(asked).toEqual([['a', 'b', 'c']]);
  });

  it('come from the root where it read them, and only the rest from another statement', async () => {
    const { asked, taskRuns } = createService();
    const [a, b] = [runOf('a', 'g'), runOf('b', null)];
    const relations = {
      groupById: new Map([['g', { id: 'g', name: 'brought' } as ReportingGroupRecord]]),
      filesByRun: new Map([['a', [fileOf('a', 'brought')]]]),
    };
    taskRuns.relations.primePage([a, b], FieldGroup.files | FieldGroup.reportingGroup, relations);
    expect(await taskRuns.reportingGroupOf(a)).toMatchObject({ name: 'brought' });
    expect(await taskRuns.reportingGroupOf(b)).toBeNull();
    expect((await taskRuns.filesOf(a)).map(({ name, run }) => [name, run])).toEqual([['brought', a]]);
    expect(await taskRuns.filesOf(b)).toEqual([]);
    expect(asked).toEqual([]);
    await taskRuns.filesOf(runOf('c', null));
    expect(asked).toEqual([['c']]);
  });

  it('stay without those of other runs of the same statement', async () => {
    const { asked, taskRuns } = createService();
    const relations = {
      groupById: new Map(
        [
          ['g', {}],
          ['h', {}],
        ].map(([id]) => [id as string, { id } as ReportingGroupRecord]),
      ),
      filesByRun: new Map([
        ['a', [fileOf('a', '1')]],
        ['b', [fileOf('b', '1')]],
      ]),
    };
    taskRuns.relations.primeRun(runOf('a', 'g'), FieldGroup.files | FieldGroup.reportingGroup, relations);
    expect(await taskRuns.reportingGroupOf(runOf('a', 'g'))).toMatchObject({ id: 'g' });
    expect(await taskRuns.filesOf(runOf('a', 'g'))).toHaveLength(1);
    await Promise.all([taskRuns.reportingGroupOf(runOf('b', 'h')), taskRuns.filesOf(runOf('b', 'h'))]);
    expect(asked).toEqual([['h'], ['b']]);
  });
});

describe('the relations of runs that were read with them', () => {
  const selection = { fieldGroups: FieldGroup.files | FieldGroup.reportingGroup, pointers: [] };
  const idOf = (index: number) => `01a18c2f-4bb7-0203-e7f6-${String(index).padStart(12, '0')}`;
  const path = { orgId: idOf(901), projectId: idOf(902), taskId: idOf(903) };
  afterEach(() => jest.restoreAllMocks());

  it.each([1, 23])(
    'are loaded by `filesByRun` and `reportingGroupById`, which take no statement, of %i',
    async (count) => {
      const loads: (string | null)[] = [];
      const { load } = DataLoader.prototype;
      jest.spyOn(DataLoader.prototype, 'load').mockImplementation(function (this: DataLoader<unknown, unknown>, key) {
        loads.push(this.name);
        return load.call(this, key);
      });
      const { asked, taskRuns } = createService();
      const ids = Array.from({ length: count }, (_, index) => idOf(index));
      const runs = await Promise.all(ids.map((id) => taskRuns.runByPath({ ...path, id }, selection)));
      const relations = runs.map((run) => Promise.all([taskRuns.filesOf(run), taskRuns.reportingGroupOf(run)]));
      for (const [index, [files, group]] of (await Promise.all(relations)).entries()) {
        expect(files).toMatchObject([{ name: 'brought', run: { id: ids[index] } }]);
        expect(group).toMatchObject({ id: 'g', name: 'brought' });
      }
      const loadsOf = (name: string) => loads.filter((load) => load === name).length;
      expect([loadsOf('filesByRun'), loadsOf('reportingGroupById')]).toEqual([count, count]);
      expect(asked).toEqual([ids]);
    },
  );
});
