// Searches for responses that depend on payload but have no line in the audit log. Sends random reads to a database
// before and after payload, and only payload, is replaced. If the two responses to a read differ, both must have a
// line.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createRandom, type Random, seededSource } from '../../../src/demo/data/random.js';
import { amount, seed } from '../../support/generated.js';
import { observeResponse, sendRead, type Visible } from '../../support/observed-response.js';
import { arrangePayloadWorld, hiddenRuns, payloadWorld, switchPayload } from '../../support/payload-world.js';
import { createRandomRead, type ReadRequest } from '../../support/random-read.js';
import type { FileNode, RunNode } from '../../support/responses.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const requests = amount(300, 4000);
const { orgId, projectId, owner, maxResponseBytes } = payloadWorld;
const folder = mkdtempSync(join(tmpdir(), 'audit-differences-'));
const path = join(folder, 'audit.log');
afterAll(() => rmSync(folder, { recursive: true }));

interface Observed {
  readonly visible: Visible;
  readonly hasLine: boolean;
}

describe('the audit log', () => {
  const gateway = useOwnGateway({
    environment: { AUDIT_LOG: path, MCP: 'on', MAX_RESPONSE_BYTES: String(maxResponseBytes) },
    // Links are signed for a limited time.
    clock: { at: Date.now() },
    heartbeatMs: 300,
    arrange: arrangePayloadWorld,
  });
  let startCursor: string;
  let token: string;
  let links: readonly string[];
  beforeAll(async () => {
    await writeObjects('a,b\n');
    token = await gateway.tokenFor(owner);
    const scope = `orgId: "${orgId}", projectId: "${projectId}"`;
    const { taskRunChanges, taskRuns } = await gateway.dataOf(
      `{ taskRunChanges(${scope}, first: 1) { changes { previousCursor } }
         taskRuns(${scope}, first: 100) { nodes { id files { downloadUrl } } } }`,
      { as: owner },
    );
    startCursor = taskRunChanges.changes[0].previousCursor;
    const hidden = new Set(hiddenRuns.map(({ id }) => id));
    const files = taskRuns.nodes.flatMap((run: RunNode) => (hidden.has(run.id) ? run.files : []));
    links = files.map(({ downloadUrl }: FileNode) => downloadUrl.slice(gateway.url.length));
  });

  /** Stores the same bytes for each file of the hidden runs. */
  async function writeObjects(bytes: string): Promise<void> {
    for (const { id } of hiddenRuns) {
      const objects = join(gateway.dataDir, 'files', id);
      await mkdir(objects, { recursive: true });
      for (const name of ['one.pdf', 'other.txt', 'both.csv']) await writeFile(join(objects, name), bytes);
    }
  }

  let readCharacters = 0;
  async function observe(request: ReadRequest): Promise<Observed> {
    const response = await sendRead(gateway.url, request, { token, startCursor });
    const visible = await observeResponse(request, response);
    const log = readFileSync(path, 'utf8');
    const lines = log.slice(readCharacters).split('\n').slice(0, -1);
    readCharacters = log.length;
    const id = response.headers.get('x-request-id');
    return { visible, hasLine: lines.some((line) => JSON.parse(line).requestId === id) };
  }

  it(`has a line for each response that depends on payload, by seed ${seed}`, async () => {
    const random = createRandom(seededSource(seed));
    const read = createRandomRead(random);
    const sent: { readonly request: ReadRequest; readonly response: Observed }[] = [];
    const send = async (request: ReadRequest) => {
      const response = await observe(request);
      sent.push({ request, response });
      return response;
    };
    const streams: ReadRequest[] = [];
    while (sent.length < requests) {
      const request = random.chance(15) ? byLink() : random.chance(10) ? byResource() : withoutBody(read(), random);
      if (request.isStream) streams.push(request);
      else {
        const { etag } = (await send(request)).visible.headers;
        if (etag !== undefined) await send(withCondition(request, etag, random));
      }
    }
    // Runs last, because a stream may poll once more after its client has disconnected.
    for (const request of streams) await send(request);
    await switchPayload(gateway, 'other');
    await writeObjects('a,b\n1,2\n');
    const kinds = new Set<unknown>();
    for (const { request, response } of sent) {
      const other = await observe(request);
      if (isDeepStrictEqual(response.visible, other.visible)) continue;
      const about = { request, responses: [response.visible, other.visible] };
      expect({ ...about, hasLine: [response.hasLine, other.hasLine] }).toEqual({ ...about, hasLine: [true, true] });
      for (const { status, text } of about.responses) {
        kinds.add(status).add(`${request.method} ${new URL(request.url, gateway.url).pathname.split('/')[1]}`);
        if (text.includes('"error":{')) kinds.add('an error of a resource');
      }
    }
    const expected = ['GET api', 'HEAD api', 'GET graphql', 'HEAD graphql', 'POST graphql', 'POST mcp'];
    expect([...kinds]).toEqual(
      expect.arrayContaining([...expected, 200, 206, 304, 404, 416, 422, 'an error of a resource']),
    );

    function byLink(): ReadRequest {
      return { kind: 'link', method: random.chance(30) ? 'HEAD' : 'GET', url: random.pick(links), headers: {} };
    }

    function byResource(): ReadRequest {
      const uri = `task-run://${random.pick(hiddenRuns).id}/${random.pick(['response', 'run-data'])}`;
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri } });
      return { kind: 'resource', method: 'POST', url: '/mcp', headers, body };
    }
  }, 900_000);
});

/** Converts some of the operations to GET or HEAD requests. */
function withoutBody(request: ReadRequest, random: Random): ReadRequest {
  const { kind, url, body, isStream } = request;
  if (url !== '/graphql' || isStream || random.chance(40)) return request;
  const search = `?query=${encodeURIComponent(JSON.parse(body!).query)}`;
  // Longer URLs are rejected.
  if (search.length > 8000) return request;
  return { kind, method: random.chance(70) ? 'HEAD' : 'GET', url: url + search, headers: {} };
}

/** Returns a request with a condition on the version, or for part of a file. */
function withCondition(request: ReadRequest, etag: string, random: Random): ReadRequest {
  const opaque = etag.replace(/^W\//, '');
  const headers = random.pick<Record<string, string>>([
    { 'if-none-match': etag },
    { 'if-none-match': opaque },
    { 'if-none-match': `"other", W/${opaque}` },
    { range: 'bytes=5-' },
    { range: 'bytes=0-1' },
    { range: 'bytes=0-1', 'if-range': etag },
    { range: 'bytes=5-', 'if-none-match': etag },
  ]);
  return { ...request, headers: { ...request.headers, ...headers } };
}
