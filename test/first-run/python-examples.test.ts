// Runs the programs in examples/python with Debian's Python and the demo data.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { useGateway } from '../support/start-gateway.js';
import { runPython } from './python.js';

const gateway = useGateway();
const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const task = [orgId, projectId, taskId];
const absent = id.replace(/.$/, '0');
const { viewer, stranger } = demoSubjects;
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

const run = (program: string, args: readonly string[], token: string, url = gateway.url) =>
  runPython(program, args, token, url);
const runAs = async (subject: string, program: string, ...args: readonly string[]) =>
  run(program, args, await gateway.tokenFor(subject));

describe('the Python examples', () => {
  it('print one run, with its time to the microsecond and its decimal unchanged', async () => {
    const { code, output, errors } = await runAs(viewer, 'one_run.py', ...task, id);
    expect([code, errors]).toEqual([0, '']);
    const [first, second, third] = output.split('\n');
    expect(first).toBe(`${id}, created 2026-10-30T09:41:12.247067+00:00: succeeded`);
    expect(second).toBe('1801 tokens, 1.00 credits');
    expect(third).toContain("'category': 'billing'");
    expect((await runAs(viewer, 'rest_runs.py', ...task, id)).output).toBe(`${third}\n`);
  });

  it('print a run by its id alone', async () => {
    const { code, output, errors } = await runAs(viewer, 'run_by_id.py', id);
    expect([code, errors, output]).toEqual([0, '', 'Support triage: SUCCESS, 1801 tokens\n']);
  });

  it('walk all pages of a list, over GraphQL and REST', async () => {
    const at = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
    const { all, failed, stats } = await gateway.dataOf(
      `{ all: taskRuns(${at}) { totalCount } failed: taskRuns(${at}, filter: { status: FAIL }) { totalCount } stats: taskRunStats(${at}) { totalTokens } }`,
      { as: viewer },
    );
    expect(all.totalCount).toBeGreaterThan(50);
    const pages = Math.ceil(all.totalCount / 50);
    expect(await runAs(viewer, 'walk_runs.py', ...task)).toEqual({
      code: 0,
      output: `${all.totalCount} runs on ${pages} pages, ${failed.totalCount} of them failed, ${stats.totalTokens} tokens\n`,
      errors: '',
    });
    expect((await runAs(viewer, 'rest_runs.py', ...task)).output).toBe(`${all.totalCount} runs on ${pages} pages\n`);
  });

  it.each([
    ['an id that is none', viewer, '42', /^(id|task_run_id) is not an id\.$/],
    ['a run that does not exist', viewer, absent, /^There is no such run under this task\.$/],
    [
      'a caller without a role',
      stranger,
      id,
      /^The caller lacks the permission read on task_run: somebody has to grant a role\.$/,
    ],
  ])('suggest a remedy for %s, over GraphQL and REST', async (_case, subject, runId, message) => {
    for (const program of ['one_run.py', 'rest_runs.py']) {
      const { code, output, errors } = await runAs(subject, program, ...task, runId);
      expect([program, code, output]).toEqual([program, 1, '']);
      expect(errors.trimEnd()).toMatch(message);
    }
  });

  it('name the required role where the caller has another one', async () => {
    const { executorRun } = demoPlaces;
    const path = [executorRun.orgId, executorRun.projectId, executorRun.taskId, executorRun.id];
    for (const program of ['one_run.py', 'rest_runs.py']) {
      const { errors } = await runAs(viewer, program, ...path);
      expect(errors).toBe('All runs of the task take the role owner; the caller is viewer.\n');
    }
  });

  it('distinguish an expired token from a rejected one', async () => {
    const ended = await gateway.issuer.sign({ subject: viewer, expiresInSeconds: -3600 });
    for (const program of ['one_run.py', 'rest_runs.py']) {
      expect((await run(program, [...task, id], ended)).errors).toBe('The token has ended: get another one.\n');
      expect((await run(program, [...task, id], 'no.such.token')).errors).toMatch(
        /^The gateway does not accept the token/,
      );
    }
  });

  it('retry after the time that the gateway names, and give up after three times', async () => {
    const times: number[] = [];
    let rejections = 2;
    const busy = { code: 'SERVICE_UNAVAILABLE', reason: 'QUEUE_TIMEOUT', retryAfter: 0.3 };
    const server = createServer((_request, response) => {
      times.push(Date.now());
      const answer =
        times.length > rejections
          ? {
              data: {
                taskRun: {
                  id,
                  created: '2026-10-30T09:41:12Z',
                  isError: true,
                  response: null,
                  totalTokens: 1,
                  chargedCredits: null,
                },
              },
            }
          : { data: null, errors: [{ message: 'Busy.', extensions: busy }] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    }).listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await run('one_run.py', [...task, id], 'x', url)).output).toContain(': failed\n1 tokens, None credits\n');
    expect(times).toHaveLength(3);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(300);
    times.length = 0;
    rejections = 9;
    expect((await run('one_run.py', [...task, id], 'x', url)).errors).toBe('The gateway is busy: try again later.\n');
    expect(times).toHaveLength(3);
  });
});
