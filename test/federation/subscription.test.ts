import { eventsOf, nextEvent } from '../support/event-stream-client.js';
import { arrangeLiveTask, insertRun, liveTask } from '../support/live-world.js';
import { useGateway } from '../support/start-gateway.js';
import { startFederation, startHiveGateway } from './federated-gateways.js';
import { noteOf } from './notes-subgraph.js';

const { viewer, ...path } = liveTask;

describe('a subscription through Hive Gateway', () => {
  const gateway = useGateway({ arrange: arrangeLiveTask });
  let graph: Awaited<ReturnType<typeof startFederation>>;
  beforeAll(async () => {
    graph = await startFederation(gateway, startHiveGateway);
  });
  afterAll(() => graph.stop());

  it('sends each change, with the fields of another subgraph, until the client leaves', async () => {
    const controller = new AbortController();
    const response = await fetch(`${graph.url}/graphql`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await gateway.tokenFor(viewer)}`,
      },
      body: JSON.stringify({
        query: `subscription ($orgId: ID!, $projectId: ID!, $taskId: ID) {
          taskRunChanged(orgId: $orgId, projectId: $projectId, taskId: $taskId) { cursor run { id note } }
        }`,
        variables: path,
      }),
    });
    const events = eventsOf(response);
    expect(JSON.parse((await nextEvent(events)).data).data.taskRunChanged.run).toBeNull();
    for (let count = 0; count < 2; count += 1) {
      const id = await insertRun(gateway);
      const { data } = JSON.parse((await nextEvent(events)).data);
      expect(data.taskRunChanged.run).toEqual({ id, note: noteOf(id) });
    }
    controller.abort();
    const count = async () =>
      /^gateway_subscriptions\{transport="sse"\} (\d+)$/m.exec(
        await (await fetch(`${gateway.url}/metrics`)).text(),
      )?.[1];
    while ((await count()) !== '0') await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
