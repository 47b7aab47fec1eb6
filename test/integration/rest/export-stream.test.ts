// An export in progress: it is cut off if it fails, and never outpaces its client.

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { idOf, idPrefix } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

const [orgId, projectId, taskId] = [idOf(1), idOf(2), idOf(3)];
const pages = 70;
const runs = pages * 100;
/** Length of a run, chosen so that there are more pages than the socket buffers can hold. */
const characters = 8000;

describe('an export in progress', () => {
  const gateway = useGateway({
    arrange: async (database) => {
      await database.query("INSERT INTO organization (id, name) VALUES ($1, 'Large')", [orgId]);
      await database.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Large')", [projectId, orgId]);
      await database.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Large')", [taskId, projectId]);
      for (let page = 0; page < pages; page += 1) {
        await database.query(
          `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
           SELECT ('${idPrefix}' || lpad(to_hex(100000 + n), 12, '0'))::uuid, $1, $1, jsonb_build_object('text', repeat('x', ${characters})),
             '2025-03-01T00:00:00Z', n, 0, n FROM generate_series($2::integer * 100, $2::integer * 100 + 99) AS n`,
          [taskId, page],
        );
      }
    },
  });
  const grant = (subject: string) =>
    gateway.query("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [projectId, subject]);
  const pagesRead = async () => (await gateway.statements()).task_run_changes ?? 0;

  /** Returns the response of an export without reading any of it. */
  const begin = async (subject: string): Promise<IncomingMessage> => {
    await grant(subject);
    const headers = { authorization: `Bearer ${await gateway.tokenFor(subject)}`, accept: 'application/x-ndjson' };
    const url = `${gateway.url}/api/v1/org/${orgId}/project/${projectId}/task_run/export`;
    const [response] = (await once(get(url, { headers, agent: false }), 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    return response;
  };
  /** Resolves to the number of pages read once no more are being read, although more exist. */
  const pagesUntilQuiet = async (before: number): Promise<number> => {
    for (let last = -1; ; await sleep(500)) {
      const read = (await pagesRead()) - before;
      if (read === last && read > 0) return read;
      last = read;
    }
  };
  const readAll = async (response: IncomingMessage): Promise<{ lines: number; isWhole: boolean }> => {
    let lines = 0;
    response.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 0x0a) lines += 1;
    });
    const isWhole = await new Promise<boolean>((resolve) => {
      response.on('end', () => resolve(response.complete));
      response.on('error', () => resolve(false));
    });
    return { lines, isWhole };
  };

  it('waits for a client that does not read, and sends everything once it does', async () => {
    const before = await pagesRead();
    const response = await begin('slow');
    const read = await pagesUntilQuiet(before);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(pages - 2);
    expect(await readAll(response)).toEqual({ lines: runs, isWhole: true });
    expect((await pagesRead()) - before).toBeGreaterThanOrEqual(pages);
  });

  it('breaks off when the grant is withdrawn, and only the log explains it', async () => {
    const before = await pagesRead();
    const response = await begin('dismissed');
    await pagesUntilQuiet(before);
    await gateway.query("DELETE FROM access_grant WHERE subject_id = 'dismissed'");
    const { lines, isWhole } = await readAll(response);
    expect([lines > 0, lines < runs, isWhole]).toEqual([true, true, false]);
    const logged = await gateway.logLines();
    expect(logged).toContainEqual(
      expect.objectContaining({ event: 'access_denied', reason: 'PERMISSION_CHECK_FAILED', subject: 'dismissed' }),
    );
  });

  it('stops reading for a client that has left', async () => {
    const before = await pagesRead();
    const response = await begin('gone');
    response.destroy();
    expect(await pagesUntilQuiet(before)).toBeLessThan(pages - 2);
  });
});
