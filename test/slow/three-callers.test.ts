// Generated requests of three concurrent callers, most of them operations, many of them invalid: each caller gets the
// same responses as without the others, nothing unexpected happens, and nothing of the requests remains in the heap.
// REQUESTS=20000 sends more, in eight minutes.

import { demoSubjects } from '../../src/demo/data/demo-places.js';
import { createRandom, seededSource } from '../../src/demo/data/random.js';
import { createSchema } from '../../src/graphql/schema/schema.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { freePort } from '../support/free-port.js';
import { amount, seed } from '../support/generated.js';
import { comparable } from '../support/graphql-client.js';
import { heapInUse } from '../support/heap.js';
import { createRandomRequest, type RandomRequest } from '../support/random-request.js';
import { spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const requests = Number(process.env.REQUESTS ?? amount(2000, 6000));
const parallelRequests = 24;
/** The number of requests after which the caches are full. */
const settledAfter = Math.min(5000, requests / 2);
const maxGrowth = 32 * 1024 * 1024;
const callers = [demoSubjects.owner, demoSubjects.viewer, demoSubjects.stranger];

describeOnServer(`${requests} generated requests of three callers, the first of seed ${seed}`, () => {
  it('return the same as without the others, and leave nothing behind', async () => {
    const database = await createTestDatabase();
    const { dataDir, issuer, remove } = await createDemoIssuerFolder();
    const inspectorPort = await freePort();
    const program = spawnProgram(['main.js'], {
      NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}`,
      DATABASE_URL: database.url!,
      AUTH_ISSUERS: JSON.stringify([issuer.config]),
      DATA_DIR: dataDir,
      PORT: '0',
    });
    try {
      const { url } = JSON.parse(await program.line(/"listening"/)) as { url: string };
      const sign = (subject: string) => issuer.sign({ subject, expiresInSeconds: 36_000, now: Date.now() });
      const tokens = await Promise.all(callers.map(sign));
      const schema = await createSchema();
      const statuses: Record<string, number> = {};
      let settled = 0;
      for (let sent = 0; sent < requests; sent += parallelRequests) {
        if (settled === 0 && sent >= settledAfter) settled = await heapInUse(inspectorPort);
        const batch = Array.from({ length: parallelRequests }, (_, index) => {
          const random = createRandom(seededSource(seed + sent + index));
          return { request: createRandomRequest(schema, random), token: random.pick(tokens), number: sent + index };
        });
        const together = await Promise.all(batch.map(({ request, token }) => answerTo(url, request, token)));
        for (const [index, { request, token, number }] of batch.entries()) {
          const about = { seed: seed + number, request };
          const answer = together[index]!;
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
          expect({ ...about, isExpected: answer.status < 500 && !answer.isMasked }).toEqual({
            ...about,
            isExpected: true,
          });
          expect({ ...about, ...answer }).toEqual({ ...about, ...(await answerTo(url, request, token)) });
        }
      }
      expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400', '403', '404', '422']));
      const growth = (await heapInUse(inspectorPort)) - settled;
      if (process.env.REPORT) process.stderr.write(`${JSON.stringify({ statuses, settled, growth })}\n`);
      expect(growth).toBeLessThan(maxGrowth);
    } finally {
      program.kill('SIGKILL');
      await program.ended;
      await database.drop();
      await remove();
    }
  }, 7_200_000);
});

/** Returns the visible parts of a response, without those that always differ. */
async function answerTo(url: string, { path, ...request }: RandomRequest, token: string) {
  const headers = { ...request.headers, authorization: `Bearer ${token}` };
  const response = await fetch(`${url}${path}`, { ...request, headers, redirect: 'manual' });
  const text = (await response.text()).replace(/expires=\d+|signature=[\w-]+/g, '');
  const { status } = response;
  const type = response.headers.get('content-type');
  // The catalogue of errors and the OpenAPI document contain it, too.
  const isMasked = /"(extensions|detail)":\{[^{}]*"INTERNAL_SERVER_ERROR"/.test(text);
  if (!path.startsWith('/graphql') || !type?.includes('json')) return { status, type, isMasked, text };
  return { type, isMasked, ...comparable({ ...JSON.parse(text), status }) };
}
