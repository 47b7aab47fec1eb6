// A lock that prevents the gateway from reading its tables. The gateway stays ready, and names the lock's holder.

import { diagnose } from '../../src/commands/doctor/diagnose.js';
import { inspectConfig } from '../../src/config/config.js';
import { demoPlaces } from '../../src/demo/data/demo-places.js';
import { block } from '../docs/documents.js';
import { describeOnServer } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { type ProxiedGateway, startProxiedGateway } from '../support/proxied-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { created } }`;

describeOnServer('while task_run is locked', () => {
  let world: ProxiedGateway;
  beforeAll(async () => {
    world = await startProxiedGateway(5000);
  });
  afterAll(() => world?.close());

  const get = async (path: string) => {
    const response = await fetch(new URL(path, world.gateway.url));
    return { status: response.status, text: await response.text() };
  };
  const ask = (as: string) => world.gateway.ask(run, { as });

  it('the gateway is ready, and its log and doctor name the table and the process', async () => {
    const { rows } = await world.session.query('SELECT pg_backend_pid() AS pid');
    const pid = rows[0].pid as number;
    await world.session.query("SET application_name = 'a long migration'");
    const asked: Promise<unknown>[] = [];
    await world.whileLocked(async () => {
      // Several callers are needed, because one may not use all connections of the pool.
      const load = setInterval(() => {
        for (let index = 0; index < 10; index += 1) asked.push(ask(`caller ${index}`));
      }, 200);
      const busy = { status: 200, text: JSON.stringify(JSON.parse(block('database-busy').text)) };
      await eventually(async () => expect(await get('/health/ready')).toEqual(busy)).finally(() => clearInterval(load));
      const { text } = await get('/metrics');
      expect(text).toMatch(/^gateway_ready 1$/m);
      expect(text).toMatch(/^gateway_database_up 1$/m);
      const warning = { table: 'task_run', pid, application: 'a long migration', blockedBy: [] };
      await eventually(async () => {
        const lines = (await world.gateway.logLines()).filter(({ table }) => table !== undefined);
        expect(lines).toMatchObject([{ ...warning, since: expect.stringMatching(/^20\d\d-.*Z$/), level: 40 }]);
      });
      const environment = { AUTH_ISSUERS: '[]', ...world.environment };
      const findings = await diagnose(inspectConfig({ environment }), { version: '1.2.3', now: Date.now });
      const { outcome, message } = findings.find(({ check }) => check === 'locks')!;
      expect(outcome).toBe('warning');
      expect(message).toContain(`task_run by process ${pid} (a long migration, since 20`);
    });
    await Promise.all(asked);
    await eventually(async () => expect(await get('/health/ready')).toEqual({ status: 200, text: '{"status":"ok"}' }));
  });
});
