// The requests that the duration histogram contains.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId } = demoPlaces.richRun;
const { viewer } = demoSubjects;

describe('the histogram of durations', () => {
  const gateway = useOwnGateway();

  const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text();
  /** Returns the number of requests to a route. */
  const countOf = async (route: string) => {
    const pattern = new RegExp(`^http_request_duration_seconds_count\\{.*route="${route}".*\\} (\\d+)$`, 'm');
    return Number(pattern.exec(await metrics())?.[1] ?? 0);
  };
  const queryChanges = (wait: number | null, after: string | null = null) =>
    gateway.ask(
      `query ($wait: Int, $after: String) {
        taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", first: 1, wait: $wait, after: $after) { endCursor }
      }`,
      { as: viewer, variables: { wait, after } },
    );
  const fetchChanges = async (wait: string) => {
    const authorization = `Bearer ${await gateway.tokenFor(viewer)}`;
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task_run/changes?page_limit=1${wait}`;
    expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
  };

  it('lacks GraphQL requests that wait for changes', async () => {
    expect((await queryChanges(20)).errors).toBeUndefined();
    await queryChanges(0);
    await queryChanges(null);
    await eventually(async () => expect(await countOf('/graphql')).toBe(2));
  });

  it('lacks REST requests that wait for changes', async () => {
    await fetchChanges('&wait=20');
    await fetchChanges('&wait=0');
    await fetchChanges('');
    await eventually(async () => expect(await countOf('[^"]*/task_run/changes')).toBe(2));
  });

  it('reaches 20 seconds', async () => {
    expect(await metrics()).toMatch(/^http_request_duration_seconds_bucket\{le="20",/m);
  });
});
