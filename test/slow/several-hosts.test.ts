// Several hosts in DATABASE_URL: a primary and a standby that swap roles, and a dead host.

import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.js';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { fillDemoData } from '../../src/demo/data/fill-demo-data.js';
import { eventually } from '../support/eventually.js';
import { describeWithClusters, PostgresCluster } from '../support/postgres-cluster.js';
import { spawnProgram } from '../support/spawned-program.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id } }`;

describeWithClusters('a list of several hosts', () => {
  let primary: PostgresCluster;
  let standby: PostgresCluster;
  /** A host that accepts connections but does not respond. */
  let dead: TcpProxy;
  const opened: DataSource[] = [];
  let gateway: Gateway | undefined;

  beforeAll(async () => {
    primary = await PostgresCluster.create({ settings: ['wal_log_hints = on'] });
    const { code, errors } = await spawnProgram(['main.js', 'migrate'], { DATABASE_URL: primary.url() }).ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const dataSource = await createDataSource({ url: primary.url(), poolSize: 1, timeoutMs: 60_000 }).initialize();
    await fillDemoData(dataSource);
    await dataSource.destroy();
    standby = await primary.createStandby();
    dead = await TcpProxy.start({ host: '127.0.0.1', port: 1 });
    dead.hang();
  });
  afterEach(async () => {
    for (const dataSource of opened.splice(0)) await dataSource.destroy();
  });
  afterAll(async () => {
    await gateway?.close();
    await dead?.reject();
    await standby?.remove();
    await primary?.remove();
  });

  const urlOf = (hosts: readonly { readonly port: number }[], query: string) =>
    `postgres://postgres@${hosts.map(({ port }) => `127.0.0.1:${port}`)}/postgres?${query}`;
  const open = async (url: string, { timeoutMs = 60_000, isWriting = false } = {}) => {
    const dataSource = await createDataSource({ url, poolSize: 1, timeoutMs, isWriting }).initialize();
    opened.push(dataSource);
    return dataSource;
  };
  const portOf = async (dataSource: DataSource) => {
    const [{ port }] = await dataSource.query("SELECT current_setting('port')::integer AS port");
    return port;
  };
  const portBy = async (attributes: string, hosts = [standby, primary]) =>
    portOf(await open(urlOf(hosts, `target_session_attrs=${attributes}`)));

  it('selects them by their role, in any order', async () => {
    for (const hosts of [
      [standby, primary],
      [primary, standby],
    ]) {
      expect(await portBy('any', hosts)).toBe(hosts[0]!.port);
      for (const attributes of ['primary', 'read-write']) expect(await portBy(attributes, hosts)).toBe(primary.port);
      for (const attributes of ['standby', 'read-only', 'prefer-standby']) {
        expect(await portBy(attributes, hosts)).toBe(standby.port);
      }
    }
    expect(await portBy('prefer-standby', [primary])).toBe(primary.port);
    await expect(portBy('standby', [primary])).rejects.toThrow('The server is not standby');
  });

  it('leads writers to the primary', async () => {
    const dataSource = await open(urlOf([standby, primary], ''), { isWriting: true });
    expect(await portOf(dataSource)).toBe(primary.port);
  });

  it('delays only the first connection for a dead host', async () => {
    const url = urlOf([dead, primary], 'target_session_attrs=read-write');
    const dataSource = await createDataSource({ url, poolSize: 3, timeoutMs: 6000 }).initialize();
    opened.push(dataSource);
    const asked = dead.firstBytes.length;
    expect(asked).toBeGreaterThan(0);
    await Promise.all([1, 2, 3].map(() => dataSource.query('SELECT pg_sleep(0.1)')));
    expect(dead.firstBytes).toHaveLength(asked);
  });

  it('causes an error of all hosts when none can be reached, within the time for one', async () => {
    // Three times this would exceed the test's time limit.
    await expect(open(urlOf([dead, dead, dead], ''), { timeoutMs: 10_500 })).rejects.toThrow(/timeout/);
  }, 30_000);

  it('follows changes of roles without a restart', async () => {
    gateway = await startGateway({
      environment: {
        DATABASE_URL: urlOf([dead, primary, standby], 'target_session_attrs=read-write'),
        DATABASE_TIMEOUT_MS: '1500',
        REQUEST_TIMEOUT_MS: '3000',
      },
    });
    const { url } = gateway;
    const token = await gateway.tokenFor(demoSubjects.viewer);
    const ask = () => gateway!.ask(run, { token });
    const expectAnswer = async () => expect(await ask()).toMatchObject({ data: { taskRun: { id } } });
    const portsOfGateway = async (cluster: PostgresCluster) =>
      (await cluster.query("SELECT FROM pg_stat_activity WHERE application_name = 'task-run-gateway'")).length;
    await expectAnswer();

    await primary.stop('immediate');
    for (let round = 0; round < 3; round += 1) {
      const { data, errors } = await ask();
      expect(data).toEqual({ taskRun: null });
      expect(errors![0]!.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', status: 503 });
    }
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);

    await standby.promote();
    await eventually(expectAnswer);
    expect(await portsOfGateway(standby)).toBeGreaterThan(0);

    // The old primary returns as a standby, the new one stops, and the old one is promoted again.
    await primary.follow(standby);
    await eventually(expectAnswer);
    expect(await portsOfGateway(primary)).toBe(0);
    await eventually(async () => {
      const [{ state }] = await standby.query('SELECT state FROM pg_stat_replication');
      expect(state).toBe('streaming');
    });
    await standby.stop('fast');
    await primary.promote();
    await eventually(expectAnswer);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});
