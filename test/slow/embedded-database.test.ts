import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedDatabase, openEmbeddedDatabase } from '../../src/database/embedded/embedded-database.js';

let folder: string;
let directory: string;
let database: EmbeddedDatabase;
const onOneConnection = async (url: string, ...statements: pg.QueryConfig[]) => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};
const makeTable = (url: string) => onOneConnection(url, { text: 'CREATE TABLE note (text text)' });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-embedded-'));
  directory = join(folder, 'made', 'on the way', 'database');
  database = await openEmbeddedDatabase({ directory, prepare: makeTable });
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const count = async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  try {
    return (await pool.query('SELECT count(*)::int AS count FROM note')).rows[0].count;
  } finally {
    await pool.end();
  }
};

describe('the embedded database', () => {
  it('accepts connections only from its own user', async () => {
    const socketFolder = new URL(database.url).searchParams.get('host')!;
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('prepares statements on every connection again, also after a statement that failed', async () => {
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    const named = { name: 'one', text: 'SELECT 1 AS one' };
    await pool.query(named);
    await expect(pool.query('SELECT 1/0')).rejects.toThrow('division by zero');
    expect((await pool.query(named)).rows).toEqual([{ one: 1 }]);
    await pool.end();
    await onOneConnection(database.url, named);
  });

  it('forgets what a connection left unfinished', async () => {
    const before = await count();
    await onOneConnection(
      database.url,
      { text: "SET search_path = 'pg_catalog'" },
      { text: 'BEGIN' },
      { text: "INSERT INTO public.note VALUES ('never committed')" },
    );
    expect(await count()).toBe(before);
  });

  it('keeps its rows when it is closed and opened again, and is prepared only once', async () => {
    await onOneConnection(database.url, { text: "INSERT INTO note VALUES ('kept')" });
    const before = await count();
    await database.close();
    database = await openEmbeddedDatabase({ directory, prepare: () => Promise.reject(new Error('prepared twice')) });
    expect(await count()).toBe(before);
  });

  it('leaves nothing behind when preparing it fails, and the next attempt starts from nothing', async () => {
    const other = join(folder, 'other');
    const failing = openEmbeddedDatabase({
      directory: other,
      async prepare(url) {
        await makeTable(url);
        throw new Error('no room for the demo data');
      },
    });
    await expect(failing).rejects.toThrow('no room for the demo data');
    expect(await readdir(folder)).toEqual(['made', 'other.lock']);
    const second = await openEmbeddedDatabase({ directory: other, prepare: makeTable });
    await second.close();
  });
});
