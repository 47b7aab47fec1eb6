// Callers open the maximum number of streams and exports of large runs, and read either none or all of them. Meanwhile,
// another caller requests its own run and follows its own changes. The process, with a heap of 512 MB, survives. The
// memory that it counts as held stays within the ledger and is released, and the other caller misses nothing. No times
// are asserted. REPORT=1 uses more sizes, and prints times and memory.

import { join } from 'node:path';
import pg from 'pg';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { amount } from '../support/generated.js';
import { idOf } from '../support/permission-world.js';
import { peakMemoryMb } from '../support/process-tree.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const heapMegabytes = 512;
const megabyte = 1024 * 1024;
const isReporting = process.env.REPORT !== undefined;
const writes = isReporting ? 60 : amount(8, 16);
const runsOfWrite = 6;
const attacked = { orgId: idOf(1), projectId: idOf(2), taskId: idOf(3) };
const own = { orgId: idOf(4), projectId: idOf(5), taskId: idOf(6), id: idOf(7) };
const callers = Array.from({ length: 12 }, (_, n) => `caller-${n}`);

interface Attack {
  readonly kind: string;
  readonly connections: number;
  /** The number of operations per connection. */
  readonly each?: number;
  readonly callers?: number;
  /** The size of the runs that are written in the meantime. */
  readonly bytes?: number;
  readonly encoding?: string;
  readonly reads?: boolean;
}

const websockets: Attack = { kind: 'subscriptions of WebSockets', connections: 50, each: 50 };
const events: Attack = { kind: 'event streams of GraphQL', connections: 2000 };
const restEvents: Attack = { kind: 'event streams of REST', connections: 1500 };
const operations: Attack = { kind: 'operations of WebSockets', connections: 50, each: 100 };
const csv: Attack = { kind: 'exports as CSV', connections: 45 };
const lines: Attack = { kind: 'exports as lines of JSON', connections: 45 };

const attacks: readonly Attack[] = [
  { ...websockets, bytes: 100_000 },
  { ...websockets, connections: 10, each: 100, bytes: 240_000 },
  { ...websockets, callers: 3, bytes: 1_000_000 },
  { ...events, bytes: 100_000 },
  { ...restEvents, callers: 2, bytes: 240_000 },
  operations,
  { ...csv, reads: true, encoding: 'br' },
  { ...csv, callers: 12, reads: true, encoding: 'gzip' },
  { ...csv, callers: 12, encoding: 'identity' },
  { ...lines, callers: 12, encoding: 'br' },
];

const furtherAttacks: readonly Attack[] = [
  ...[20_000, 240_000, 1_000_000].flatMap((bytes) =>
    [websockets, events, restEvents].flatMap((item) => [
      { ...item, bytes },
      { ...item, bytes, reads: true },
    ]),
  ),
  { ...operations, callers: 3 },
  ...['identity', 'gzip', 'br'].flatMap((encoding) =>
    [csv, lines].flatMap((item) => [
      { ...item, callers: 12, encoding },
      { ...item, callers: 12, encoding, reads: true },
    ]),
  ),
];

const nameOf = ({
  kind,
  connections,
  each = 1,
  callers = 1,
  bytes = 0,
  encoding = 'identity',
  reads = false,
}: Attack) =>
  `${connections} x ${each} ${kind}, ${callers} callers, ${bytes} bytes, ${encoding}, ${reads ? 'all read' : 'nothing read'}`;

describeOnServer(`a process with a heap of ${heapMegabytes} MB and slow readers`, () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let client: pg.Client;
  let folder: Awaited<ReturnType<typeof createDemoIssuerFolder>>;
  let program: SpawnedProgram;
  let url: string;
  /** How the process ended; null while it is running. */
  let ending: object | null = null;
  let victimToken: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client(database.url!);
    await client.connect();
    await arrange(client);
    folder = await createDemoIssuerFolder();
    victimToken = await tokenOf('victim');
  }, 600_000);

  beforeEach(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    ending = null;
    program = spawnProgram(['main.js', 'start'], {
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
      DATABASE_URL: database.url!,
      AUTH_ISSUERS: JSON.stringify([folder.issuer.config]),
      DATA_DIR: folder.dataDir,
      LOG_LEVEL: 'silent',
      PORT: `${port}`,
    });
    void program.ended.then(({ code, signal, errors }) => {
      ending = { code, signal, errors: errors.slice(0, 2000) };
    });
    await eventually(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200));
  });

  afterEach(async () => {
    program.kill('SIGKILL');
    await program.ended;
  });

  afterAll(async () => {
    await client?.end();
    await database?.drop();
    await folder?.remove();
  });

  const tokenOf = (subject: string) => folder.issuer.sign({ subject, expiresInSeconds: 7200, now: Date.now() });

  it.each([...attacks, ...(isReporting ? furtherAttacks : [])].map((attack) => [nameOf(attack), attack] as const))(
    'serves another caller, and holds no more than its ledger has: %s',
    async (name, { callers: count = 1, bytes, ...attack }) => {
      const victim = followOwnChanges();
      const tokens = await Promise.all(callers.slice(0, count).map(tokenOf));
      const options = { ...attack, url, path: attacked, tokens };
      const attacker = spawnProgram([join(import.meta.dirname, 'slow-readers.mjs'), JSON.stringify(options)]);
      const held = new Peaks();
      const times: number[] = [];
      try {
        await attacker.line(/begun/);
        for (let n = 0; n < writes && ending === null; n += 1) {
          if (bytes !== undefined) await writeRun(client, attacked.taskId, bytes, runsOfWrite);
          const id = await writeRun(client, own.taskId, 10);
          times.push(await askForOwnRun());
          await victim.received(id);
          held.add(await readMetrics());
        }
        if (isReporting) process.stderr.write(`${report(times, await peakMemoryMb(program.pid), held)}: ${name}\n`);
        attacker.kill('SIGTERM');
        const { output } = await attacker.ended;
        expect({ ending, error: victim.error() }).toEqual({ ending: null, error: null });
        expect(held.total).toBeGreaterThan(0);
        expect(held.total).toBeLessThan((heapMegabytes / 2) * megabyte * 1.2);
        if (attack.kind.startsWith('exports')) {
          const { 200: served, 429: rejected } = JSON.parse(output.split('\n')[1]!);
          expect(served).toBeLessThanOrEqual(4 * count);
          if (count === 1) expect(rejected).toBe(attack.connections - 4);
        }
        // Everything is released.
        victim.end();
        await eventually(async () => expect((await readMetrics()).total).toBe(0));
      } finally {
        victim.end();
        attacker.kill('SIGKILL');
        await attacker.ended;
      }
    },
    300_000,
  );

  /** Returns the number of bytes that the process counts as held, in total and by account. */
  async function readMetrics(): Promise<Readonly<Record<string, number>>> {
    const text = await (await fetch(`${url}/metrics`)).text();
    const accounts = [...text.matchAll(/^gateway_memory_bytes\{account="(\w+)"\} (\d+)/gm)].map(
      ([, account, used]) => [account!, Number(used)] as const,
    );
    return { ...Object.fromEntries(accounts), total: accounts.reduce((sum, [, used]) => sum + used, 0) };
  }

  async function askForOwnRun(): Promise<number> {
    const { orgId, projectId, taskId, id } = own;
    const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id } }`;
    const begin = performance.now();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${victimToken}` },
      body: JSON.stringify({ query }),
    });
    expect(await response.text()).toBe(`{"data":{"taskRun":{"id":"${id}"}}}`);
    return performance.now() - begin;
  }

  /** Opens the event stream of a caller that reads it. */
  function followOwnChanges() {
    const { orgId, projectId, taskId } = own;
    const leave = new AbortController();
    let text = '';
    const done = (async () => {
      const response = await fetch(`${url}/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/changes`, {
        headers: { accept: 'text/event-stream', authorization: `Bearer ${victimToken}` },
        signal: leave.signal,
      });
      for await (const chunk of response.body!) text += Buffer.from(chunk);
      throw new Error(`The stream ended: ${text.slice(-500)}`);
    })();
    let error: unknown = null;
    done.catch((reason) => {
      if (!leave.signal.aborted) error = reason;
    });
    return {
      error: () => error,
      received: (id: string) =>
        eventually(async () =>
          expect({ ending, error, isThere: text.includes(id) || ending !== null }).toMatchObject({
            error: null,
            isThere: true,
          }),
        ),
      end: () => leave.abort(),
    };
  }
});

/** The maximum number of bytes held at any time. */
class Peaks {
  readonly #most: Record<string, number> = {};

  add(held: Readonly<Record<string, number>>): void {
    for (const [name, bytes] of Object.entries(held)) this.#most[name] = Math.max(this.#most[name] ?? 0, bytes);
  }

  get total(): number {
    return this.#most.total ?? 0;
  }

  toString(): string {
    return Object.entries(this.#most)
      .map(([name, bytes]) => `${name} ${Math.round(bytes / megabyte)}`)
      .join(', ');
  }
}

async function writeRun(client: pg.Client, taskId: string, bytes: number, count = 1): Promise<string> {
  const { rows } = await client.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
     SELECT gen_random_uuid(), $1, $1, jsonb_build_object('text', repeat('x', $2)), '{}', now(), 1, 1, 2 FROM generate_series(1, $3)
     RETURNING id`,
    [taskId, bytes, count],
  );
  return rows[0].id;
}

/** Exported runs of 100 KB, 240 KB and 1 MB, and the victim's own run. */
async function arrange(client: pg.Client): Promise<void> {
  for (const { orgId, projectId, taskId } of [attacked, own]) {
    await client.query("INSERT INTO organization (id, name) VALUES ($1, 'One')", [orgId]);
    await client.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'One')", [projectId, orgId]);
    await client.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'One')", [taskId, projectId]);
  }
  for (const subject of callers)
    await client.query("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [
      attacked.projectId,
      subject,
    ]);
  await client.query("INSERT INTO access_grant VALUES ('project', $1, 'user', 'victim', 'owner')", [own.projectId]);
  const insert = `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
    SELECT coalesce($2::uuid, gen_random_uuid()), $1, $1, jsonb_build_object('text', (
      SELECT string_agg(md5(n || ' ' || part), '') FROM generate_series(1, (ARRAY[3200, 7500, 32000])[CASE WHEN n % 16 = 0 THEN 3 ELSE 1 + n % 2 END]) AS part
    )), '{}', now(), 1, 1, 2 FROM generate_series(1, $3) AS n`;
  await client.query(insert, [attacked.taskId, null, 480]);
  await client.query(insert, [own.taskId, own.id, 1]);
}

function report(times: readonly number[], peakMb: number, held: Peaks): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${Math.round(peakMb)} MB of memory, held at most (MB): ${held}`;
}
