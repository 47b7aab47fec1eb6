// Searches for a way in which an analyst could tell two payloads apart: random reads of a database, before and after all
// payload that the analyst does not see was replaced, and nothing else.

import { isDeepStrictEqual } from 'node:util';
import { createRandom, seededSource } from '../../../src/demo/data/random.js';
import { committedSchema } from '../../support/committed-schema.js';
import { amount, seed } from '../../support/generated.js';
import { arrangePayloadWorld, payloadWorld, secrets, switchPayload, worldRuns } from '../../support/payload-world.js';
import { createRandomOperation } from '../../support/random-operation.js';
import { createRandomRead, type ReadRequest } from '../../support/random-read.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const requests = amount(300, 5000);
const { orgId, projectId, tasks, executor, viewerToo, ofTasks, maxResponseBytes } = payloadWorld;

interface Sent {
  readonly request: ReadRequest;
  readonly caller: string;
  readonly response: Observed;
}

/** All that a caller can observe of a response, but for its time. */
interface Observed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Statements by name; undefined for a stream, which polls. */
  readonly statements?: Readonly<Record<string, number>>;
}

describe('the payload that an analyst does not see', () => {
  const gateway = useOwnGateway({
    environment: { MCP: 'on', COST_MODE: 'measure', MAX_RESPONSE_BYTES: String(maxResponseBytes) },
    // Links are signed for a time.
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
    let response: Response | undefined;
    let text = '';
    const act = async () => {
      response = await fetch(gateway.url + request.url.replace('START', startCursor), {
        method: request.method,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
        ...(request.body !== undefined && { body: request.body.replace('START', startCursor) }),
      });
      text = request.isStream ? await textOfStream(response) : await response.text();
    };
    const statements = await gateway.statementsOf(act);
    const isOfChanges = /changes|taskRunChange/.test(request.url + request.body);
    return {
      status: response!.status,
      headers: observedHeaders(response!.headers, isOfChanges),
      text: inOneOrder(isOfChanges ? text.replaceAll(endOfChanges, '$1null') : text),
      ...(!request.isStream && { statements }),
    };
  }

  /**
   * Returns the statements of a request with the payload of each version. Which reads of an operation share a statement
   * depends on time, so it is repeated until the numbers are equal, or have never been.
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
    const shared = one.find((each) => other.some((count) => isDeepStrictEqual(count, each)));
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
    // Last, because a stream that the client has left may poll once more.
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

/** Headers that do not differ between two equal requests. */
const unstableHeaders = ['date', 'x-request-id', 'connection', 'keep-alive', 'x-watermark', 'content-length'];
/** The cursor that all changes are settled up to. */
const endOfChanges = /("(?:endCursor|next_cursor)":)"[^"]+"/g;

function observedHeaders(headers: Headers, isOfChanges: boolean): Record<string, string> {
  const isStable = (name: string) => !unstableHeaders.includes(name) && !(isOfChanges && name === 'etag');
  return Object.fromEntries([...headers].filter(([name]) => isStable(name)));
}

interface JsonResponse {
  readonly data?: unknown;
  readonly errors?: readonly { readonly path?: readonly (string | number)[] }[];
}

/**
 * Returns a response with its errors in one order: theirs depends on which field comes first. Of errors that leave a null
 * further up, it depends on that as well which ones are returned, and only the place of the null is kept.
 */
function inOneOrder(text: string): string {
  // The events of a stream.
  if (/^data: /m.test(text)) return text.replace(/^data: (\{.*\})$/gm, (_, data) => `data: ${inOneOrder(data)}`);
  // The result of a tool, as a text and as JSON.
  if (text.startsWith('{"result":')) return JSON.stringify(JSON.parse(text, (_key, value) => resultInOneOrder(value)));
  if (!/^\{"(?:data|errors)"/.test(text)) return text;
  const { errors, ...others } = JSON.parse(text) as JsonResponse;
  if (errors === undefined) return text;
  const kept = errors.map((error) => {
    const place = placeOfNull(others.data, error.path ?? []);
    return place.length === (error.path?.length ?? 0) ? JSON.stringify(error) : place.join();
  });
  return JSON.stringify({ ...others, errors: [...new Set(kept)].sort() });
}

function resultInOneOrder(value: unknown): unknown {
  if (typeof value === 'string') return inOneOrder(value);
  const isResult = typeof value === 'object' && value !== null && 'errors' in value;
  return isResult ? inOneOrder(JSON.stringify(value)) : value;
}

/** Returns the beginning of a path up to the first null. */
function placeOfNull(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

/** Reads a stream up to its first heartbeat, before which all changes are sent. */
async function textOfStream(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    const heartbeat = /event: heartbeat|"taskRunChanged":\{[^\n]*"run":null\}/.exec(text);
    // Leaving the loop cancels the request.
    if (heartbeat) return text.slice(0, heartbeat.index);
  }
  return text;
}

function cursorIn(text: string): string | undefined {
  return /"(?:endCursor|next_cursor)":"([^"]+)"/.exec(text)?.[1];
}

function describeRequest({ kind, method, url, body }: ReadRequest) {
  return { kind, method, url, body };
}

/** Asserts that the requests have reached what they are about. */
function expectVariety(sent: readonly Sent[]): void {
  const count = (condition: (each: Sent) => boolean) => sent.filter(condition).length;
  const withText = (text: string) => count(({ response }) => response.text.includes(text));
  expect(withText('read_payload')).toBeGreaterThan(requests / 10);
  // Own runs have their payload.
  expect(withText(secrets.one)).toBeGreaterThan(requests / 40);
  expect(count(({ response: { status } }) => status === 200)).toBeGreaterThan(requests / 2);
  const kinds = new Set(sent.map(({ request }) => request.kind));
  expect(kinds.size).toBeGreaterThan(15);
}
