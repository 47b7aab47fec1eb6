// Searches for a way in which an analyst could distinguish two payloads. Sends random reads to a database before and
// after all payload hidden from the analyst, and nothing else, is replaced.

import { isDeepStrictEqual } from 'node:util';
import { createRandom, seededSource } from '../../../src/demo/data/random.js';
import { committedSchema } from '../../support/committed-schema.js';
import { amount, seed } from '../../support/generated.js';
import { cursorIn, observeResponse, sendRead, type Visible } from '../../support/observed-response.js';
import { arrangePayloadWorld, payloadWorld, secrets, switchPayload, worldRuns } from '../../support/payload-world.js';
import { createRandomOperation } from '../../support/random-operation.js';
import { createRandomRead, type ReadRequest } from '../../support/random-read.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const requests = amount(150, 5000);
const { orgId, projectId, tasks, executor, viewerToo, ofTasks, maxResponseBytes } = payloadWorld;

interface Sent {
  readonly request: ReadRequest;
  readonly caller: string;
  readonly response: Observed;
}

/** Everything that a caller can observe about a response except its duration. */
interface Observed extends Visible {
  /** Statement counts by name, or undefined for a stream, which polls. */
  readonly statements?: Readonly<Record<string, number>>;
}

describe('the payload that an analyst does not see', () => {
  const gateway = useOwnGateway({
    environment: { MCP: 'on', COST_MODE: 'measure', MAX_RESPONSE_BYTES: String(maxResponseBytes) },
    // Links are signed for a limited time.
    clock: { at: Date.now() },
    heartbeatMs: 300,
    arrange: arrangePayloadWorld,
  });
  let startCursor: string;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    for (const subject of [executor, viewerToo, ofTasks]) tokens[subject] = await gateway.tokenFor(subject);
    tokens['a confined token'] = await gateway.tokenFor(executor, { taskId: tasks[0]! });
    const changes = await gateway.dataOf(
      `{ taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", first: 1) { changes { previousCursor } } }`,
      { as: payloadWorld.owner },
    );
    startCursor = changes.taskRunChanges.changes[0].previousCursor;
  });

  async function observe(request: ReadRequest, token: string): Promise<Observed> {
    let visible: Visible | undefined;
    const statements = await gateway.statementsOf(async () => {
      const response = await sendRead(gateway.url, request, { token, startCursor });
      visible = await observeResponse(request, response);
    });
    return { ...visible!, ...(!request.isStream && { statements }) };
  }

  /**
   * Returns a request's statements with the payload of each version. Timing decides which reads of an operation share a
   * statement, so the request is repeated until the counts are equal or have differed every time.
   */
  async function repeatStatements(request: ReadRequest, token: string) {
    const repeat = async () => {
      const counts: unknown[] = [];
      for (let attempt = 0; attempt < 8; attempt += 1) counts.push((await observe(request, token)).statements);
      return counts;
    };
    const other = await repeat();
    await switchPayload(gateway, 'one');
    const one = await repeat();
    await switchPayload(gateway, 'other');
    const shared = one.find((item) => other.some((count) => isDeepStrictEqual(count, item)));
    return shared === undefined ? [other[0], one[0]] : [shared, shared];
  }

  it(`changes no response, statement or estimate, by seed ${seed}`, async () => {
    const random = createRandom(seededSource(seed));
    const read = createRandomRead(random);
    const callers = Object.keys(tokens);
    const sent: Sent[] = [];
    const streams: (() => Promise<void>)[] = [];
    const send = async (request: ReadRequest, caller: string) => {
      const response = await observe(request, tokens[caller]!);
      sent.push({ request, caller, response });
      const cursor = cursorIn(response.text);
      if (request.next && cursor && sent.length < requests && random.chance(60))
        await send(request.next(cursor), caller);
    };
    while (sent.length < requests) {
      const request = random.chance(10) ? anyOperation() : read();
      const caller = random.pick(callers);
      if (request.isStream) streams.push(() => send(request, caller));
      else await send(request, caller);
    }
    // Runs last, because a stream may poll once more after its client has disconnected.
    for (const follow of streams) await follow();
    await switchPayload(gateway, 'other');
    for (const { request, caller, response } of sent) {
      const about = { caller, request: describeRequest(request) };
      const { statements, ...repeated } = await observe(request, tokens[caller]!);
      const { statements: expected, ...visible } = response;
      expect({ ...about, ...repeated }).toEqual({ ...about, ...visible });
      if (!isDeepStrictEqual(statements, expected)) {
        const [other, one] = await repeatStatements(request, tokens[caller]!);
        expect({ ...about, statements: other }).toEqual({ ...about, statements: one });
      }
      expect([about, response.text.includes(secrets.other)]).toEqual([about, false]);
    }
    expectVariety(sent);

    function anyOperation(): ReadRequest {
      const { source, variables } = createRandomOperation(committedSchema, random, argumentsOf);
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ query: source, variables });
      return { kind: 'any operation', method: 'POST', url: '/graphql', headers, body };
    }

    function argumentsOf(field: string): Record<string, unknown> {
      const { id, taskId } = random.pick(worldRuns);
      const page = { first: random.integer(1, 5), last: null, after: null, before: null };
      const path = { orgId, projectId, taskId };
      const byField: Record<string, Record<string, unknown>> = {
        taskRun: { ...path, id },
        taskRunsByIds: { ...path, ids: [id] },
        taskRuns: { ...path, ...page },
        taskRunStats: path,
        taskRunChanges: { ...path, after: null, first: 5, wait: 0 },
        node: { id },
        nodes: { ids: [id, taskId] },
        groupBy: { first: 5, path: null },
        _entities: { representations: [{ __typename: 'TaskRun', id }] },
      };
      return byField[field] ?? { path: random.pick(['/category', '/text', '']), first: 2 };
    }
  }, 900_000);
});

function describeRequest({ kind, method, url, body }: ReadRequest) {
  return { kind, method, url, body };
}

/** Asserts that the requests cover what they are meant to cover. */
function expectVariety(sent: readonly Sent[]): void {
  const count = (condition: (request: Sent) => boolean) => sent.filter(condition).length;
  const withText = (text: string) => count(({ response }) => response.text.includes(text));
  expect(withText('read_payload')).toBeGreaterThan(requests / 10);
  // Own runs include their payload.
  expect(withText(secrets.one)).toBeGreaterThan(requests / 40);
  expect(count(({ response: { status } }) => status === 200)).toBeGreaterThan(requests / 2);
  const kinds = new Set(sent.map(({ request }) => request.kind));
  expect(kinds.size).toBeGreaterThan(15);
}
