// DATABASE_URL and libpq's variables with a PostgreSQL server that uses TLS.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresStatements } from '../../src/database/connection/statement-runner.js';
import { createDataSource } from '../../src/database/data-source.js';
import { createAuthority, encryptKey, textOf } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { describeWithClusters, PostgresCluster } from '../support/postgres-cluster.js';
import { spawnProgram } from '../support/spawned-program.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** Contains every character that a URL or a password file might misinterpret. */
const password = 'p@s:s/w%o?r#d\\ &=,ü';
const encoded = encodeURIComponent(password);

describeWithClusters('DATABASE_URL', () => {
  let folder: string;
  let cluster: PostgresCluster;
  let plain: PostgresCluster;
  let ca: string;
  let otherCa: string;
  let alice: { certificate: string; key: string };
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-tls-'));
    const authority = createAuthority(folder, 'ca');
    const server = authority.issue('localhost');
    alice = authority.issue('alice');
    ca = authority.certificate;
    otherCa = createAuthority(folder, 'other').certificate;
    cluster = await PostgresCluster.create({
      access: [
        'hostssl all alice 127.0.0.1/32 cert',
        'hostssl all postgres 127.0.0.1/32 trust',
        'host all all 127.0.0.1/32 scram-sha-256',
      ],
    });
    const [certificate, key] = [
      await cluster.addFile('server.pem', textOf(server.certificate)),
      await cluster.addFile('server.key', textOf(server.key)),
    ];
    await cluster.configure([
      'ssl = on',
      `ssl_cert_file = '${certificate}'`,
      `ssl_key_file = '${key}'`,
      `ssl_ca_file = '${await cluster.addFile('ca.pem', textOf(ca))}'`,
    ]);
    await cluster.stop();
    await cluster.start();
    await cluster.query(`CREATE ROLE bob LOGIN PASSWORD '${password}'; CREATE ROLE alice LOGIN`);
    plain = await PostgresCluster.create();
    port = cluster.port;
  });
  afterAll(async () => {
    await cluster?.remove();
    await plain?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Returns the user of a session and its encryption, as the server sees them. */
  async function sessionOf(url: string) {
    const dataSource = await createDataSource({ url, poolSize: 1, timeoutMs: 60_000 }).initialize();
    try {
      const [session] = await dataSource.query(
        'SELECT current_user AS user, ssl, client_dn AS client FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      );
      return session;
    } finally {
      await dataSource.destroy();
    }
  }
  const bob = (query: string, host = 'localhost') => `postgres://bob:${encoded}@${host}:${port}/postgres?${query}`;

  it.each([
    ['in the clear without sslmode', '', false],
    ['in the clear with disable', 'sslmode=disable', false],
    ['encrypted, by whomever, with require', 'sslmode=require', true],
  ])('connects %s', async (_title, query, ssl) => {
    expect(await sessionOf(bob(query))).toEqual({ user: 'bob', ssl, client: null });
    expect(await sessionOf(bob(query, '127.0.0.1'))).toMatchObject({ ssl });
  });

  it.each([
    ['require', 'localhost'],
    ['require', '127.0.0.1'],
    ['verify-ca', 'localhost'],
    ['verify-ca', '127.0.0.1'],
    ['verify-full', 'localhost'],
  ])('connects with %s to %s, whose certificate the CA has signed', async (mode, host) => {
    expect(await sessionOf(bob(`sslmode=${mode}&sslrootcert=${ca}`, host))).toMatchObject({ ssl: true });
  });

  it.each([
    [
      'another CA, with require',
      'localhost',
      () => `sslmode=require&sslrootcert=${otherCa}`,
      /unable to verify|self-signed/,
    ],
    [
      'another CA, with verify-ca',
      'localhost',
      () => `sslmode=verify-ca&sslrootcert=${otherCa}`,
      /unable to verify|self-signed/,
    ],
    [
      'another CA, with verify-full',
      'localhost',
      () => `sslmode=verify-full&sslrootcert=${otherCa}`,
      /unable to verify|self-signed/,
    ],
    ['no CA of the system', 'localhost', () => 'sslmode=verify-full', /unable to verify|self-signed/],
    [
      'another name',
      '127.0.0.1',
      () => `sslmode=verify-full&sslrootcert=${ca}`,
      /does not match certificate's altnames/,
    ],
  ])('rejects a server with a certificate of %s', async (_title, host, query, message) => {
    await expect(sessionOf(bob(query(), host))).rejects.toThrow(message);
  });

  it('rejects an unencrypted connection where TLS is required and the server lacks it', async () => {
    const url = `postgres://postgres@127.0.0.1:${plain.port}/postgres?sslmode=require`;
    await expect(sessionOf(url)).rejects.toThrow('The server does not support SSL connections');
  });

  it('presents a client certificate, its key encrypted or not', async () => {
    const query = `sslmode=verify-full&sslrootcert=${ca}&sslcert=${alice.certificate}`;
    const url = `postgres://alice@localhost:${port}/postgres?${query}`;
    expect(await sessionOf(`${url}&sslkey=${alice.key}`)).toEqual({ user: 'alice', ssl: true, client: '/CN=alice' });
    const encrypted = encryptKey(alice.key, 'open sesame');
    expect(await sessionOf(`${url}&sslkey=${encrypted}&sslpassword=open%20sesame`)).toMatchObject({
      client: '/CN=alice',
    });
    await expect(sessionOf(`postgres://alice@localhost:${port}/postgres?sslmode=require`)).rejects.toThrow(
      'connection requires a valid client certificate',
    );
  });

  it('reads certificates again for each connection', async () => {
    const path = join(folder, 'replaced.pem');
    await writeFile(path, textOf(ca));
    const url = bob(`sslmode=verify-full&sslrootcert=${path}`);
    const dataSource = await createDataSource({ url, poolSize: 2, timeoutMs: 60_000 }).initialize();
    try {
      await writeFile(path, textOf(otherCa));
      const runner = dataSource.createQueryRunner();
      await runner.connect();
      await expect(dataSource.query('SELECT 1')).rejects.toThrow(/unable to verify|self-signed/);
      await rm(path);
      await expect(dataSource.query('SELECT 1')).rejects.toThrow('sslrootcert that cannot be read (ENOENT)');
      await writeFile(path, textOf(ca));
      await dataSource.query('SELECT 1');
      await runner.release();
    } finally {
      await dataSource.destroy();
    }
  });

  it('binds the password check to the TLS connection, unless the URL turns that off', async () => {
    expect(await sessionOf(bob(`sslmode=require&channel_binding=require`))).toMatchObject({ user: 'bob', ssl: true });
    expect(await sessionOf(bob(`sslmode=require&channel_binding=prefer`))).toMatchObject({ user: 'bob', ssl: true });
    // The server accepts its superuser without a password.
    const trusted = `postgres://postgres@localhost:${port}/postgres?sslmode=require`;
    expect(await sessionOf(`${trusted}&channel_binding=prefer`)).toMatchObject({ user: 'postgres' });
    await expect(sessionOf(`${trusted}&channel_binding=require`)).rejects.toThrow('channel_binding=require');
  });

  it('names a Unix socket, over which nothing is encrypted', async () => {
    const socket = encodeURIComponent(cluster.folder);
    for (const url of [
      `postgres://postgres@${socket}:${port}/postgres`,
      `postgres:///postgres?host=${socket}&port=${port}&user=postgres`,
    ]) {
      expect(await sessionOf(`${url}${url.includes('?') ? '&' : '?'}sslmode=verify-full`)).toMatchObject({
        ssl: false,
      });
    }
  });

  it('encrypts requests to cancel a statement, too', async () => {
    const proxy = await TcpProxy.start({ host: '127.0.0.1', port });
    const url = `postgres://bob:${encoded}@localhost:${proxy.port}/postgres?sslmode=verify-full&sslrootcert=${ca}`;
    const dataSource = await createDataSource({
      url,
      poolSize: 1,
      timeoutMs: 60_000,
      sendsSettings: false,
    }).initialize();
    try {
      const runner = new PostgresStatements(dataSource, {
        onStatement: () => {},
        cancelsOnAbort: true,
        keepsPrepared: true,
      });
      const firstBytes = proxy.firstBytes;
      const before = firstBytes.length;
      const signal: { aborted: boolean; onabort: (() => void) | null } = { aborted: false, onabort: null };
      const slept = runner.run({ name: 'sleep', text: 'SELECT pg_sleep(60)' }, [], signal);
      await eventually(async () => {
        const active = await cluster.query(
          "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND state = 'active'",
        );
        expect(active).toHaveLength(1);
      });
      signal.onabort!();
      await expect(slept).rejects.toMatchObject({ reason: 'DEADLINE_EXCEEDED' });
      const sslRequest = '0000000804d2162f';
      expect(firstBytes.length).toBeGreaterThan(before);
      expect(firstBytes.slice(before).map((bytes) => bytes.toString('hex'))).toEqual(
        firstBytes.slice(before).map(() => sslRequest),
      );
    } finally {
      await dataSource.destroy();
      await proxy.reject();
    }
  });

  describe('and the variables of libpq', () => {
    /** Returns doctor's findings about the database. */
    async function found(environment: Record<string, string>) {
      const { output, errors } = await spawnProgram(['main.js', 'doctor'], {
        DATA_DIR: folder,
        HOME: folder,
        ...environment,
      }).ended;
      const [line] = /^.* database: .*$/m.exec(output) ?? [];
      return { line, output, errors };
    }
    const connected = () => new RegExp(`^ok .*Connected to postgres on localhost:${port} as bob: PostgreSQL`);

    it('name the server together', async () => {
      const environment = {
        ...{ PGHOST: 'localhost', PGPORT: String(port), PGDATABASE: 'postgres', PGUSER: 'bob', PGPASSWORD: password },
        ...{ PGSSLMODE: 'verify-full', PGSSLROOTCERT: ca },
      };
      const { line, errors } = await found(environment);
      expect(line).toMatch(connected());
      expect(errors).toBe('');
      expect((await found({ ...environment, PGSSLROOTCERT: otherCa })).line).toMatch(
        /^failed .*(unable to verify|self-signed)/,
      );
      expect((await found({ ...environment, PGHOST: '127.0.0.1' })).line).toMatch(/^failed .*does not match/);
    });

    it('complete a URL, which wins', async () => {
      const url = `postgres://bob@localhost:${port}/postgres`;
      expect(
        (await found({ DATABASE_URL: url, PGPASSWORD: password, PGHOST: 'none.invalid', PGSSLMODE: 'require' })).line,
      ).toMatch(connected());
      expect((await found({ DATABASE_URL: url, PGPASSWORD: 'wrong' })).line).toMatch(
        /^failed .*password authentication failed/,
      );
    });

    it('name a file of passwords', async () => {
      const path = join(folder, 'passwords');
      await writeFile(path, `localhost:${port}:*:bob:${password.replaceAll('\\', '\\\\')}\n`);
      await chmod(path, 0o600);
      const environment = { PGHOST: 'localhost', PGPORT: String(port), PGDATABASE: 'postgres', PGUSER: 'bob' };
      const { line, errors } = await found({ ...environment, PGPASSFILE: path });
      expect(line).toMatch(connected());
      expect(errors).toBe('');
      expect((await found(environment)).line).toMatch(/^failed /);
    });

    it('fail where they make no sense, all at once', async () => {
      const { output } = await found({
        ...{ PGHOST: 'localhost', PGPORT: 'x', PGSSLMODE: 'prefer', PGTARGETSESSIONATTRS: 'writable' },
        PGSSLROOTCERT: join(folder, 'none'),
      });
      for (const fault of ['PGPORT is not', 'PGSSLMODE is prefer', 'PGTARGETSESSIONATTRS is not']) {
        expect(output).toContain(fault);
      }
    });
  });
});
