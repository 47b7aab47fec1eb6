// Connections that are cut while requests are in progress, and the resources that a gateway holds afterwards.

import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { demoPlaces } from '../../src/demo/data/demo-places.js';
import type { Random } from '../../src/demo/data/random.js';
import { callHost } from './call-host.js';
import { eventually } from './eventually.js';
import type { Gateway } from './start-gateway.js';

const { orgId, projectId, taskId, id: runId } = demoPlaces.richRun;
const run = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run`;
const assets = join(import.meta.dirname, '..', '..', 'dist', 'pages', 'assets');
/** Far larger than the system's buffers. */
const asset = `/pages/assets/${readdirSync(assets).find((name) => /^graphiql-.+\.js$/.test(name))}`;
const path = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const query = `{ taskRun(${path}, id: "${runId}") { response reportingGroup { name } files { name } } }`;
const subscription = `subscription { taskRunChanged(${path}) { cursor } }`;

interface KindOfResponse {
  readonly target: string;
  readonly accept?: string;
  readonly body?: string;
  /** Whether the response never ends on its own. */
  readonly isStream?: boolean;
}

/** One example of each kind of response. */
export const kinds: Readonly<Record<string, KindOfResponse>> = {
  asset: { target: asset },
  document: { target: '/openapi.json' },
  run: { target: `${run}/${runId}` },
  operation: { target: '/graphql', body: JSON.stringify({ query }) },
  list: { target: `${run}?page_limit=100` },
  export: { target: `${run}/export?format=ndjson` },
  'Parquet export': { target: `${run}/export?format=parquet` },
  'event stream': { target: `${run}/changes`, accept: 'text/event-stream', isStream: true },
  subscription: {
    target: '/graphql',
    accept: 'text/event-stream',
    body: JSON.stringify({ query: subscription }),
    isStream: true,
  },
  file: { target: `${run}/${runId}/file/claim-letter.pdf` },
  page: { target: '/runs', accept: 'text/html' },
  'large body': { target: '/graphql', body: JSON.stringify({ query, variables: { unused: 'x'.repeat(9000) } }) },
  'unknown route': { target: '/nowhere', body: 'x'.repeat(8000) },
};

/** The shortest response, which arrives immediately. */
const health: KindOfResponse = { target: '/health/live' };

/**
 * Requests that arrive together begin together, so all have begun once the first response has arrived. More than 32 KB may
 * arrive in parts.
 */
const maxReadAtOnce = 30_000;

let requests = 0;

interface RequestForm {
  readonly token: string;
  readonly version?: '1.0' | '1.1';
  readonly connection?: string;
}

/** Returns the bytes of a request as text, and the id in its log line. */
function requestFor({ target, accept, body }: KindOfResponse, form: RequestForm): { text: string; id: string } {
  const { token, version = '1.1', connection } = form;
  requests += 1;
  const id = `cut-${process.pid}-${requests}`;
  const head = [
    `${body === undefined ? 'GET' : 'POST'} ${target} HTTP/${version}`,
    'host: gateway',
    `x-request-id: ${id}`,
    `authorization: Bearer ${token}`,
    `accept: ${accept ?? '*/*'}`,
    ...(connection === undefined ? [] : [`connection: ${connection}`]),
    ...(body === undefined ? [] : ['content-type: application/json', `content-length: ${body.length}`]),
  ];
  return { text: `${head.join('\r\n')}\r\n\r\n${body ?? ''}`, id };
}

export interface CutConnections {
  /**
   * Cuts a connection at the given moment of a response in a pipeline of 32 requests, and returns the ids of these.
   */
  cut(kind: KindOfResponse, moment: 'before its turn' | 'during its turn' | 'after its turn'): Promise<string[]>;
  /** Cuts a connection at a random byte of random requests, in a random way. */
  cutAtRandom(random: Random): Promise<void>;
}

export function createCutConnections(port: number, token: string): CutConnections {
  const open = (): Socket => connect({ port, host: '127.0.0.1' }).on('error', () => {});
  return {
    async cut(kind, moment) {
      const unsent = { target: asset };
      const of = (count: number, filled = kind) => Array<KindOfResponse>(count).fill(filled);
      const most = Math.floor(maxReadAtOnce / requestFor(kind, { token }).text.length);
      const pipeline = {
        'before its turn': [health, unsent, ...of(Math.min(30, most))],
        'during its turn': [health, ...of(Math.min(31, most))],
        'after its turn': [...of(31, health), kind],
      }[moment];
      const all = pipeline.map((item) => requestFor(item, { token }));
      const expected = moment === 'after its turn' ? all.length : 1;
      const socket = open();
      let received = '';
      socket.setEncoding('latin1');
      socket.on('data', (text) => {
        received += text;
        if (expected === 1) socket.pause();
      });
      socket.write(all.map(({ text }) => text).join(''), 'latin1');
      await eventually(async () =>
        expect(received.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0).toBeGreaterThanOrEqual(expected),
      );
      socket.destroy();
      return all.map(({ id }) => id);
    },
    cutAtRandom: (random) =>
      new Promise((resolve) => {
        const sent = Array.from({ length: random.integer(1, 6) }, () => {
          const version = random.pick(['1.1', '1.1', '1.1', '1.0'] as const);
          const connection = random.pick([undefined, undefined, 'close', 'keep-alive']);
          const kind = kinds[random.pick(Object.keys(kinds))]!;
          return requestFor(kind, { token, version, ...(connection !== undefined && { connection }) }).text;
        }).join('');
        const socket = open().on('close', () => resolve());
        if (random.integer(0, 1) === 0) socket.pause();
        else socket.resume();
        const way = random.pick(['destroy', 'reset', 'end']);
        socket.write(sent.slice(0, random.integer(1, sent.length)), 'latin1', () =>
          setImmediate(() => {
            if (way === 'destroy') socket.destroy();
            else if (way === 'reset') socket.resetAndDestroy();
            else {
              // Half closed: continues to read until the gateway closes its side.
              socket.end();
              socket.resume();
            }
          }),
        );
      }),
  };
}

interface Held {
  /** The number of open assets and files of runs. */
  readonly files: number;
  /** The number of connections to the gateway. */
  readonly connections: number;
  /** Bytes in the memory ledger. */
  readonly memory: number;
  /** The number of event streams. */
  readonly streams: number;
}

/** Returns the resources that a gateway holds for its connections. */
export async function heldBy(gateway: Gateway): Promise<Held> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const sumOf = (metric: string) =>
    [...text.matchAll(new RegExp(`^${metric}\\{.+\\} (\\S+)$`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  return {
    ...(await callHost('descriptors', { url: gateway.url })),
    memory: sumOf('gateway_memory_bytes'),
    streams: sumOf('gateway_subscriptions'),
  };
}
