import type { ReportingGroupRecord, TaskRunRecord } from '../../../src/task-runs/records.js';
import type { RunReader } from '../../../src/task-runs/run-reader.js';
import { createViewerTaskRuns } from '../../../src/task-runs/viewer-task-runs.js';

const viewer = { subject: 'somebody', confinement: {}, expiresAt: 0 };
const runOf = (id: string, reportingGroupId: string | null) => ({ id, reportingGroupId }) as TaskRunRecord;
const fileOf = (taskRunId: string, name: string) => ({ taskRunId, name }) as never;

/** A window over a reader that answers from memory and notes what it is asked. */
function createWindow() {
  const asked: string[][] = [];
  const tally = { statements: 0 };
  const reader: RunReader = {
    readRuns: async () => [],
    readRunPaths: async () => [],
    readGroupsForSubject: async () => [],
    readScopes: async () => [],
    async readReportingGroups(ids) {
      asked.push([...ids]);
      return ids.filter((id) => id !== 'deleted').map((id) => ({ id, name: `name of ${id}` }) as ReportingGroupRecord);
    },
    async readFiles(runIds) {
      asked.push([...runIds]);
      return [fileOf('b', '1'), fileOf('a', '1'), fileOf('a', '2')];
    },
    readStoredFile: async () => null,
  };
  return { asked, tally, taskRuns: createViewerTaskRuns(reader, viewer, tally) };
}

describe('the relations of runs that were read without them', () => {
  it('are read by one statement for all groups, each group once', async () => {
    const { asked, tally, taskRuns } = createWindow();
    const runs = [runOf('a', 'g'), runOf('b', 'h'), runOf('c', 'g'), runOf('d', null), runOf('e', 'deleted')];
    const groups = await Promise.all(runs.map((run) => taskRuns.reportingGroupOf(run)));
    expect(groups.map((group) => group?.name ?? null)).toEqual(['name of g', 'name of h', 'name of g', null, null]);
    expect(asked).toEqual([['g', 'h', 'deleted']]);
    expect(tally.statements).toBe(1);
  });

  it('are read by one statement for all files, which know their run and keep their order', async () => {
    const { asked, tally, taskRuns } = createWindow();
    const runs = [runOf('a', null), runOf('b', null), runOf('c', null)];
    const files = await Promise.all(runs.map((run) => taskRuns.filesOf(run)));
    expect(files.map((list) => list.map(({ name }) => name))).toEqual([['1', '2'], ['1'], []]);
    expect(files[0]![1]!.run).toBe(runs[0]);
    expect(asked).toEqual([['a', 'b', 'c']]);
    expect(tally.statements).toBe(1);
  });

  it('are not read again where the run brought them along', async () => {
    const { asked, taskRuns } = createWindow();
    const run = { ...runOf('a', 'g'), reportingGroup: null, files: [] };
    expect(taskRuns.reportingGroupOf(run)).toBeNull();
    expect(taskRuns.filesOf(run)).toEqual([]);
    expect(asked).toEqual([]);
  });
});
