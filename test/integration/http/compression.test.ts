import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { startHttpServer } from '../../support/http-server.js';
import { runUrl } from '../../support/rest-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { richRun, failedRun } = demoPlaces;
let authorization: string;
const gateway = useOwnGateway({
  arrange: (database) =>
    database.query('UPDATE task_run SET response = to_jsonb(repeat($1, 20000)) WHERE id = $2', ['schön ', richRun.id]),
});
beforeAll(async () => {
  authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
});

/** Does not use fetch, which would decompress. */
async function ask(
  url: string,
  {
    acceptEncoding,
    body,
    ...options
  }: { acceptEncoding?: string; body?: string; method?: string; headers?: object } = {},
) {
  const headers = {
    authorization,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }),
    ...options.headers,
  };
  const [response] = await new Promise<[IncomingMessage]>((resolve, reject) => {
    request(url, { method: options.method ?? (body === undefined ? 'GET' : 'POST'), headers }, (...answer) =>
      resolve(answer),
    )
      .on('error', reject)
      .end(body);
  });
  return { status: response.statusCode, headers: response.headers, bytes: await buffer(response) };
}

describe('a large response', () => {
  const endpoints = [
    ['REST', () => [runUrl(gateway, richRun), {}] as const],
    [
      'GraphQL',
      () => {
        const { orgId, projectId, taskId, id } = richRun;
        const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { response } }`;
        return [`${gateway.url}/graphql`, { body: JSON.stringify({ query }) }] as const;
      },
    ],
  ] as const;

  it.each(endpoints)(
    'from %s arrives compressed if the client accepts it, with the same text',
    async (_endpoint, request) => {
      const [url, options] = request();
      const plain = await ask(url, options);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.headers.vary).toBe('accept-encoding');
      for (const [encoding, decompress] of [
        ['gzip', gunzipSync],
        ['br', brotliDecompressSync],
      ] as const) {
        const { headers, bytes } = await ask(url, { ...options, acceptEncoding: encoding });
        expect(headers).toMatchObject({
          'content-encoding': encoding,
          'content-length': String(bytes.length),
          vary: 'accept-encoding',
        });
        expect(headers['content-type']).toBe(plain.headers['content-type']);
        expect(bytes.length).toBeLessThan(plain.bytes.length / 10);
        expect(decompress(bytes).toString()).toBe(plain.bytes.toString());
      }
    },
  );

  it.each(['identity', 'br;q=0, gzip;q=0', 'deflate', ''])(
    'stays plain for Accept-Encoding: %s',
    async (acceptEncoding) => {
      expect((await ask(runUrl(gateway, richRun), { acceptEncoding })).headers['content-encoding']).toBeUndefined();
    },
  );

  it('keeps its entity tag in any encoding, and returns 304 when that matches', async () => {
    const { headers } = await ask(runUrl(gateway, richRun), { acceptEncoding: 'br' });
    const again = await ask(runUrl(gateway, richRun), {
      acceptEncoding: 'gzip',
      headers: { 'if-none-match': headers.etag },
    });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
  });

  it('serves HEAD like GET', async () => {
    const get = await ask(runUrl(gateway, richRun), { acceptEncoding: 'gzip' });
    const head = await ask(runUrl(gateway, richRun), { acceptEncoding: 'gzip', method: 'HEAD' });
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.bytes.length).toBe(0);
  });
});

it('a small response is not compressed', async () => {
  const { headers } = await ask(runUrl(gateway, failedRun), { acceptEncoding: 'br, gzip' });
  expect([headers['content-encoding'], headers.vary]).toEqual([undefined, undefined]);
});

it("a file's bytes are never compressed", async () => {
  const url = `${runUrl(gateway, richRun)}/file/${encodeURIComponent('Beleg Café 3.png')}`;
  const { headers, bytes } = await ask(url, { acceptEncoding: 'br, gzip' });
  expect([headers['content-encoding'], bytes.length]).toEqual([undefined, 9348]);
});

it.each(['gzip', 'br'])(
  'an error instead of a stream of which no byte was sent is not compressed (%s)',
  async (acceptEncoding) => {
    const server = await startHttpServer((app) =>
      app.get('/', (_request, reply) => {
        const failing = async function* () {
          yield 'what the compressor holds back';
          throw new Error('It fails.');
        };
        return reply.type('text/csv').send(Readable.from(failing()));
      }),
    );
    const { status, headers, bytes } = await ask(server.url, { acceptEncoding });
    await server.close();
    expect([status, headers['content-encoding']]).toEqual([500, undefined]);
    expect(JSON.parse(bytes.toString())).toMatchObject({ detail: { reason: 'INTERNAL_SERVER_ERROR' } });
  },
);
