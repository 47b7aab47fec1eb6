// The findings of `doctor`, which name a remedy and contain no secrets.

import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import { openDemoIssuer } from '../../../src/access/tokens/demo-issuer.js';
import { diagnose } from '../../../src/commands/doctor/diagnose.js';
import { asText } from '../../../src/commands/doctor.js';
import { inspectConfig } from '../../../src/config/config.js';
import { lockDirectory } from '../../../src/database/embedded/database-directory.js';
import { fillDemoData } from '../../../src/demo/data/fill-demo-data.js';
import { sampleFiles } from '../../../src/demo/data/sample-files.js';
import { createDirectoryStorage } from '../../../src/files/directory-storage.js';
import { tableRows } from '../../docs/documents.js';
import { describeOnServer } from '../../support/databases.js';
import { JwksServer } from '../../support/jwks-server.js';
import { createEmptyDatabase, type OwnDatabase } from '../../support/own-database.js';
import { partitionRuns } from '../../support/partitions.js';
import { s3Credentials, startS3Server } from '../../support/s3-server.js';
import { spawnProgram } from '../../support/spawned-program.js';
import { onServer } from '../../support/template-database.mjs';
import { createTestKey } from '../../support/token-forge.js';

let folder: string;
let dataDir: string;
let jwks: JwksServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-doctor-'));
  dataDir = join(folder, 'data');
});
afterEach(() => rm(folder, { recursive: true, force: true }));
beforeAll(async () => {
  jwks = await JwksServer.start([createTestKey('a').jwk, createTestKey('b').jwk]);
});
afterAll(() => jwks.stop());

const issuer = 'https://issuer.example/';
const issuersWith = (url: string, more: object = {}) => JSON.stringify([{ issuer, jwks: url, ...more }]);
/** Returns the findings by check. */
async function found(environment: Record<string, string>, now = Date.now) {
  const findings = await diagnose(inspectConfig({ environment: { DATA_DIR: dataDir, ...environment } }), {
    version: '1.2.3',
    now,
  });
  return Object.fromEntries(
    findings.map(({ check, outcome, message, remedy }) => [check, `${outcome} ${message} ${remedy ?? ''}`.trim()]),
  );
}
const outcomes = (findings: Record<string, string>) =>
  Object.fromEntries(Object.entries(findings).map(([check, text]) => [check, text.split(' ')[0]]));

describe('the check of open files', () => {
  it('warns of a limit below the connections, and is silent otherwise', async () => {
    const namesWith = async (openFiles: number) => {
      const inspected = inspectConfig({ environment: { DATA_DIR: dataDir, MAX_CONNECTIONS: '500' } });
      return (await diagnose(inspected, { version: '1.2.3', now: Date.now, openFiles })).filter(
        ({ check }) => check === 'open files',
      );
    };
    expect(await namesWith(100_000)).toEqual([]);
    expect(await namesWith(256)).toEqual([
      {
        check: 'open files',
        outcome: 'warning',
        message: expect.stringContaining('The limit of 256 open files (ulimit -n) allows 128 connections'),
        remedy: expect.stringContaining('LimitNOFILE'),
      },
    ]);
  });
});

/** Creates a view of the server settings in which autovacuum is on, because a test server may have turned it off. */
const autovacuumIsOn = `
  CREATE SCHEMA settings;
  CREATE VIEW settings.pg_settings AS
    SELECT name, CASE WHEN name IN ('autovacuum', 'track_counts') THEN 'on' ELSE setting END AS setting
    FROM pg_catalog.pg_settings;
  GRANT USAGE ON SCHEMA settings TO PUBLIC;
  GRANT SELECT ON settings.pg_settings TO PUBLIC;
  DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = public, settings, pg_catalog', current_database());
  END $$`;

describe('doctor without a configuration', () => {
  it('finds nothing wrong before the first start, and makes nothing', async () => {
    const findings = await found({});
    expect(new Set(Object.values(outcomes(findings)))).toEqual(new Set(['ok']));
    expect(findings.database).toContain(join(dataDir, 'database'));
    await expect(access(dataDir)).rejects.toThrow('ENOENT');
  });

  it('names the process that uses the embedded database, without opening it', async () => {
    await mkdir(join(dataDir, 'database'), { recursive: true });
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '17\n');
    expect((await found({})).database).toMatch(/^ok (?!.*process \d)/);
    const lock = await lockDirectory(join(dataDir, 'database'));
    expect((await found({})).database).toMatch(new RegExp(`^ok .*process ${process.pid}\\b`));
    await lock.release();
    expect((await found({})).database).toMatch(/^ok (?!.*process \d)/);
  });

  it('reads the key of the demo issuer once it was made', async () => {
    const { config } = await openDemoIssuer(dataDir);
    expect((await found({}))[`issuer ${config.issuer}`]).toMatch(/^ok 1 .*ES256/);
  });

  it('fails where the data folder cannot be made', async () => {
    await writeFile(dataDir, '');
    const findings = await found({ DATA_DIR: join(dataDir) });
    expect(findings['data folder']).toMatch(/^failed .*DATA_DIR/);
  });
});

describe('doctor on a configuration', () => {
  it('names all faults, and checks what they do not concern', async () => {
    const environment = { DATA_DIR: dataDir, PORT: 'x', DATABASE_URL: 'mysql://u:hunter2@h', DEMO: 'on' };
    const findings = await diagnose(inspectConfig({ environment }), { version: '1.2.3', now: Date.now });
    const failures = findings.filter(({ outcome }) => outcome === 'failed');
    expect(failures.map(({ check, message }) => [check, message.split(' ')[0]])).toEqual([
      ['configuration', 'PORT'],
      ['configuration', 'DATABASE_URL'],
      ['configuration', 'AUTH_ISSUERS'],
    ]);
    const checks = findings.map(({ check }) => check);
    expect(checks).toContain('files');
    expect(checks).not.toContain('database');
    expect(checks.filter((check) => check.startsWith('issuer'))).toEqual([]);
    expect(asText(findings)).not.toContain('hunter2');
  });

  it('warns of the demo issuer together with others, and of subjects that issuers share', async () => {
    const findings = await found({ AUTH_ISSUERS: issuersWith(jwks.url), DEMO: 'on' });
    expect(findings[`issuer ${issuer}`]).toMatch(/^ok 2 .*ES256/);
    expect(findings['issuer https://demo.task-run-gateway.invalid/']).toMatch(/^warning .*DEMO/);
    expect(findings.subjects).toMatch(/^warning https:\/\/issuer\.example\/, .*"subjectPrefix"/);
    const prefixed = await found({ AUTH_ISSUERS: issuersWith(jwks.url, { subjectPrefix: 'p:' }) });
    expect(prefixed.subjects).toBeUndefined();
  });

  it('warns of an audit log that every user of the machine may read, and leaves its mode', async () => {
    const file = join(folder, "audit's.log");
    const check = async () => (await found({ AUTH_ISSUERS: issuersWith(jwks.url), AUDIT_LOG: file }))['audit log'];
    expect(await check()).toMatch(/^ok .*will be created/);
    await expect(access(file)).rejects.toThrow('ENOENT');
    await writeFile(file, '');
    for (const [mode, outcome] of [
      [0o600, 'ok'],
      [0o640, 'ok'],
      [0o644, 'warning'],
      [0o604, 'warning'],
    ] as const) {
      await chmod(file, mode);
      expect([mode, (await check())!.split(' ')[0]]).toEqual([mode, outcome]);
      expect((await stat(file)).mode & 0o777).toBe(mode);
    }
    expect(await check()).toContain(String.raw`chmod o-r '${folder}/audit'\''s.log'`);
    expect(await found({ AUDIT_LOG: 'stdout' })).not.toHaveProperty('audit log');
  });

  it('finds the keys of an issuer by its discovery document, or what is wrong with that', async () => {
    const provider = await JwksServer.start();
    const name = `${provider.origin}/realms/acme`;
    const AUTH_ISSUERS = JSON.stringify([{ issuer: name, type: 'oidc', audience: 'task-runs' }]);
    const serve = (discovered: string) =>
      provider.serveByPath({
        '/realms/acme/.well-known/openid-configuration': { issuer: discovered, jwks_uri: `${provider.origin}/keys` },
        '/keys': { keys: [createTestKey('a').jwk] },
      });
    serve(name);
    expect((await found({ AUTH_ISSUERS }))[`issuer ${name}`]).toBe('ok 1 usable key (ES256).');
    serve(`${name}/`);
    expect((await found({ AUTH_ISSUERS }))[`issuer ${name}`]).toMatch(
      /^failed No keys from http\S+\/realms\/acme\/\.well-known\/openid-configuration: The "issuer" of .*"jwks_uri"/,
    );
    await provider.stop();
  });

  it.each<[string, (server: JwksServer) => void, RegExp]>([
    ['is away', (server) => server.answerWith('gone', 503), /^failed .*\b503\b/],
    ['is not JSON', (server) => server.answerWith('<html>'), /^failed .*JSON/],
    ['has no key to use', (server) => server.serve([{ kty: 'oct', k: 'c2VjcmV0' }]), /^failed /],
    ['is empty', (server) => server.serve([]), /^warning /],
    [
      'has some keys to use',
      (server) => server.serve([createTestKey('a').jwk, { kty: 'oct', k: 'c2VjcmV0' }]),
      /^ok 1 .*ES256/,
    ],
  ])('looks at a key set that %s', async (_what, prepare, expected) => {
    const server = await JwksServer.start();
    prepare(server);
    const findings = await found({ AUTH_ISSUERS: issuersWith(`${server.url}?key=hunter2`) });
    await server.stop();
    expect(findings[`issuer ${issuer}`]).toMatch(expected);
    expect(findings[`issuer ${issuer}`]).not.toMatch(/hunter2|c2VjcmV0/);
  });
});

describe('doctor on Redis', () => {
  /** Accepts every command, or rejects all of them. */
  async function startRedis(answer: string) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        for (const _ of data.toString().matchAll(/^\*\d+\r$/gm)) socket.write(answer);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { host, url: `redis://:hunter2@${host}`, stop: () => server.close() };
  }
  const redisAt = async (url: string) => (await found({ RATE_LIMIT_POINTS: '10', REDIS_URL: url })).redis;

  it('reports whether it responds and accepts the password, without showing it', async () => {
    const server = await startRedis('+OK\r\n');
    expect(await redisAt(server.url)).toMatch(new RegExp(`^ok ${server.host}`));
    server.stop();
    const strict = await startRedis('-WRONGPASS invalid username-password pair\r\n');
    expect(await redisAt(strict.url)).toMatch(new RegExp(`^warning ${strict.host} .*WRONGPASS.*REDIS_URL`));
    strict.stop();
    expect(await redisAt(strict.url)).toMatch(/^warning .*ECONNREFUSED/);
    expect(await redisAt(strict.url)).not.toContain('hunter2');
  });
});

describe('doctor on trusted documents', () => {
  it('reports their number, and what keeps the gateway from starting', async () => {
    const valid = join(folder, 'valid.graphql');
    await writeFile(valid, 'query Who { viewer { subject } }');
    const environment = { TRUSTED_DOCUMENTS: valid, TRUSTED_DOCUMENTS_MODE: 'safelist' };
    expect((await found(environment))['trusted documents']).toMatch(/^ok 1 .*safelist/);
    const invalid = join(folder, 'invalid.graphql');
    await writeFile(invalid, 'query Who { viewer { name } }');
    expect((await found({ ...environment, TRUSTED_DOCUMENTS: invalid }))['trusted documents']).toMatch(
      /^failed .*invalid\.graphql.*Cannot query field "name".*TRUSTED_DOCUMENTS/,
    );
    expect((await found({ ...environment, TRUSTED_DOCUMENTS: `${invalid}.json` }))['trusted documents']).toMatch(
      /^failed .*ENOENT.*TRUSTED_DOCUMENTS/,
    );
  });
});

describe('doctor on files', () => {
  it('fails where the folder is not there or cannot be read, and warns where only the default is missing', async () => {
    const absent = pathToFileURL(join(folder, 'absent')).href;
    expect((await found({ FILES_URL: absent })).files).toMatch(/^failed .*FILES_URL/);
    const url = 'postgres://127.0.0.1:1/none';
    expect((await found({ DATABASE_URL: url, AUTH_ISSUERS: issuersWith(jwks.url) })).files).toMatch(/^warning /);
    await mkdir(join(folder, 'absent'));
    expect((await found({ FILES_URL: absent })).files).toMatch(/^ok /);
  });

  it('checks a bucket', async () => {
    const store = await startS3Server();
    const environment = {
      FILES_URL: 's3://bucket/some',
      AWS_ENDPOINT_URL_S3: store.url,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
    };
    expect((await found(environment)).files).toMatch(/^ok s3:\/\/bucket\/some/);
    store.hasBucket = false;
    expect((await found(environment)).files).toMatch(/^failed s3:\/\/bucket\/some\b.*\b404\b.*FILES_URL/);
    await store.close();
  });
});

describe('doctor', () => {
  let database: OwnDatabase;
  let environment: Record<string, string>;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    environment = { DATABASE_URL: database.url, AUTH_ISSUERS: issuersWith(jwks.url) };
    await inDatabase((dataSource) => dataSource.query(autovacuumIsOn));
  });
  afterAll(() => database?.drop());

  async function inDatabase(action: (dataSource: DataSource) => Promise<unknown>): Promise<void> {
    const dataSource = await database.connect();
    await action(dataSource).finally(() => dataSource.destroy());
  }

  it('names missing tables and migrations', async () => {
    const findings = await found(environment);
    expect(findings.privileges).toMatch(/^failed .*task_run.*npm run migrate/);
    expect(findings.schema).toMatch(/^failed The schema lacks the migrations? Baseline\d+\b.*npm run migrate/);
    expect(findings.epoch).toBeUndefined();
  });

  it('finds nothing wrong once it is migrated, and reads a file that it names', async () => {
    await inDatabase(async (dataSource) => {
      await dataSource.runMigrations();
      await fillDemoData(dataSource);
    });
    await mkdir(join(dataDir, 'files'), { recursive: true });
    const findings = await found(environment);
    expect(outcomes(findings)).toEqual({
      program: 'ok',
      configuration: 'ok',
      'data folder': 'ok',
      database: 'ok',
      pooler: 'ok',
      recovery: 'ok',
      clock: 'ok',
      locks: 'ok',
      privileges: 'ok',
      schema: 'ok',
      epoch: 'ok',
      search: 'ok',
      autovacuum: 'ok',
      retention: 'ok',
      [`issuer ${issuer}`]: 'ok',
      files: 'warning',
    });
    expect(findings.files).toMatch(/^warning /);
    const storage = createDirectoryStorage({ path: join(dataDir, 'files'), isPrivate: true });
    for (const { storageKey, bytes } of sampleFiles) await storage.put(storageKey, bytes);
    expect((await found(environment)).files).toMatch(/^ok /);
    expect(findings.database).toMatch(/PostgreSQL 1\d/);
    expect((await found({ ...environment, MODEL_POINTER: 'response:/meta/model' })).models).toBe(
      'ok Everyone who sees the usage of a run, including analysts, sees the value at /meta/model of its response.',
    );

    const documented = tableRows('docs/operating.md', 'Check an installation', 'check').map(([cell]) => cell!);
    const names = [
      ...Object.keys(findings),
      'open files',
      'models',
      'replica',
      'subjects',
      'redis',
      'audit log',
      'trusted documents',
    ].map((name) => name.split(' https:')[0]!);
    expect(documented.map((cell) => cell.replaceAll('`', '')).sort()).toEqual([...new Set(names)].sort());
  });

  it('names a migration that it does not know', async () => {
    await inDatabase((dataSource) => dataSource.query("INSERT INTO migrations (timestamp, name) VALUES (1, 'Later1')"));
    expect((await found(environment)).schema).toMatch(/^ok .*Later1/);
    await inDatabase((dataSource) => dataSource.query("UPDATE schema_minimum SET migration = 'Later1'"));
    expect((await found(environment)).schema).toMatch(/^failed .*Later1/);
    await inDatabase((dataSource) =>
      dataSource.query(
        "DELETE FROM migrations WHERE name = 'Later1'; UPDATE schema_minimum SET migration = 'StateSchemaMinimum1764800000000'",
      ),
    );
  });

  it('warns of autovacuum that is off or comes late, with the statement that repairs it', async () => {
    const autovacuum = async () => (await found(environment)).autovacuum!;
    const repair = async (text: string) => {
      const [, statements] = /As the owner: (.*;)$/.exec(text)!;
      await inDatabase((dataSource) => dataSource.query(statements!));
      expect(await autovacuum()).toMatch(/^ok /);
    };
    await inDatabase((dataSource) => dataSource.query('ALTER TABLE task_run_file SET (autovacuum_enabled = off)'));
    const off = await autovacuum();
    expect(off).toMatch(/^warning Autovacuum is off for task_run_file\./);
    await repair(off);
    await inDatabase((dataSource) =>
      dataSource.query('ALTER TABLE task_run RESET (autovacuum_vacuum_insert_scale_factor)'),
    );
    const late = await autovacuum();
    expect(late).toMatch(
      /^warning Autovacuum runs too rarely on task_run: .* SET \(autovacuum_vacuum_insert_scale_factor = 0\.005\);$/,
    );
    await repair(late);
    // An operator may have set other values.
    await inDatabase((dataSource) =>
      dataSource.query('ALTER TABLE task_run SET (autovacuum_vacuum_scale_factor = 0.05)'),
    );
    expect(await autovacuum()).toMatch(/^ok /);
  });

  it('lists the policies of runs, and warns of runs that they have long let go', async () => {
    const query = (sql: string) => inDatabase((dataSource) => dataSource.query(sql));
    expect((await found(environment)).retention).toMatch(/^ok No retention policy: runs are kept/);
    await query("INSERT INTO retention SELECT 'organization', id, 36500 FROM organization");
    expect((await found(environment)).retention).toMatch(
      /^ok Runs are deleted by these policies: organization [-\da-f]+: 36500 days/,
    );
    await query("UPDATE task_run SET created = '2000-01-01' WHERE id = (SELECT id FROM task_run LIMIT 1)");
    await query('UPDATE retention SET days = 9000');
    expect((await found(environment)).retention).toMatch(
      /^warning 1 task has runs that expired more than 2 days ago\. .*purge -- --all --policy --yes/,
    );
    await query('DELETE FROM retention');
  });

  it('warns of clocks that differ, either way', async () => {
    const ahead = await found(environment, () => Date.now() - 60_000);
    expect(ahead.clock).toMatch(/^warning .*\d\d\.\d s ahead/);
    const behind = await found(environment, () => Date.now() + 60_000);
    expect(behind.clock).toMatch(/^warning .*\d\d\.\d s behind/);
  });

  it('fails on runs of transactions that are still to come', async () => {
    const stamp = (xid: string) =>
      inDatabase((dataSource) => dataSource.query(`UPDATE task_run SET changed_xid = '${xid}'`));
    await stamp('999999999999');
    expect((await found(environment)).epoch).toMatch(/^failed .*npm run epoch/);
    await stamp('0');
    expect((await found(environment)).epoch).toMatch(/^ok /);
  });

  it('warns of partitions to which autovacuum comes late', async () => {
    await inDatabase(partitionRuns);
    expect((await found(environment)).autovacuum).toMatch(/^ok /);
    await inDatabase((dataSource) =>
      dataSource.query('ALTER TABLE task_run_2026_10 RESET (autovacuum_vacuum_insert_scale_factor)'),
    );
    expect((await found(environment)).autovacuum).toMatch(
      /^warning Autovacuum runs too rarely on task_run_2026_10: .* ALTER TABLE task_run_2026_10 SET \(autovacuum_vacuum_insert_scale_factor = 0\.005\);$/,
    );
  });
});

describeOnServer('doctor as a separate role', () => {
  const role = `gateway_doctor_${process.pid}`;
  const password = 'hunter2-hunter2';
  let database: OwnDatabase;
  let dataSource: DataSource;
  let environment: Record<string, string>;
  const query = (sql: string) => dataSource.query(sql);
  beforeAll(async () => {
    database = await createEmptyDatabase();
    dataSource = await database.connect();
    await dataSource.runMigrations();
    await query(autovacuumIsOn);
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    const url = new URL(database.url);
    url.username = role;
    url.password = password;
    environment = { DATABASE_URL: url.href, AUTH_ISSUERS: issuersWith(jwks.url) };
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
    await onServer(`DROP ROLE IF EXISTS ${role}`);
  });

  it('names unreadable tables, and the statement that grants access', async () => {
    await query(`GRANT SELECT ON organization, migrations TO ${role}`);
    const { privileges } = await found(environment);
    const [, statement] = /^failed .*project, .*task_run.*(GRANT .*;)$/.exec(privileges!)!;
    await query(statement!);
    expect((await found(environment)).privileges).toMatch(/^ok /);
    await query(`REVOKE SELECT ON task FROM ${role}`);
    await query(`GRANT SELECT (id) ON task TO ${role}`);
    expect((await found(environment)).privileges).toMatch(/^failed .*\btask\b/);
    await query(`GRANT SELECT ON task TO ${role}`);
  });

  it('names the schema of tables outside of its search path', async () => {
    await query('REVOKE USAGE ON SCHEMA public FROM PUBLIC');
    const { privileges } = await found(environment);
    const [, statement] = /\bpublic\b.*?(GRANT .*?;)/.exec(privileges!)!;
    await query(statement!);
    expect((await found(environment)).privileges).toMatch(/^ok /);
  });

  it('warns of policies that hide rows', async () => {
    await query('ALTER TABLE task_run ENABLE ROW LEVEL SECURITY');
    expect((await found(environment)).privileges).toMatch(/^warning .*\btask_run\b/);
    await query('ALTER TABLE task_run DISABLE ROW LEVEL SECURITY');
  });

  it('warns of a server whose autovacuum is off', async () => {
    // The search path puts a view with the same name before the server's.
    await query('CREATE SCHEMA off');
    await query("CREATE VIEW off.pg_settings AS SELECT 'autovacuum' AS name, 'off' AS setting");
    await query(`GRANT USAGE ON SCHEMA off TO ${role}; GRANT SELECT ON off.pg_settings TO ${role}`);
    await query(`ALTER ROLE ${role} SET search_path = off, pg_catalog, public`);
    expect((await found(environment)).autovacuum).toMatch(
      /^warning Autovacuum does not run, because autovacuum is off on the server\. .* ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf\(\);$/,
    );
    await query(`ALTER ROLE ${role} RESET search_path`);
  });

  it('recognizes a standby', async () => {
    // There is no standby here, so the search path puts a function with the same name before the server's.
    await query('CREATE SCHEMA standby');
    await query("CREATE FUNCTION standby.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'");
    await query(`GRANT USAGE ON SCHEMA standby TO ${role}`);
    await query(`ALTER ROLE ${role} SET search_path = standby, pg_catalog, public`);
    const { recovery, privileges } = await found(environment);
    expect(recovery).toMatch(/^warning .*standby/);
    expect(privileges).toMatch(/^ok /);
    await query(`ALTER ROLE ${role} RESET search_path`);
  });

  it('names the remedy for a database that does not exist', async () => {
    const url = new URL(environment.DATABASE_URL!);
    url.pathname = '/gateway_doctor_none';
    const { database: message } = await found({ ...environment, DATABASE_URL: url.href });
    expect(message).toMatch(/^failed .*gateway_doctor_none.*DATABASE_URL/);
  });

  it('prints a line a check and exits 0 where nothing failed, 1 otherwise, without the password', async () => {
    const run = (...args: string[]) =>
      spawnProgram(['main.js', 'doctor', ...args], { DATA_DIR: dataDir, ...environment }).ended;
    const { code, output, errors } = await run();
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const lines = output.trimEnd().split('\n');
    for (const line of lines.slice(0, -1)) expect(line).toMatch(/^(ok|warning|failed) +\S.*: \S.*\.$/);
    expect(lines.at(-1)).toMatch(/^\d+ ok, \d warning, 0 failed$/);
    await query(`REVOKE SELECT ON task FROM ${role}`);
    const json = await run('--json');
    expect(json.code).toBe(1);
    const { checks, failed } = JSON.parse(json.output);
    expect(failed).toBe(1);
    expect(checks).toContainEqual({
      check: 'privileges',
      outcome: 'failed',
      message: expect.stringMatching(/\btask\b/),
      remedy: expect.stringContaining(`GRANT SELECT ON task TO ${role};`),
    });
    expect(output + json.output).not.toContain('hunter2');
  });
});
