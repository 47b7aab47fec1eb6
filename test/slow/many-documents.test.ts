// Documents of a subject without any grant, each as large as is permitted, must not fill the process: what is kept of
// them is bounded by what it holds. DOCUMENTS=20000 sends more.

import { readFile } from 'node:fs/promises';
import { createRandom, seededSource } from '../../src/demo/data/random.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const documents = Number(process.env.DOCUMENTS ?? 500);
const seed = Number(process.env.SEED ?? 20261125);
const heapMegabytes = 512;
const maxResidentMegabytes = 450;

/** Some 60 to 100 KB, 19,000 tokens and 12,000 selections, and what the response holds under which name. */
function createDocument(number: number) {
  const random = createRandom(seededSource(seed + number));
  const length = random.whole(12, 21);
  const conditions = ['a', 'b', 'c', 'd'] as const;
  const variables = Object.fromEntries(conditions.map((name) => [name, random.chance(50)]));
  const names: string[] = [];
  const fields = Array.from({ length: 2400 }, (_, index) => {
    const name = `n${number}_${index}_`.padEnd(length, 'x');
    const condition = random.chance(30) ? random.pick(conditions) : null;
    if (condition === null || variables[condition]) names.push(name);
    return `${name}:subject${condition === null ? '' : `@include(if:$${condition})`}`;
  });
  const roots = Array.from({ length: 4 }, (_, index) => `v${index}:viewer{...F}`);
  const refused = `refused:taskRun(orgId:"${id}",projectId:"${id}",taskId:"${id}",id:"${id}"){...R}`;
  const head = `query(${conditions.map((name) => `$${name}:Boolean!`)})`;
  const query = `${head}{${roots.join(' ')} ${refused}} fragment F on Viewer{${fields.join(' ')}} fragment R on TaskRun{files{name}}`;
  return { body: JSON.stringify({ query, variables }), names };
}

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';

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
        const { body, names } = createDocument(number);
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
