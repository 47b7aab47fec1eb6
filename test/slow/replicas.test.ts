// Reads over two standbys, which fall behind, break, hang and recover, while their results are compared.

import { setTimeout as after } from 'node:timers/promises';
import { createDataSource } from '../../src/database/data-source.js';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { fillDemoData } from '../../src/demo/data/fill-demo-data.js';
import { eventually } from '../support/eventually.js';
import { describeWithClusters, PostgresCluster } from '../support/postgres-cluster.js';
import { spawnProgram } from '../support/spawned-program.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id reference } }`;
const changes = `{ taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", first: 1) { endCursor } }`;
const maxLagMs = 1000;

describeWithClusters('replicas', () => {
  let primary: PostgresCluster;
  let first: PostgresCluster;
  let second: PostgresCluster;
  /** In front of the second one. */
  let proxy: TcpProxy;
  let gateway: { -readonly [Name in keyof Gateway]: Gateway[Name] };
  let token: string;

  beforeAll(async () => {
    primary = await PostgresCluster.create();
    const { code, errors } = await spawnProgram(['main.js', 'migrate'], { DATABASE_URL: primary.url() }).ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const dataSource = await createDataSource({ url: primary.url(), poolSize: 1, timeoutMs: 60_000 }).initialize();
    await fillDemoData(dataSource);
    await dataSource.destroy();
    first = await primary.createStandby();
    second = await primary.createStandby();
    proxy = await TcpProxy.start({ host: '127.0.0.1', port: second.port });
    gateway = await startGateway({
      environment: {
        DATABASE_URL: primary.url(),
        DATABASE_REPLICA_URLS: [first.port, proxy.port]
          .map((port) => `postgres://postgres@127.0.0.1:${port}/postgres`)
          .join(),
        MAX_REPLICA_LAG_MS: String(maxLagMs),
        DATABASE_POOL_SIZE: '2',
        // Enough time to give up on a hanging replica and query another one.
        DATABASE_TIMEOUT_MS: '5000',
      },
    });
    token = await gateway.tokenFor(demoSubjects.viewer);
  });
  afterAll(async () => {
    await gateway?.close();
    await proxy?.reject();
    for (const cluster of [second, first, primary]) await cluster?.remove();
  });

  /** Returns which replicas are used for reads, in order. */
  async function read(): Promise<readonly boolean[]> {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return [first.port, proxy.port].map((port) =>
      metrics.includes(`gateway_replica_read{server="127.0.0.1:${port}"} 1\n`),
    );
  }
  const expectRead = (...expected: boolean[]) => eventually(async () => expect(await read()).toEqual(expected));
  const ask = (query = run) => gateway.ask(query, { token });
  const write = (reference: string) =>
    primary.query(`UPDATE task_run SET reference = '${reference}' WHERE id = '${id}'`);
  const referenceNow = async () => {
    const { data, errors } = await ask();
    expect(errors).toBeUndefined();
    return data.taskRun.reference;
  };
  /** Sends requests during `act`, none of which may fail. */
  async function whileAsking(act: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const failures: unknown[] = [];
    let answers = 0;
    const asking = [1, 2, 3].map(async () => {
      while (!isOver) {
        const { data, errors } = await ask();
        if (data?.taskRun?.id === id) answers += 1;
        else failures.push(errors);
      }
    });
    await act().finally(() => {
      isOver = true;
    });
    await Promise.all(asking);
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(10);
  }
  /** Returns the gateway's connections to a server on which it has read something since the given time. */
  const readsOn = async (cluster: PostgresCluster, since: string) => {
    const sql = "SELECT FROM pg_stat_activity WHERE application_name = 'task-run-gateway' AND query LIKE '%task_run%'";
    return (await cluster.query(`${sql} AND query_start > '${since}'`)).length;
  };

  it('serve reads from the start, also while nothing is written, and the primary serves none', async () => {
    await expectRead(true, true);
    await after(maxLagMs * 2);
    await expectRead(true, true);
    const [{ since }] = await primary.query('SELECT now()::text AS since');
    await Promise.all(Array.from({ length: 20 }, () => ask()));
    for (const [cluster, isRead] of [
      [first, true],
      [second, true],
      [primary, false],
    ] as const) {
      expect((await readsOn(cluster, since)) > 0).toBe(isRead);
    }
  });

  it('pass the checks of doctor, which reports other servers with a remedy', async () => {
    const other = await PostgresCluster.create();
    const ports = [first.port, primary.port, other.port, 1];
    const { output } = await spawnProgram(['main.js', 'doctor'], {
      DATA_DIR: gateway.dataDir,
      DATABASE_URL: primary.url(),
      DATABASE_REPLICA_URLS: ports.map((port) => `postgres://postgres@127.0.0.1:${port}/postgres`).join(),
    }).ended;
    await other.remove();
    expect(output.match(/^\w+ +replica: .*$/gm)).toEqual([
      expect.stringMatching(`^ok +replica: 127.0.0.1:${first.port} is a standby and [\\d,]+ bytes of WAL behind`),
      expect.stringMatching(`^warning +replica: 127.0.0.1:${primary.port} is not a standby`),
      expect.stringMatching(`^failed +replica: 127.0.0.1:${other.port} belongs to a different PostgreSQL cluster`),
      expect.stringMatching('^failed +replica: 127.0.0.1:1 cannot be read: .*ECONNREFUSED'),
    ]);
  });

  it('serve no reads while they lag, and the primary does once all of them lag', async () => {
    await first.query('SELECT pg_wal_replay_pause()');
    await write('one');
    await expectRead(false, true);
    expect(await referenceNow()).toBe('one');
    await second.query('SELECT pg_wal_replay_pause()');
    await write('two');
    await expectRead(false, false);
    expect(await referenceNow()).toBe('two');
    for (const cluster of [first, second]) await cluster.query('SELECT pg_wal_replay_resume()');
    await expectRead(true, true);
    expect(await referenceNow()).toBe('two');
  });

  it('never lag more than allowed', async () => {
    await write('0');
    await eventually(async () => expect(await referenceNow()).toBe('0'));
    let written = 1;
    let isOver = false;
    const writtenAt: number[] = [];
    const writing = (async () => {
      while (!isOver) {
        await write(String(written));
        writtenAt[written] = performance.now();
        written += 1;
        if (written === 20) await first.query('SELECT pg_wal_replay_pause()');
        if (written === 150) await first.query('SELECT pg_wal_replay_resume()');
        await after(20);
      }
    })();
    const tooOld: string[] = [];
    writing.catch(() => {});
    while (written < 200 && !isOver) {
      await after(5);
      const askedAt = performance.now();
      const reference = Number(await referenceNow());
      const next = writtenAt[reference + 1];
      if (next !== undefined && askedAt - next > maxLagMs) tooOld.push(`${reference}, ${askedAt - next} ms too late`);
    }
    isOver = true;
    await writing;
    expect(tooOld).toEqual([]);
    await expectRead(true, true);
  });

  it('serve no reads once they receive nothing more', async () => {
    await first.query("ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=1'");
    await first.query('SELECT pg_reload_conf()');
    await eventually(async () => {
      expect(await first.query('SELECT FROM pg_stat_wal_receiver')).toEqual([]);
    });
    // While nothing is written, the replica does not lack anything.
    await expectRead(true, true);
    await write('three');
    await expectRead(false, true);
    expect(await referenceNow()).toBe('three');
    await first.query(`ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=${primary.port} user=postgres'`);
    await first.query('SELECT pg_reload_conf()');
    await expectRead(true, true);
  });

  it.each(['fast', 'immediate'] as const)('stop (%s) and come back without a failed request', async (mode) => {
    await whileAsking(async () => {
      await first.stop(mode);
      await expectRead(false, true);
      await first.start();
      await expectRead(true, true);
    });
  });

  it('hang without a failed request', async () => {
    await whileAsking(async () => {
      proxy.hang();
      await expectRead(true, false);
      await proxy.accept();
      await expectRead(true, true);
    });
  });

  it('serve while the primary is down, except for changes', async () => {
    await whileAsking(async () => {
      await primary.stop('immediate');
      await eventually(async () => {
        expect((await ask(changes)).errors![0]!.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      });
      await after(maxLagMs * 2);
      await expectRead(true, true);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
      await primary.start();
      await eventually(async () => expect((await ask(changes)).errors).toBeUndefined());
      await expectRead(true, true);
    });
    await write('four');
    await eventually(async () => expect(await referenceNow()).toBe('four'));
  });

  it('serve no reads once they are promoted', async () => {
    await whileAsking(async () => {
      await second.promote();
      await expectRead(true, false);
      const lags = async () => [
        ...(await (await fetch(`${gateway.url}/metrics`)).text()).matchAll(
          /^gateway_replica_lag_seconds\{.*:(\d+)"\}/gm,
        ),
      ];
      // It no longer lags behind.
      expect((await lags()).map(([, port]) => Number(port))).toEqual([first.port]);
      await second.query(`UPDATE task_run SET reference = 'its own' WHERE id = '${id}'`);
      await expectRead(true, false);
    });
    for (let round = 0; round < 10; round += 1) expect(await referenceNow()).toBe('four');
  });

  it('leave no connection behind', async () => {
    const { close } = gateway;
    gateway.close = async () => {};
    await close();
    for (const cluster of [primary, first]) {
      await eventually(async () =>
        expect(await cluster.query("SELECT FROM pg_stat_activity WHERE application_name = 'task-run-gateway'")).toEqual(
          [],
        ),
      );
    }
  });
});
