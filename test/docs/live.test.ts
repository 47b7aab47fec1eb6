// The subscription, the requests and the script in docs/live.md, unchanged.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { useOwnGateway } from '../support/start-gateway.js';
import { block } from './documents.js';

const { viewer } = demoSubjects;
const { orgId, projectId, taskId } = demoPlaces.richRun;
const hasRequests = (() => {
  try {
    execFileSync('python3', ['-c', 'import requests'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('docs/live.md', () => {
  const gateway = useOwnGateway();
  const running: ChildProcess[] = [];
  afterAll(() => {
    for (const child of running) child.kill();
  });

  let inserted = 0;
  const insertRun = async () => {
    inserted += 1;
    const id = `01a1ffff-0000-0000-0000-${String(inserted).padStart(12, '0')}`;
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       VALUES ($1, $2, $2, '{}', now(), 1, 2, 3)`,
      [id, taskId],
    );
    return id;
  };
  /** The lines that a program prints. */
  const linesOf = (command: string, args: readonly string[]) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(child);
    return createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  };
  const lineWith = async (lines: AsyncIterator<string>, text: string) => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error(`There was no line with ${text}.`);
      if (value.includes(text)) return value;
    }
  };

  it('shows a valid subscription, and clients in JavaScript', async () => {
    const headers = { accept: 'application/json' };
    const { errors } = await gateway.ask(block('subscription').text, { as: viewer, headers });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_ACCEPTABLE' } }]);
    expect(() => new Function(`return async () => {${block('subscription-clients').text}}`)).not.toThrow();
  });

  it.each(['curl-subscription', 'curl-changes'])('shows a request (%s) that receives events', async (marker) => {
    const script = block(marker).text.replaceAll('http://127.0.0.1:4000', gateway.url);
    const lines = linesOf('bash', [
      '-c',
      `TOKEN=${await gateway.tokenFor(viewer)}; exec ${script.replace('curl', 'curl -s')}`,
    ]);
    await lineWith(lines, 'event: ');
    const id = await insertRun();
    expect(await lineWith(lines, id)).toMatch(/^data: \{/);
  });

  // The example requires Python and its `requests` package.
  (hasRequests ? it : it.skip)('has a script in Python that exports, follows, and resumes where it ended', async () => {
    const file = join(gateway.dataDir, 'follow.py');
    await writeFile(file, block('python-changes').text);
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}`;
    const token = await gateway.tokenFor(viewer);
    const known = await insertRun();
    const first = linesOf('python3', [file, url, token]);
    await lineWith(first, known);
    const [cursor = ''] = (await lineWith(first, await insertRun())).split(' ');
    running.at(-1)!.kill();
    const missed = [await insertRun(), await insertRun()];
    const resumed = linesOf('python3', [file, url, token, cursor]);
    for (const each of missed) expect((await resumed.next()).value).toContain(each);
  });
});
