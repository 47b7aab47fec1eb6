import { KeyedStatement, type KeyedText } from '../../../src/database/keyed-statement.js';

interface Key {
  readonly id: number;
}

const textWith = (more: Partial<KeyedText<Key>>): KeyedText<Key> => ({
  columns: [['id', 'integer', ({ id }) => id]],
  isSingle: false,
  constantTypes: ['bigint'],
  compose: ({ from, columns }, [limit]) => `SELECT ${columns.join()} FROM ${from.sql} LIMIT ${limit}`,
  ...more,
});
const keys = [{ id: 1 }, { id: 2 }];

describe('a keyed statement', () => {
  it('binds the values of all keys as arrays, with their positions', () => {
    const { statement, values } = new KeyedStatement<Key>('pages').bind(keys, 'a', [9], () => textWith({}));
    expect(statement.text).toBe(
      'SELECT id,position FROM unnest((SELECT $1::integer[])) WITH ORDINALITY AS request (id, position) LIMIT (SELECT $2::bigint)',
    );
    expect(statement).toMatchObject({ name: 'pages', planName: expect.stringMatching(/^pages_[\da-f]{16}$/) });
    expect(values).toEqual([[1, 2], 9]);
  });

  it('binds the values of a single key without arrays', () => {
    const { statement, values } = new KeyedStatement<Key>('pages').bind([{ id: 1 }], 'a', [9], () =>
      textWith({ isSingle: true }),
    );
    expect(statement.text).toBe('SELECT id FROM (SELECT $1::integer AS id) AS request LIMIT $2::bigint');
    expect(values).toEqual([1, 9]);
  });

  it('composes the text of a variant once', () => {
    const statement = new KeyedStatement<Key>('pages');
    let composed = 0;
    const describeText = () => {
      composed += 1;
      return textWith({});
    };
    const first = statement.bind(keys, 'a', [9], describeText);
    const second = statement.bind([{ id: 3 }], 'a', [8], describeText);
    statement.bind(keys, 'b', [9], describeText);
    expect(composed).toBe(2);
    expect(second.statement).toBe(first.statement);
    expect(second.values).toEqual([[3], 8]);
  });

  it('composes a text that depends on values each time, with further parameters', () => {
    const statement = new KeyedStatement<Key>('pages');
    const bind = (value: string) =>
      statement.bind(keys, null, [9], () =>
        textWith({ compose: (_request, _constants, add) => `SELECT ${add(value, 'text')}` }),
      );
    expect(bind('x')).toMatchObject({ statement: { text: 'SELECT $3::text' }, values: [[1, 2], 9, 'x'] });
    expect(bind('y').values).toEqual([[1, 2], 9, 'y']);
  });

  it('rejects a variant whose text adds parameters, because later keys would lack their values', () => {
    const text = textWith({ compose: (_request, _constants, add) => `SELECT ${add('x', 'text')}` });
    expect(() => new KeyedStatement<Key>('pages').bind(keys, 'a', [9], () => text)).toThrow(
      'The text of variant a depends on values.',
    );
  });
});
