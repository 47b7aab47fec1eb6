// Reports of transactions that hold back changes, on a server without other writers.

import pg from 'pg';
import { createHeldChangesCheck } from '../../src/task-runs/changes/held-changes.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { describeWithClusters, PostgresCluster } from '../support/postgres-cluster.js';
import { spawnProgram } from '../support/spawned-program.js';

describeWithClusters('an open transaction', () => {
  let cluster: PostgresCluster;
  const clients: pg.Client[] = [];
  beforeAll(async () => {
    cluster = await PostgresCluster.create({ settings: ['max_prepared_transactions = 1'] });
    const admin = await connect('postgres');
    await admin.query('CREATE ROLE reader LOGIN; CREATE ROLE watcher LOGIN; GRANT pg_read_all_stats TO watcher');
    await admin.query('CREATE DATABASE other');
  });
  afterAll(async () => {
    for (const client of clients) await client.end();
    await cluster?.remove();
  });

  async function connect(user: string, database = 'postgres'): Promise<pg.Client> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: cluster.port,
      user,
      database,
      application_name: `of ${user}`,
    });
    await client.connect();
    clients.push(client);
    return client;
  }

  async function watch(user: string, options: { warnAfterSeconds?: number } = {}) {
    const client = await connect(user);
    const seconds: number[] = [];
    const warnings: Record<string, unknown>[] = [];
    let time = 0;
    const check = createHeldChangesCheck({
      ...options,
      query: async (text) => (await client.query(text)).rows,
      now: () => time,
      onSeconds: (value) => seconds.push(value),
      log: { warn: (members: Record<string, unknown>) => warnings.push(members) } as never,
    });
    return { seconds, warnings, check, pass: (ms: number) => (time += ms) };
  }

  /** Begins a transaction that writes to another database, and commits one after it. */
  async function hold() {
    const [holder, writer] = [await connect('postgres', 'other'), await connect('postgres')];
    await holder.query('BEGIN');
    const { rows } = await holder.query('SELECT pg_current_xact_id()::text AS xid, pg_backend_pid() AS pid');
    await writer.query('SELECT pg_current_xact_id()');
    return { holder, ...(rows[0] as { xid: string; pid: number }) };
  }

  it('appears once by its id and process, with the time since it was first seen', async () => {
    const { check, seconds, warnings, pass } = await watch('reader');
    await check();
    const { holder, xid, pid } = await hold();
    await check();
    pass(59_000);
    await check();
    expect(warnings).toEqual([]);
    pass(2000);
    await check();
    await check();
    expect(seconds).toEqual([0, 0, 59, 61, 61]);
    expect(warnings).toEqual([{ xid, pid, database: 'other', application: 'of postgres', seconds: 61 }]);
    await holder.query('COMMIT');
    await check();
    expect(seconds.at(-1)).toBe(0);
  });

  it('appears with its state and age where the role has pg_read_all_stats', async () => {
    const { check, seconds, warnings } = await watch('watcher', { warnAfterSeconds: 0 });
    const { holder, xid, pid } = await hold();
    await check();
    await holder.query('COMMIT');
    expect(seconds[0]).toBeGreaterThan(0);
    expect(warnings).toEqual([
      {
        xid,
        pid,
        database: 'other',
        application: 'of postgres',
        state: 'idle in transaction',
        seconds: expect.any(Number),
      },
    ]);
  });

  it('appears by its name, without a process, where it was prepared', async () => {
    const { check, warnings } = await watch('reader', { warnAfterSeconds: 0 });
    const { holder, xid } = await hold();
    await holder.query("PREPARE TRANSACTION 'forgotten'");
    await check();
    await holder.query("ROLLBACK PREPARED 'forgotten'");
    expect(warnings).toEqual([{ xid, database: 'other', prepared: 'forgotten', seconds: expect.any(Number) }]);
  });

  it('shows in the metric of a gateway on another database of the server, until it ends', async () => {
    const admin = await connect('postgres');
    await admin.query('CREATE DATABASE gateway');
    const migration = spawnProgram(['main.js', 'migrate'], { DATABASE_URL: cluster.url('gateway') });
    expect((await migration.ended).code).toBe(0);
    const folder = await createDemoIssuerFolder();
    const url = `http://127.0.0.1:${await freePort()}`;
    const gateway = spawnProgram(['main.js', 'start'], {
      ...{ DATABASE_URL: cluster.url('gateway'), AUTH_ISSUERS: JSON.stringify([folder.issuer.config]) },
      ...{ DATA_DIR: folder.dataDir, LOG_LEVEL: 'silent', PORT: new URL(url).port },
    });
    const heldSeconds = async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Number(/^gateway_held_changes_seconds (\S+)$/m.exec(metrics)![1]);
    };
    try {
      await eventually(async () => expect(await heldSeconds()).toBe(0));
      const { holder } = await hold();
      await eventually(async () => expect(await heldSeconds()).toBeGreaterThan(0));
      await holder.query('COMMIT');
      await eventually(async () => expect(await heldSeconds()).toBe(0));
    } finally {
      gateway.kill('SIGKILL');
      await gateway.ended;
      await folder.remove();
    }
  });
});
