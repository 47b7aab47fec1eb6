// A gateway on its first `npm start`, without any configuration except a port and a folder.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDemoIssuer } from '../../src/access/tokens/demo-issuer.js';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { eventsOf, nextEvent } from '../support/event-stream-client.js';
import type { GraphqlBody } from '../support/responses.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const page = { origin: 'http://localhost:5173' };

describe('a first start without a configuration', () => {
  let dataDir: string;
  let program: SpawnedProgram;
  let url: string;
  let authorization: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gateway-fresh-'));
    program = spawnProgram(['main.js'], { DATA_DIR: dataDir, PORT: '0', DEMO_RUNS_PER_MINUTE: '600' });
    ({ url } = JSON.parse(await program.line(/"listening"/)));
    const { sign } = await openDemoIssuer(dataDir);
    const token = await sign({ subject: demoSubjects.viewer, expiresInSeconds: 600, now: Date.now() });
    authorization = `Bearer ${token}`;
  });
  afterAll(async () => {
    program.kill('SIGTERM');
    await program.ended;
    await rm(dataDir, { recursive: true, force: true });
  });

  const ask = async (query: string) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...page, authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return { response, body: (await response.json()) as GraphqlBody };
  };

  it('contains runs of the last days, and those of the documents, for a page of another port', async () => {
    const { response, body } = await ask(`{
      runs: taskRuns(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", filter: { createdAfter: "-7d" }) {
        totalCount
      }
      run: taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${demoPlaces.richRun.id}") {
        created
      }
    }`);
    expect(body.data.runs.totalCount).toBeGreaterThan(0);
    expect(body.data.run.created).toMatch(/^2026-10-30T09:41:12\.247/);
    expect(response.headers.get('access-control-allow-origin')).toBe(page.origin);
  });

  it('sends a run to followers of the documented task', async () => {
    const headers = { authorization, accept: 'text/event-stream' };
    const path = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/changes`;
    const events = eventsOf(await fetch(url + path, { headers }));
    let next = await nextEvent(events);
    while (next.event === 'heartbeat') next = await nextEvent(events);
    expect([next.event, JSON.parse(next.data).task_id]).toEqual(['run', taskId]);
    await events.return(undefined);
  });

  it('keeps pages of other hosts from reading responses', async () => {
    const response = await fetch(`${url}/openapi.json`, { headers: { origin: 'http://localhost.example:5173' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
