// PostgreSQL servers for tests, created with the installed programs. They can be restarted, promoted and lost.

import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

const installations = '/usr/lib/postgresql';

/** The programs of the newest installed version, or `undefined` without one. */
const programs = (() => {
  try {
    const versions = readdirSync(installations).sort((one, other) => Number(other) - Number(one));
    return versions.map((version) => join(installations, version, 'bin'))[0];
  } catch {
    return undefined;
  }
})();

/** A describe with clusters. If PostgreSQL is not installed, it is skipped with the reason in its title. */
export function describeWithClusters(title: string, tests: () => void): void {
  if (programs) describe(title, tests);
  else describe.skip(`${title} (skipped: there is no PostgreSQL in ${installations})`, tests);
}

/** Servers do not run as root. */
const owner = (() => {
  if (process.getuid?.() !== 0) return {};
  const idOf = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
})();

const run = (program: string, args: readonly string[]) =>
  promisify(execFile)(join(programs!, program), args, { cwd: '/', ...owner });

export interface ClusterOptions {
  /** Lines of postgresql.conf. */
  readonly settings?: readonly string[];
  /** Lines of pg_hba.conf, before those that accept everyone. */
  readonly access?: readonly string[];
}

export class PostgresCluster {
  #server: ChildProcess | undefined;
  #output = '';

  private constructor(
    readonly port: number,
    /** The folder of all its files, including its socket. */
    readonly folder: string,
  ) {}

  /** Creates and starts an empty cluster. */
  static async create({ settings = [], access = [] }: ClusterOptions = {}): Promise<PostgresCluster> {
    const cluster = await PostgresCluster.#prepare();
    await run('initdb', ['--pgdata', cluster.data, '--username', 'postgres', '--auth', 'trust', '--no-sync']);
    await cluster.configure(settings);
    if (access.length > 0) await cluster.setAccess(access);
    await cluster.start();
    return cluster;
  }

  static async #prepare(): Promise<PostgresCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-cluster-'));
    if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
    return new PostgresCluster(await freePort(), folder);
  }

  /** Creates and starts a streaming standby of this cluster. */
  async createStandby(settings: readonly string[] = []): Promise<PostgresCluster> {
    const standby = await PostgresCluster.#prepare();
    const source = `host=127.0.0.1 port=${this.port} user=postgres`;
    await run('pg_basebackup', [
      ...['--pgdata', standby.data, '--dbname', source, '--write-recovery-conf'],
      ...['--checkpoint', 'fast', '--no-sync'],
    ]);
    await standby.configure(settings);
    await standby.start();
    return standby;
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  /** @param database `postgres` by default */
  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** Adds lines to postgresql.conf, which are read at the next start. The last line for a name applies. */
  async configure(settings: readonly string[]): Promise<void> {
    const own = [
      `port = ${this.port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${this.folder}'`,
      // pg_rewind reads back to the last checkpoint that both servers have.
      ...['fsync = off', 'shared_buffers = 32MB', 'max_wal_size = 128MB', 'wal_keep_size = 128MB'],
    ];
    await appendFile(join(this.data, 'postgresql.conf'), `${[...own, ...settings].join('\n')}\n`);
  }

  /** Replaces the lines of pg_hba.conf, but still accepts every user over the socket. */
  async setAccess(lines: readonly string[]): Promise<void> {
    await writeFile(join(this.data, 'pg_hba.conf'), `local all all trust\n${lines.join('\n')}\n`);
  }

  /** Adds a file to the folder that only the server can read. @returns its path */
  async addFile(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    if (owner.uid !== undefined) chownSync(path, owner.uid, owner.gid);
    chmodSync(path, 0o600);
    return path;
  }

  /** Starts the server, and waits until it accepts connections. */
  async start(): Promise<void> {
    const server = spawn(join(programs!, 'postgres'), ['-D', this.data], { cwd: '/', ...owner });
    server.stderr!.on('data', (chunk) => {
      this.#output += chunk;
    });
    this.#server = server;
    await eventually(async () => {
      if (server.exitCode !== null) throw new Error(`PostgreSQL has ended: ${this.#output}`);
      await this.query('SELECT 1');
    });
  }

  /** `fast` closes its connections properly; `immediate` simulates a crash. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  /** Promotes a standby to primary, and waits until it is one. */
  async promote(): Promise<void> {
    await this.query('SELECT pg_promote(wait => true, wait_seconds => 30)');
  }

  /** Turns a stopped server into a standby of another one, which must have all of its transactions. */
  async follow(primary: PostgresCluster): Promise<void> {
    const source = `host=127.0.0.1 port=${primary.port} user=postgres`;
    // Until its first checkpoint, pg_rewind of PostgreSQL 15 considers a promoted server to be on its old timeline, and
    // rewinds nothing.
    await primary.query('CHECKPOINT');
    await run('pg_rewind', ['--target-pgdata', this.data, '--source-server', `${source} dbname=postgres`, '--no-sync']);
    // The rewound files include the other server's settings.
    await this.configure([]);
    await this.addFile('data/postgresql.auto.conf', `primary_conninfo = '${source}'\n`);
    await this.addFile('data/standby.signal', '');
    await this.start();
  }

  /** Queries over the socket, as the superuser, on a separate connection. */
  async query<Row extends pg.QueryResultRow = any>(sql: string, database = 'postgres'): Promise<Row[]> {
    const client = new pg.Client({ host: this.folder, port: this.port, user: 'postgres', database });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    await this.stop('immediate');
    await rm(this.folder, { recursive: true, force: true });
  }
}
