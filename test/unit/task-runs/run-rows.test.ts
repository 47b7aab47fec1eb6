import { RunPart } from '../../../src/task-runs/run-parts.js';
import { toRunRecords } from '../../../src/task-runs/run-rows.js';

const idOf = (number: number) => `0190a234-8dc6-0d08-2ea9-${String(number).padStart(12, '0')}`;
const group = (number: number) => ({ id: idOf(number), name: `Group ${number}` });
const asked = { path: { orgId: idOf(1), projectId: idOf(2) }, selection: { parts: RunPart.none, picks: [] } };
const withRelations = { ...asked, selection: { parts: RunPart.reportingGroup | RunPart.files, picks: [] } };

describe('the rows of a statement that several callers share', () => {
  const columnNames = ['id', 'reportingGroupId', 'groups', 'files'];
  const groups = { id: [idOf(7), idOf(8)], name: ['Group 7', 'Group 8'] };
  const files = { taskRunId: [idOf(3), idOf(3), idOf(4)], name: ['a.txt', 'b.txt', 'c.txt'] };

  it('become records that hold nothing of another one, whichever row brought the relations', () => {
    const rows = [
      [idOf(3), idOf(7), groups, files, 'a fact'],
      [idOf(4), idOf(8), null, null, 'a fact'],
      [idOf(5), null, null, null, 'a fact'],
    ];
    const [first, second, third] = toRunRecords({ rows, columnNames }, () => withRelations);
    expect(first).toMatchObject({ id: idOf(3), reportingGroup: group(7), groups: null });
    expect(first!.files!.map(({ name }) => name)).toEqual(['a.txt', 'b.txt']);
    expect(JSON.stringify({ ...first, files: null })).not.toContain('Group 8');
    expect(second).toMatchObject({ id: idOf(4), reportingGroup: group(8) });
    expect(second!.files!.map(({ name, run }) => [name, run.id])).toEqual([['c.txt', idOf(4)]]);
    expect(third).toMatchObject({ id: idOf(5), reportingGroup: null, files: [] });
  });

  it('are null where there is no run, and give the relations to those that asked only', () => {
    const rows = [
      [null, null, groups, files],
      [idOf(3), idOf(7), null, null],
      [idOf(3), idOf(7), null, null],
    ];
    const [none, bare, whole] = toRunRecords({ rows, columnNames }, (index) => (index === 2 ? withRelations : asked));
    expect(none).toBeNull();
    expect([bare!.reportingGroup, bare!.files]).toEqual([undefined, undefined]);
    expect(whole!.files!.every(({ run }) => run === whole)).toBe(true);
    expect(whole!.reportingGroup).toEqual(group(7));
  });
});
