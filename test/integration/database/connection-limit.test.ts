import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { openPool } from '../../../src/database/replicas/watched-pool.js';
import { describeOnServer } from '../../support/databases.js';
import { eventually } from '../../support/eventually.js';
import { createEmptyDatabase, type OwnDatabase } from '../../support/own-database.js';

const role = `gateway_limited_${randomBytes(6).toString('hex')}`;
const password = randomBytes(6).toString('hex');

describeOnServer('a pool that wants more connections than the server has left', () => {
  let database: OwnDatabase;
  let pool: Pool;
  const reported: Error[] = [];

  const administer = async (sql: string) => {
    const dataSource = await database.connect();
    await dataSource.query(sql);
    await dataSource.destroy();
  };
  /** Returns the server connections that execute statements sent at the same time. */
  const executing = async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => pool.query('SELECT pg_backend_pid() AS pid, pg_sleep(0.01)')),
    );
    return new Set(results.map(({ rows }) => rows[0].pid));
  };

  beforeAll(async () => {
    database = await createEmptyDatabase();
    await administer(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    const url = new URL(database.url);
    Object.assign(url, { username: role, password });
    pool = openPool(url.href, {
      ...{ size: 4, timeoutMs: 30_000, sendsSettings: true },
      onError: () => {},
      onServerFull: (error) => reported.push(error),
    });
  });
  afterAll(async () => {
    await pool?.end();
    await administer(`DROP ROLE ${role}`);
    await database?.drop();
  });

  it('fails while the server grants no connection', async () => {
    await administer(`ALTER ROLE ${role} CONNECTION LIMIT 0`);
    await expect(executing()).rejects.toMatchObject({ code: '53300' });
    expect(reported).toEqual([]);
  });

  it('executes all statements on the only connection it gets, and reports that once', async () => {
    await administer(`ALTER ROLE ${role} CONNECTION LIMIT 1`);
    // The server briefly counts rejected connections, so the last one may be rejected because of them.
    await eventually(async () => void (await pool.query('SELECT 1')));
    for (let round = 0; round < 3; round += 1) expect((await executing()).size).toBe(1);
    expect(reported).toEqual([expect.objectContaining({ code: '53300' })]);
  });

  it('takes all its connections once the server grants them', async () => {
    await administer(`ALTER ROLE ${role} CONNECTION LIMIT 4`);
    await eventually(async () => expect((await executing()).size).toBe(4));
  });
});
