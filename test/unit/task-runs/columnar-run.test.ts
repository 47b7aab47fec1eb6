import { getMetadataArgsStorage } from '../../../src/database/entities/decorators.js';
import { TaskRunEntity } from '../../../src/database/entities/task-run.entity.js';
import { RawJson } from '../../../src/json/raw-json.js';
import { jsonBytesOf, omitJson, type RunsRow, toRuns } from '../../../src/task-runs/columns/columnar-run.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';

const path = { orgId: 'org', projectId: 'project', taskId: 'task' };
const selection = { fieldGroups: FieldGroup.details, pointers: [] };
const small = getMetadataArgsStorage()
  .columns.filter(({ target, options }) => target === TaskRunEntity && options.select !== false)
  .map(({ propertyName }) => propertyName)
  .filter((name) => !['response', 'runData', 'taskId'].includes(name));
const values = (name: string): [unknown, unknown] => {
  if (name === 'created') return ['2024-01-16T13:33:25.247662', '2024-01-16T13:33:25'];
  if (name === 'chargedCredits') return ['1.00', '2'];
  return name.endsWith('Timing') ? [0.5, 2] : [`${name} 0`, `${name} 1`];
};
const runs = Object.fromEntries(small.map((name) => [name, values(name)]));
type ReadRun = NonNullable<ReturnType<typeof toRuns>[number]>;
/** A test that examines two runs has read two. */
const read = (row: Partial<RunsRow> = {}, asked = {}) =>
  toRuns({ runs, ...row }, () => ({ path, selection, maxBytes: 1000, ...asked })) as unknown as [ReadRun, ReadRun];

describe('a columnar run', () => {
  it.each(small.filter((name) => name !== 'created'))('returns its own value of %s', (name) => {
    const [first, second] = read();
    expect([first[name as keyof ReadRun], second[name as keyof ReadRun]]).toEqual(values(name));
  });

  it('returns its own moment of creation, in the form of all moments', () => {
    expect(read().map(({ created }) => created)).toEqual([
      '2024-01-16T13:33:25.247662Z',
      '2024-01-16T13:33:25.000000Z',
    ]);
  });

  it('returns the path it was requested by, and its own task where that names none', () => {
    const [{ orgId, projectId, taskId }] = read();
    expect({ orgId, projectId, taskId }).toEqual(path);
    const projectKey = { path: { ...path, taskId: null } };
    const [, second] = read({ runs: { ...runs, taskId: ['task 0', 'task 1'] } }, projectKey);
    expect(second.taskId).toBe('task 1');
  });

  it('returns its own JSON as text, and null without one', () => {
    const [first, second] = read({ response: '{"a":1}\nnull', runData: '{}\n{"b":2}', submitted: '\n"x"' });
    expect([first.response, second.response]).toEqual([new RawJson('{"a":1}'), null]);
    expect([first.runData, second.runData]).toEqual([new RawJson('{}'), new RawJson('{"b":2}')]);
    expect([first.submitted, second.submitted]).toEqual([null, new RawJson('"x"')]);
    const [without] = read();
    expect([without.response, without.runData, without.submitted, without.responseBytes]).toEqual(Array(4).fill(null));
  });

  it('returns the values at its own JSON Pointers, not those of other runs in its row', () => {
    const pickOf = (pointer: string) => ({ source: 'response', pointer }) as const;
    const row = { runs: { ...runs, pointerValues: [['1', null], ['"b"']] } };
    const pointers = [[pickOf('/a'), pickOf('/x')], [pickOf('/b')]];
    const [first, second] = toRuns(row, (index) => ({
      path,
      selection: { fieldGroups: 0, pointers: pointers[index]! },
      maxBytes: 1000,
    }));
    expect([...first!.pointerValues!]).toEqual([
      ['response /a', '1'],
      ['response /x', null],
    ]);
    expect([...second!.pointerValues!]).toEqual([['response /b', '"b"']]);
    expect(read()[0].pointerValues).toBeUndefined();
  });

  it('throws an error with the size at JSON that was left out', () => {
    const [first, second] = read({ response: '{"a":1}\n!1234', runData: '{"b":"ü"}\n{}' });
    const tooLarge = (bytes: number) => ({ reason: 'RESPONSE_TOO_LARGE', extensions: { bytes, maxBytes: 1000 } });
    const errorOf = (look: () => unknown) => {
      try {
        return look();
      } catch (error) {
        return error;
      }
    };
    expect(errorOf(() => second.response)).toMatchObject(tooLarge(1234));
    expect(jsonBytesOf(first)).toBe(17);
    omitJson(first);
    expect(errorOf(() => first.response)).toMatchObject(tooLarge(7));
    expect(errorOf(() => first.runData)).toMatchObject(tooLarge(10));
    expect([first.submitted, second.runData]).toEqual([null, new RawJson('{}')]);
  });

  it('becomes null when the requested run does not exist', () => {
    const [none, run] = read({ runs: { ...runs, id: [null, 'run 1'] } });
    expect([none, run.id]).toEqual([null, 'run 1']);
  });

  it('returns the same values from a row for itself as from a row with others', () => {
    const single = Object.fromEntries(Object.entries(runs).map(([name, [value]]) => [name, value]));
    const pointer = { source: 'response', pointer: '/a' } as const;
    const json = { response: '{"a":1}', runData: '{}', submitted: null };
    const [run, ...others] = read(
      { runs: { ...single, pointerValues: ['1'], responsePreview: '{"a', responseBytes: 7 }, ...json },
      { selection: { ...selection, pointers: [pointer] } },
    );
    expect(others).toEqual([]);
    expect(small.map((name) => run[name as keyof ReadRun])).toEqual(
      small.map((name) => read()[0][name as keyof ReadRun]),
    );
    expect([run.response, run.runData, run.submitted]).toEqual([new RawJson('{"a":1}'), new RawJson('{}'), null]);
    expect([run.responsePreview, run.responseBytes, ...run.pointerValues!.values()]).toEqual(['{"a', 7, '1']);
    expect(() => read({ runs: { id: 'run 0' } })[0].userId).toThrow(TypeError);
    expect(read({ runs: { ...single, id: null } })).toEqual([]);
  });

  it('throws at a property that was not read', () => {
    const [run] = read({ runs: { id: ['run 0'] } });
    expect(() => run.userId).toThrow(TypeError);
  });

  it('hides the other runs of its row, whichever way it is written out', () => {
    const [run] = read({ response: '1\n"secret"' });
    expect([JSON.stringify(run), Object.keys(run), JSON.stringify({ ...run })]).toEqual(['{}', [], '{}']);
  });
});
