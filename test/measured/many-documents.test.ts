// Documents from a subject without any grant, each of the maximum permitted size, or short with fragments that repeat
// others, must not exhaust the process's memory: what is kept of them is limited by its size. DOCUMENTS=20000 sends
// more.

import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { createLargeDocument } from '../support/large-document.mjs';
import type { GraphqlBody } from '../support/responses.js';
import { spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const documents = Number(process.env.DOCUMENTS ?? 200);
const seed = Number(process.env.SEED ?? 20261125);
/** A heap too small for half of the documents together. */
const heapMegabytes = 256;
const depth = 12;
const id = '018f0000-0000-7000-8000-000000000000';

/** Creates a document with fragments that each select the next one twice: 10,000 fields in 900 characters. */
function createFoldedDocument(number: number): string {
  const run = `taskRun(orgId: "${id}", projectId: "${id}", taskId: "${id}", id: "${id}") { ...F0 }`;
  const fragments = Array.from({ length: depth }, (_, index) => {
    const below = index === depth - 1 ? 'response runData submitted' : 'next { ...F_ } previous { ...F_ }';
    return `fragment F${index} on TaskRun { ${below.replaceAll('F_', `F${index + 1}`)} }`;
  });
  return JSON.stringify({ query: `query Q${number} { rejected: ${run} } ${fragments.join(' ')}` });
}

describeOnServer(`a process with a heap of ${heapMegabytes} MB`, () => {
  async function sendAll(answer: (send: (body: string) => Promise<GraphqlBody>) => Promise<void>) {
    const database = await createTestDatabase();
    const { dataDir, issuer, remove } = await createDemoIssuerFolder();
    const program = spawnProgram(['main.js'], {
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
      DATABASE_URL: database.url!,
      AUTH_ISSUERS: JSON.stringify([issuer.config]),
      DATA_DIR: dataDir,
      PORT: '0',
    });
    try {
      const { url } = JSON.parse(await program.line(/"listening"/)) as { url: string };
      const token = await issuer.sign({ subject: 'stranger', expiresInSeconds: 7200, now: Date.now() });
      await answer(async (body) => {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
        const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
        return (await response.json()) as GraphqlBody;
      });
    } finally {
      program.kill('SIGKILL');
      await program.ended;
      await database.drop();
      await remove();
    }
  }

  it(`responds to ${documents} large documents, all different (seed ${seed})`, async () => {
    await sendAll(async (send) => {
      for (let number = 0; number < documents; number += 1) {
        const { body, names } = createLargeDocument(seed + number);
        const { data, errors } = await send(body);
        expect(errors).toMatchObject([{ path: ['rejected'], extensions: { code: 'FORBIDDEN' } }]);
        for (const root of ['v0', 'v1', 'v2', 'v3']) expect(Object.keys(data[root]).join()).toBe(names.join());
        expect(data.v3[names.at(-1)!]).toBe('stranger');
      }
    });
  }, 7_200_000);

  it(`responds to ${documents / 2} documents whose fragments repeat others, all different`, async () => {
    await sendAll(async (send) => {
      for (let number = 0; number < documents / 2; number += 1) {
        const { errors } = await send(createFoldedDocument(number));
        // More adjacent runs than an operation may select.
        expect(errors).toMatchObject([{ path: ['rejected'], extensions: { code: 'UNPROCESSABLE_ENTITY' } }]);
      }
    });
  }, 7_200_000);
});
