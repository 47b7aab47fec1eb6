import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = `taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}")`;
const secret = 'hunter2-at-db.internal';

const expectMasked = async (gateway: Gateway, answer: Awaited<ReturnType<Gateway['ask']>>) => {
  expect(answer.status).toBe(200);
  const [error] = answer.errors!;
  expect(error!.message).toBe('An internal error occurred.');
  const { requestId, ...rest } = error!.extensions;
  expect(rest).toEqual({ code: 'INTERNAL_SERVER_ERROR', status: 500, reason: 'INTERNAL_SERVER_ERROR' });
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  const logged = (await gateway.logLines()).find(({ reqId, level }) => reqId === requestId && level === 50);
  expect(logged).toBeDefined();
  return JSON.stringify(logged);
};

describe('an unknown error', () => {
  it('thrown by a resolver reveals only the request id of its log line', async () => {
    const gateway = await startGateway({ clock: { breaks: secret } });
    try {
      const answer = await gateway.ask(`{ ${run} { id files { downloadUrl } } }`, { as: demoSubjects.viewer });
      expect(answer.data.taskRun).toEqual({ id, files: null });
      expect(answer.errors![0]!.path!.slice(0, 2)).toEqual(['taskRun', 'files']);
      expect(answer.text).not.toContain(secret);
      expect(answer.text).not.toMatch(/stack|\.ts|\.js|node_modules/);
      expect(await expectMasked(gateway, answer)).toContain(secret);
    } finally {
      await gateway.close();
    }
  });
});

describe('an SQL error', () => {
  it('reveals only the request id of its log line', async () => {
    const gateway = await startGateway({
      arrange: (database) => database.query('ALTER TABLE task_run RENAME COLUMN reference TO renamed'),
    });
    try {
      const answer = await gateway.ask(`{ ${run} { id reference } viewer { subject } }`, { as: demoSubjects.viewer });
      expect(answer.data).toEqual({ taskRun: null, viewer: { subject: demoSubjects.viewer } });
      expect(answer.errors![0]!.message + JSON.stringify(answer.errors![0]!.extensions)).not.toMatch(
        /column|reference|select|task_run/i,
      );
      const logged = await expectMasked(gateway, answer);
      expect(logged).toContain('reference does not exist');
      // Only a few frames, so that the stack quickly leads to the fault.
      const ours = new Set([...logged.matchAll(/\/(src\/[\w./-]+\.[jt]s)/g)].map(([, file]) => file));
      expect(ours.size).toBeGreaterThan(0);
      expect(ours.size).toBeLessThanOrEqual(7);
    } finally {
      await gateway.close();
    }
  });
});
