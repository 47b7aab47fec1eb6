import { column, columnList, over, raw, rowsOf, sql, textOf } from '../../../src/database/fragment.js';

const run = rowsOf('run', ['id', 'taskId'], [['bytes', raw('1')]]);

describe('a fragment', () => {
  it('joins the texts and the needs of its parts', () => {
    const fragment = sql`SELECT ${column('run', 'taskId')} + ${'$1::integer'} WHERE ${column('request', 'id')}`;
    expect(fragment).toEqual({
      sql: 'SELECT run."taskId" + $1::integer WHERE request.id',
      needs: [
        { row: 'run', name: 'taskId' },
        { row: 'request', name: 'id' },
      ],
    });
  });

  it('needs nothing more over rows with its columns', () => {
    expect(over([run], sql`${column('run', 'id')} ${column('run', 'bytes')}`)).toEqual({
      sql: 'run.id run.bytes',
      needs: [],
    });
  });

  it('keeps its needs of other rows', () => {
    expect(over([run], sql`${column('run', 'id')} = ${column('request', 'id')}`).needs).toEqual([
      { row: 'request', name: 'id' },
    ]);
  });

  it('cannot be composed with rows that lack its column', () => {
    expect(() => over([run], sql`1 + ${column('run', 'previewLength')}`)).toThrow(
      'The statement needs run.previewLength. The rows have id, taskId, bytes. It is in: 1 + run."previewLength"',
    );
  });

  it('makes no whole statement while it needs a column', () => {
    expect(() => textOf(sql`SELECT ${column('request', 'user_id')}`)).toThrow(
      'No rows of the statement give request.user_id. It is: SELECT request.user_id',
    );
    expect(textOf(raw('SELECT 1'))).toBe('SELECT 1');
  });
});

describe('a list of columns', () => {
  it('names those whose SQL does not end with their name', () => {
    expect(
      columnList([
        ['id', column('run', 'id')],
        ['isWithheld', column('run', 'isWithheld')],
        ['taskId', column('run', 'task_id')],
      ]).sql,
    ).toBe('run.id, run."isWithheld", run.task_id AS "taskId"');
  });
});
