import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import type { ReportingGroupRecord, StoredFile, TaskRunRecord } from '../../../src/task-runs/columns/records.js';
import type { RunReader } from '../../../src/task-runs/run/run-reader.js';
import { TaskRunService } from '../../../src/task-runs/task-runs.service.js';
import { createBudget, createCaller } from '../../support/callers.js';

const runOf = (id: string, reportingGroupId: string | null) => ({ id, reportingGroupId }) as TaskRunRecord;
const fileOf = (taskRunId: string, name: string) => ({ taskRunId, name }) as StoredFile;

/** Creates a service over a reader in memory that records its calls. */
function createService() {
  const asked: string[][] = [];
  const reader: Partial<RunReader> = {
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
