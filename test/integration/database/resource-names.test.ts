import type { DataSource } from 'typeorm';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';

const orgId = '0195d1fe-0000-0000-0000-0000000000aa';
const id = '0195d1ff-0000-0000-0000-0000000000bb';

describe('the names of resources', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  const add = (kind: string, name: string) =>
    dataSource.query('INSERT INTO resource_name VALUES ($1, $2, $3, $4)', [orgId, kind, id, name]);
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    await dataSource.query("INSERT INTO organization (id, name) VALUES ($1, 'Named')", [orgId]);
  });
  afterEach(() => dataSource.query('DELETE FROM resource_name'));
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it.each(['x', 'Ада', '😀'.repeat(200), ' a\u00a0b\u2028'])('may be %j', async (name) => {
    await add('user', name);
    expect(await dataSource.query('SELECT name FROM resource_name')).toEqual([{ name }]);
  });

  it.each(['', 'x'.repeat(201), 'a\nb', '\t', '\u001f', '\u007f', '\u0085', '\u009f'])(
    'are rejected where they are %j',
    async (name) => {
      await expect(add('user', name)).rejects.toThrow('resource_name_name_check');
    },
  );

  it('cannot have an unknown kind', async () => {
    await expect(add('task', 'x')).rejects.toThrow('resource_name_kind_check');
  });

  it('go with their organization', async () => {
    await add('llm_model', 'x');
    await dataSource.query('DELETE FROM organization');
    expect(await dataSource.query('SELECT FROM resource_name')).toEqual([]);
  });
});
