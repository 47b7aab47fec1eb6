import { getMetadataArgsStorage } from 'typeorm';
import { TaskRunEntity } from '../../../src/database/entities/task-run.entity.js';
import { RawJson } from '../../../src/json/raw-json.js';
import { RunPart } from '../../../src/task-runs/run-parts.js';
import { toRunRecordsOfColumns } from '../../../src/task-runs/run-rows.js';

const path = { orgId: 'org', projectId: 'project', taskId: 'task' };
const jsonOrPath = ['response', 'runData', 'taskId'];
const columns = getMetadataArgsStorage()
  .columns.filter(({ target }) => target === TaskRunEntity)
  .map(({ propertyName }) => propertyName)
  .filter((name) => !jsonOrPath.includes(name));
const ownValues: Record<string, [string, string]> = {
  id: ['run 0', 'run 1'],
  created: ['2024-01-16T13:33:25.247662', '2024-01-16T13:33:25'],
};
const values = (name: string) => ownValues[name] ?? [`${name} 0`, `${name} 1`];
const runs = Object.fromEntries(columns.map((name) => [name, values(name)])) as any;
const groups = { id: ['reportingGroupId 1'], name: ['Pilot'] } as any;
const files = { taskRunId: ['run 1', 'run 1', 'run 0'], name: ['b.txt', 'a.txt', 'c.txt'] } as any;
const all = RunPart.details | RunPart.reportingGroup | RunPart.files;

describe('a run that lies in columns', () => {
  it.each(columns.filter((name) => name !== 'created'))('has its own value of %s', (name) => {
    const [first, second] = toRunRecordsOfColumns({ runs }, { path, parts: all }) as any[];
    expect([first[name], second[name]]).toEqual(values(name));
  });

  it('has its own moment of creation, in the form of all moments', () => {
    const [first, second] = toRunRecordsOfColumns({ runs }, { path, parts: all });
    expect([first!.created, second!.created]).toEqual(['2024-01-16T13:33:25.247662Z', '2024-01-16T13:33:25.000000Z']);
  });

  it('has the path of its page', () => {
    const [run] = toRunRecordsOfColumns({ runs }, { path, parts: all });
    expect({ ...path, orgId: run!.orgId, projectId: run!.projectId, taskId: run!.taskId }).toEqual(path);
  });

  it('has its own JSON as text, and null where there is none', () => {
    const read = { runs, response: '{"a":1}\nnull', runData: '{}\n{"b":2}', submitted: '\n"x"' };
    const [first, second] = toRunRecordsOfColumns(read, { path, parts: all });
    expect([first!.response, second!.response]).toEqual([new RawJson('{"a":1}'), null]);
    expect([first!.runData, second!.runData]).toEqual([new RawJson('{}'), new RawJson('{"b":2}')]);
    expect([first!.submitted, second!.submitted]).toEqual([null, new RawJson('"x"')]);
  });

  it('has its own relations where they were read, in their order and the same objects each time', () => {
    const [first, second] = toRunRecordsOfColumns({ runs, groups, files }, { path, parts: all });
    expect([first!.reportingGroup, second!.reportingGroup?.name]).toEqual([null, 'Pilot']);
    expect(second!.files!.map(({ name, run }) => [name, run])).toEqual([
      ['b.txt', second],
      ['a.txt', second],
    ]);
    expect(second!.files).toBe(second!.files);
  });

  it('leaves relations that were not read to the loaders', () => {
    const [run] = toRunRecordsOfColumns({ runs }, { path, parts: RunPart.details });
    expect([run!.reportingGroup, run!.files]).toEqual([undefined, undefined]);
  });

  it('throws where a property is looked at that was not read', () => {
    const [run] = toRunRecordsOfColumns({ runs: { id: ['run 0'] } as any }, { path, parts: RunPart.none });
    expect(() => run!.userId).toThrow(TypeError);
  });
});
