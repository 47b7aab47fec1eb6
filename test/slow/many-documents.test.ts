// Documents of a subject without any grant, each as large as is permitted, must not fill the process: what is kept of
// them is bounded by what it holds. DOCUMENTS=20000 sends more.

import { readFile } from 'node:fs/promises';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { createLargeDocument } from '../support/large-document.mjs';
import { spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const documents = Number(process.env.DOCUMENTS ?? 500);
const seed = Number(process.env.SEED ?? 20261125);
const heapMegabytes = 512;
const maxResidentMegabytes = 450;

describeOnServer('a process with a heap of 512 MB', () => {
  it(`answers ${documents} large documents, all different, and stays small (seed ${seed})`, async () => {
    const database = await createTestDatabase('postgres');
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
      for (let number = 0; number < documents; number += 1) {
        const { body, names } = createLargeDocument(seed + number);
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
        const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
        const { data, errors } = (await response.json()) as { data: any; errors: any };
        expect(errors).toMatchObject([{ path: ['refused'], extensions: { code: 'FORBIDDEN' } }]);
        for (const root of ['v0', 'v1', 'v2', 'v3']) expect(Object.keys(data[root]).join()).toBe(names.join());
        expect(data.v3[names.at(-1)!]).toBe('stranger');
      }
      const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${program.pid}/status`, 'utf8'))!;
      expect(Number(kilobytes) / 1024).toBeLessThan(maxResidentMegabytes);
    } finally {
      program.kill('SIGKILL');
      await program.ended;
      await database.drop();
      await remove();
    }
  }, 7_200_000);
});
