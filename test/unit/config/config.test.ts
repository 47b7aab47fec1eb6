import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, parseConfig } from '../../../src/config/config.js';
import { parseConnectionUrl } from '../../../src/libpq/connection-url.js';

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
};
const issuers = (...list: unknown[]) => ({ AUTH_ISSUERS: JSON.stringify(list) });
const issuer = { issuer: 'https://a/', jwks: 'https://a/jwks' };

describe('the configuration', () => {
  it('works without any variable', () => {
    expect(parseConfig({})).toMatchObject({ host: '127.0.0.1', port: 4000, issuers: [], demo: true });
  });
  it.each([
    ['/model', 'runData', '/model'],
    ['response:/meta/model', 'response', '/meta/model'],
    ['/a~1b/0', 'runData', '/a~1b/0'],
  ])('takes %s for the place of the model', (text, source, pointer) => {
    expect(parseConfig({ MODEL_POINTER: text }).modelPointer).toEqual({ source, pointer, isModel: true });
  });
  it.each(['model', 'response:model', 'run_data:/model', '/a~2', `/${'x'.repeat(1000)}`])(
    'rejects %j for the place of the model, together with other faults',
    (text) => {
      expect(parseConfig({}).modelPointer).toBeUndefined();
      expect(faultsOf({ MODEL_POINTER: text, PORT: 'x' })).toEqual([
        expect.stringMatching(/^PORT /),
        'MODEL_POINTER is not a JSON Pointer such as /model or, with a prefix, response:/model.',
      ]);
    },
  );
  it('cannot be changed afterwards', () => {
    const config = parseConfig(issuers(issuer)) as unknown as { port: number; issuers: { issuer: string }[] };
    expect(() => {
      config.port = 1;
    }).toThrow(TypeError);
    expect(() => {
      config.issuers[0]!.issuer = 'x';
    }).toThrow(TypeError);
  });
  it.each(['DATABASE_URL', 'PGHOST', 'PGPORT', 'PGDATABASE'])('requires issuers where %s is set', (name) => {
    const environment = { [name]: name === 'PGPORT' ? '5432' : 'postgres://x' };
    expect(faultsOf(environment)).toEqual([
      expect.stringMatching(/^AUTH_ISSUERS is not set: .* Example: \[\{.*\}\]\.$/),
    ]);
    expect(parseConfig({ ...environment, ...issuers(issuer) }).database.url).toMatch(/^postgres:/);
  });
  it('takes DATABASE_URL before the variables of libpq, of which others only complete it', () => {
    const environment = { DATABASE_URL: 'postgres://a/b', PGHOST: 'c', ...issuers(issuer) };
    expect(parseConfig(environment).database.url).toBe('postgres://a/b');
    expect(parseConfig({ PGUSER: 'a', PGPASSWORD: 'b' }).database.url).toBeUndefined();
    expect(faultsOf({ PGPORT: 'none', ...issuers(issuer) })).toEqual([expect.stringMatching(/^PGPORT /)]);
  });
  it('completes the URL of the database by the variables of libpq, and names those that are wrong', () => {
    const url = 'postgres://alice@a/b?sslmode=require';
    const variables = { PGPASSWORD: 'p@ss', PGSSLMODE: 'disable', PGUSER: 'bob', PGTARGETSESSIONATTRS: 'primary' };
    const { database } = parseConfig({ DATABASE_URL: url, ...variables, ...issuers(issuer) });
    expect(parseConnectionUrl(database.url!)).toEqual({
      ...{ host: 'a', dbname: 'b', user: 'alice', password: 'p@ss' },
      ...{ sslmode: 'require', target_session_attrs: 'primary' },
    });
    expect(
      faultsOf({ PGHOST: 'a,b', PGPORT: '1,2,3', PGSSLMODE: 'prefer', PGCONNECT_TIMEOUT: 'x', ...issuers(issuer) }),
    ).toEqual([
      expect.stringMatching(/^PGCONNECT_TIMEOUT is not an integer number of seconds/),
      expect.stringMatching(/^PGSSLMODE is prefer, which /),
      'PGHOST has 2 hosts, but 3 ports.',
    ]);
    expect(
      faultsOf({ DATABASE_URL: 'postgres://a/b?sslmode=verify-full', PGSSLROOTCERT: '/none', ...issuers(issuer) }),
    ).toEqual(['DATABASE_URL names a file in sslrootcert that cannot be read (ENOENT).']);
  });
  it('completes the URL of each replica separately', () => {
    const database = { DATABASE_URL: 'postgres://a/b', PGUSER: 'alice', PGPORT: '7', PGTARGETSESSIONATTRS: 'primary' };
    const replicasOf = (DATABASE_REPLICA_URLS: string) =>
      parseConfig({ ...database, DATABASE_REPLICA_URLS, ...issuers(issuer) }).database.replicaUrls;
    expect(replicasOf('postgres://r1/b?options=a,b, postgresql://bob@r2:1/b').map(parseConnectionUrl)).toEqual([
      { host: 'r1', dbname: 'b', options: 'a,b', user: 'alice' },
      { host: 'r2', port: '1', dbname: 'b', user: 'bob' },
    ]);
    const faultOf = (url: string, DATABASE_REPLICA_URLS: string) =>
      faultsOf({ DATABASE_URL: url, DATABASE_REPLICA_URLS, ...issuers(issuer) });
    expect(faultOf('postgres://a/b', 'postgres://r1,r2/b')).toEqual([
      'DATABASE_REPLICA_URLS has a URL with several hosts: give each replica its own URL.',
    ]);
    expect(faultOf('postgres://a/b', 'postgres:///b')).toEqual(['DATABASE_REPLICA_URLS has a URL without a host.']);
    expect(faultOf('', 'postgres://r1/b')).toEqual([
      expect.stringMatching(/^DATABASE_REPLICA_URLS is set, but DATABASE_URL is not/),
    ]);
    expect(faultOf('postgres://a,c/b', 'postgres://r1/b')).toEqual([
      expect.stringMatching(/^DATABASE_URL names several hosts: .*target_session_attrs=read-write/),
    ]);
  });
  it.each([
    ['PGLOADBALANCEHOSTS', 'reads are spread over the replicas in DATABASE_REPLICA_URLS.'],
    ['PGSSLNEGOTIATION', 'only sslmode decides whether connections are encrypted.'],
  ])('rejects the variable %s', (name, remedy) => {
    const environment = { DATABASE_URL: 'postgres://a/b', ...issuers(issuer) };
    expect(faultsOf({ ...environment, [name]: 'disable' })).toEqual([`${name} is not supported. Remove it: ${remedy}`]);
    expect(faultsOf({ ...environment, [name]: '' })).toEqual([]);
  });
  it('takes an empty variable for an unset one', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: '' })).toEqual(parseConfig({}));
  });
  it('keeps the exact issuer string and defaults to the hydra rules', () => {
    expect(parseConfig(issuers(issuer)).issuers).toEqual([{ ...issuer, type: 'hydra' }]);
  });
  it('requires issuers where a database is named', () => {
    expect(faultsOf({ DATABASE_URL: 'postgres://localhost/x' })).toHaveLength(1);
    expect(faultsOf({ DATABASE_URL: 'postgres://localhost/x', ...issuers(issuer) })).toEqual([]);
  });
  it.each([
    ['no list', { AUTH_ISSUERS: '{}' }],
    ['no JSON', { AUTH_ISSUERS: 'x' }],
    ['an empty list', issuers()],
    ['no issuer', issuers({ jwks: 'https://a' })],
    ['no keys', issuers({ issuer: 'a' })],
    ['an unknown type', issuers({ ...issuer, type: 'auth0' })],
    ['an unknown member', issuers({ ...issuer, audiance: 'x' })],
    ['keys in the clear from another host', issuers({ ...issuer, jwks: 'http://issuer.example/jwks' })],
    ['keys from a host that only looks like loopback', issuers({ ...issuer, jwks: 'http://127.0.0.1.example/jwks' })],
    ['keys behind a password', issuers({ ...issuer, jwks: 'https://user:secret@a/jwks' })],
    ['keys by another scheme', issuers({ ...issuer, jwks: 'data:application/json,{}' })],
    ['the same issuer twice', issuers(issuer, issuer)],
    ['an audience that is a list', issuers({ ...issuer, audience: ['a'] })],
    ['an empty prefix of subjects', issuers({ ...issuer, subjectPrefix: '' })],
    ['a prefix of subjects with a space', issuers({ ...issuer, subjectPrefix: 'a b' })],
    ['another kind of user id', issuers({ ...issuer, userId: 'uuid4' })],
    ['a user id by an empty claim', issuers({ ...issuer, userId: { claim: '' } })],
    ['a user id by a claim and more', issuers({ ...issuer, userId: { claim: 'a', more: 1 } })],
  ])('rejects issuers with %s', (_title, environment) => {
    expect(faultsOf(environment)).toEqual([expect.stringMatching(/^AUTH_ISSUERS /)]);
  });
  it('reports all faults of issuers', () => {
    const list = [{ issuer: '', jwks: 'http://example.com/x', type: 'x' }, { issuer: 'a', jwks: 'ftp://x' }, 5];
    expect(faultsOf(issuers(...list, { ...issuer, a: 1, b: 2, audience: '', subjectPrefix: ' ' }))).toEqual([
      'AUTH_ISSUERS [0] has no "issuer".',
      'AUTH_ISSUERS [0] has a "type" that is not one of hydra, kratos, oidc.',
      'AUTH_ISSUERS [0] has a "jwks" that is not an https:, http: (loopback only) or file: URL.',
      'AUTH_ISSUERS [1] has a "jwks" that is not an https:, http: (loopback only) or file: URL.',
      'AUTH_ISSUERS [2] is not an object.',
      'AUTH_ISSUERS [3] has an unknown member "a".',
      'AUTH_ISSUERS [3] has an unknown member "b".',
      'AUTH_ISSUERS [3] has an "audience" that is not a non-empty string.',
      'AUTH_ISSUERS [3] has a "subjectPrefix" that is not 1 to 64 ASCII characters without spaces.',
    ]);
  });
  it('reports all faults of the URLs of databases', () => {
    const DATABASE_URL = 'postgres://u:100%@h:1:2/d?a=1&b=2&sslmode=prefer';
    const DATABASE_REPLICA_URLS = 'postgres:///d,postgres://h/d?c=3,postgres://h1,h2/d';
    expect(faultsOf({ DATABASE_URL, DATABASE_REPLICA_URLS, ...issuers(issuer) })).toEqual([
      'DATABASE_REPLICA_URLS has a URL without a host.',
      expect.stringMatching(/^DATABASE_REPLICA_URLS has the parameter "c", but only these are supported: host, /),
      'DATABASE_REPLICA_URLS has a URL with several hosts: give each replica its own URL.',
      expect.stringMatching(/^DATABASE_URL has a % /),
      'DATABASE_URL has a host that is not a name with an optional port.',
      expect.stringMatching(/^DATABASE_URL has the parameters "a", "b", but only these are supported: host, /),
      expect.stringMatching(/^DATABASE_URL has the parameter sslmode, which is prefer, /),
    ]);
  });
  it('lets pages of loopback hosts in, and runs arrive, only in the demo on the embedded database', () => {
    const AUTH_ISSUERS = JSON.stringify([issuer]);
    const loopback = ['http://localhost:*', 'http://127.0.0.1:*'];
    expect(parseConfig({})).toMatchObject({ corsOrigins: loopback, demoRunsPerMinute: 6 });
    expect(parseConfig({ AUTH_ISSUERS, DEMO: 'on' })).toMatchObject({ corsOrigins: loopback, demoRunsPerMinute: 6 });
    expect(parseConfig({ CORS_ORIGINS: 'https://a', DEMO_RUNS_PER_MINUTE: '0' })).toMatchObject({
      corsOrigins: ['https://a'],
      demoRunsPerMinute: 0,
    });
    for (const environment of [
      {},
      { DATABASE_URL: 'postgres://a/b' },
      { DATABASE_URL: 'postgres://a/b', DEMO: 'on' },
    ]) {
      expect(parseConfig({ AUTH_ISSUERS, ...environment })).toMatchObject({ corsOrigins: [], demoRunsPerMinute: 0 });
    }
  });

  it.each(['http://localhost:*', 'https://127.0.0.2:*,https://a', 'http://[::1]:*'])(
    'takes any port of loopback hosts as origins: %s',
    (CORS_ORIGINS) => {
      expect(parseConfig({ CORS_ORIGINS }).corsOrigins).toEqual(CORS_ORIGINS.split(','));
    },
  );

  it.each([
    ['http://a.example:*', 'CORS_ORIGINS names "http://a.example:*", but only loopback hosts may have any port.'],
    ['http://localhost.example:*', expect.stringMatching(/only loopback hosts may have any port\.$/)],
    ['http://localhost:8*', expect.stringMatching(/is not an origin such as/)],
    ['http://*:*', expect.stringMatching(/is not an origin such as/)],
    ['localhost:*', expect.stringMatching(/is not an origin such as/)],
  ])('rejects the origin %s', (CORS_ORIGINS, fault) => {
    expect(faultsOf({ CORS_ORIGINS })).toEqual([fault]);
  });

  it('reports each wrong member of an issuer of the type oidc', () => {
    const list = [
      { issuer: 'https://a/', type: 'oidc' },
      { issuer: 'http://a.example/', type: 'oidc', audience: 'a' },
      { issuer: 'https://b/', type: 'oidc', audience: 'a', jwks: 'ftp://b/', subjectClaim: '' },
      { ...issuer, subjectClaim: 'oid' },
      { issuer: 'https://c/' },
    ];
    expect(faultsOf(issuers(...list))).toEqual([
      'AUTH_ISSUERS [0] has no "audience", which the type oidc requires.',
      'AUTH_ISSUERS [1] has no "jwks", and its "issuer" has no discovery document, because it is not an https: or http: (loopback only) URL.',
      'AUTH_ISSUERS [2] has a "jwks" that is not an https:, http: (loopback only) or file: URL.',
      'AUTH_ISSUERS [2] has a "subjectClaim" that is not a non-empty string.',
      'AUTH_ISSUERS [3] has a "subjectClaim", which issuers of the type hydra do not support.',
      'AUTH_ISSUERS [4] has no "jwks" URL.',
    ]);
    expect(faultsOf(issuers({ issuer: 'https://a/', type: 'oidc', audience: 'a', subjectClaim: 'oid' }))).toEqual([]);
  });

  it.each(['http://127.0.0.1:4444/jwks', 'http://localhost/jwks', 'http://[::1]:1/jwks', 'file:///etc/jwks.json'])(
    'takes keys from %s',
    (jwks) => {
      expect(faultsOf(issuers({ ...issuer, jwks }))).toEqual([]);
    },
  );
  it.each(['-1', '1.5', '65536', '0x10', ' 1', '1e3', '99999999999999'])('rejects the port %j', (PORT) => {
    expect(faultsOf({ PORT })).toHaveLength(1);
  });
  it('rejects an admin port that equals the public one', () => {
    expect(parseConfig({ ADMIN_PORT: '4001' })).toMatchObject({ port: 4000, adminPort: 4001 });
    expect(parseConfig({}).adminPort).toBeUndefined();
    for (const ADMIN_PORT of ['4000', '0', 'x']) {
      expect(faultsOf({ ADMIN_PORT })).toEqual([expect.stringMatching(/^ADMIN_PORT is /)]);
    }
  });
  it('allows several processes on PostgreSQL only', () => {
    expect(faultsOf({ PROCESSES: '2' })).toEqual([expect.stringMatching(/^PROCESSES is 2: the embedded database /)]);
    expect(parseConfig({ PROCESSES: '2', DATABASE_URL: 'postgres://a/b', ...issuers(issuer) }).processes).toBe(2);
    expect(faultsOf({ PROCESSES: '0' })).toEqual([expect.stringMatching(/^PROCESSES is not an integer from 1 /)]);
  });
  it('allows links to runs only with their page', () => {
    expect(parseConfig({}).sharing).toBeUndefined();
    expect(parseConfig({ SHARE_LINKS: 'off', UI: 'off' }).sharing).toBeUndefined();
    const SHARE_SIGNING_KEY = 'a key of at least 32 characters..';
    expect(parseConfig({ SHARE_LINKS: 'usage', SHARE_SIGNING_KEY }).sharing).toEqual({
      allowsPayload: false,
      signingKey: SHARE_SIGNING_KEY,
    });
    expect(parseConfig({ SHARE_LINKS: 'payload' }).sharing).toEqual({ allowsPayload: true, signingKey: undefined });
    for (const UI of ['off', 'graphiql'])
      expect(faultsOf({ SHARE_LINKS: 'usage', UI })).toEqual([
        `SHARE_LINKS is usage, but UI is ${UI}: links to runs lead to a page.`,
      ]);
    expect(faultsOf({ SHARE_LINKS: 'on' })).toHaveLength(1);
    expect(faultsOf({ SHARE_LINKS: 'usage', SHARE_SIGNING_KEY: 'short' })).toHaveLength(1);
  });
  it('drops the trailing slashes of PUBLIC_URL', () => {
    expect(parseConfig({ PUBLIC_URL: 'https://runs.example/base//' }).publicUrl).toBe('https://runs.example/base');
  });
});

describe('the demo issuer', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('starts on %s', (HOST) => {
    expect(parseConfig({ HOST }).demo).toBe(true);
  });
  it.each([
    ['off loopback', { HOST: '0.0.0.0' }, ['HOST is not a loopback address']],
    ['on a name that only begins like loopback', { HOST: '127.0.0.1.example' }, ['HOST is not a loopback address']],
    ['in production', { NODE_ENV: 'production' }, ['NODE_ENV is production']],
    ['for both reasons', { HOST: '::', NODE_ENV: 'production' }, ['HOST is not', 'NODE_ENV is production']],
  ])('stays off %s unless DEMO is on', (_case, environment, faults) => {
    expect(faultsOf({ ...environment, PORT: 'x' })).toEqual([
      expect.stringMatching(/^PORT /),
      ...faults.map((fault) => expect.stringMatching(fault)),
    ]);
    expect(parseConfig({ ...environment, DEMO: 'on' }).demo).toBe(true);
    expect(parseConfig({ ...environment, ...issuers(issuer) }).demo).toBe(false);
  });
  it('joins the other issuers when DEMO is on', () => {
    const config = parseConfig({ DEMO: 'on', HOST: '0.0.0.0', ...issuers(issuer) });
    expect(config).toMatchObject({ demo: true, issuers: [issuer] });
  });
  it('stays off where a database is named, and rejects other values of DEMO', () => {
    expect(parseConfig({ DATABASE_URL: 'postgres://a/b', ...issuers(issuer) }).demo).toBe(false);
    expect(faultsOf({ DEMO: 'yes' })).toEqual([expect.stringMatching(/^DEMO /)]);
    expect(faultsOf({ DEMO: 'on', DATABASE_URL: 'postgres://a/b' })).toEqual([expect.stringMatching(/^AUTH_ISSUERS /)]);
  });
});

describe('a secret', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  it('comes from a file, with or without a final line break', async () => {
    const config = parseConfig({
      DATABASE_URL_FILE: await file('database', 'postgres://user:secret@a/b\n'),
      AUTH_ISSUERS_FILE: await file('issuers', JSON.stringify([issuer], null, 2)),
      FILES_SIGNING_KEY_FILE: await file('key', 'k'.repeat(32)),
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY_FILE: await file('aws', 'aws secret\r\n'),
      AWS_SESSION_TOKEN_FILE: await file('session', 'session'),
    });
    expect(config).toMatchObject({
      database: { url: 'postgres://user:secret@a/b' },
      issuers: [issuer],
      demo: false,
      files: { signingKey: 'k'.repeat(32), s3: { secretAccessKey: 'aws secret', sessionToken: 'session' } },
    });
  });

  it('causes a fault that names the variable and never its content when it is set twice, missing, empty or invalid', async () => {
    const faults = faultsOf({
      AUTH_ISSUERS: JSON.stringify([issuer]),
      AUTH_ISSUERS_FILE: await file('issuers', '[]'),
      DATABASE_URL_FILE: join(folder, 'none'),
      FILES_SIGNING_KEY_FILE: await file('short', 'hunter2'),
      FILES_URL: 's3://bucket',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY_FILE: await file('empty', '\n'),
    });
    expect(faults).toEqual([
      'DATABASE_URL_FILE cannot be read (ENOENT).',
      'AUTH_ISSUERS and AUTH_ISSUERS_FILE are both set.',
      'AWS_SECRET_ACCESS_KEY_FILE names an empty file.',
      'FILES_SIGNING_KEY_FILE is shorter than 32 characters.',
    ]);
  });
});

describe('the lifetime of download links', () => {
  it('lasts a day at most', () => {
    expect(faultsOf({ FILES_URL_LIFETIME_SECONDS: '86400' })).toEqual([]);
    expect(faultsOf({ FILES_URL_LIFETIME_SECONDS: '86401' })).toEqual([
      'FILES_URL_LIFETIME_SECONDS is not an integer from 1 to 86400.',
    ]);
  });
});

describe('TRACE_CLIENTS', () => {
  it('lists names, none by default', () => {
    expect(parseConfig({}).traceClients).toEqual([]);
    expect(parseConfig({ TRACE_CLIENTS: 'router, other' }).traceClients).toEqual(['router', 'other']);
    expect(faultsOf({ TRACE_CLIENTS: 'router,' })).toEqual([expect.stringMatching(/^TRACE_CLIENTS /)]);
  });
});

describe('OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };

  it('turns traces on, with the defaults of OpenTelemetry', () => {
    expect(parseConfig({}).tracing).toBeUndefined();
    expect(parseConfig(endpoint).tracing).toEqual({
      endpoint: 'http://localhost:4318',
      headers: {},
      attributes: { 'service.name': 'task-run-gateway' },
      sampler: 'parentbased_always_on',
      ratio: 1,
    });
  });

  it('decodes headers and attributes, and prefers OTEL_SERVICE_NAME to a name among the attributes', () => {
    const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a, region=eu%20west' };
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20YTpi=,x=' };
    expect(parseConfig({ ...endpoint, ...attributes, ...headers }).tracing).toMatchObject({
      headers: { Authorization: 'Basic YTpi=', x: '' },
      attributes: { 'service.name': 'a', region: 'eu west' },
    });
    expect(parseConfig({ ...endpoint, ...attributes, OTEL_SERVICE_NAME: 'b' }).tracing).toMatchObject({
      attributes: { 'service.name': 'b', region: 'eu west' },
    });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' }, /^OTEL_EXPORTER_OTLP_ENDPOINT is not an http: or https: URL/],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'secret' }, /^OTEL_EXPORTER_OTLP_HEADERS has a part that is not name=value\.$/],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%secret' }, /^OTEL_EXPORTER_OTLP_HEADERS has a value for a that is not percent-/],
    [{ OTEL_TRACES_SAMPLER: 'xray' }, /^OTEL_TRACES_SAMPLER is not one of always_on, /],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, /^OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1\.$/],
  ])('rejects %p', (environment, fault) => {
    expect(faultsOf({ ...endpoint, ...environment })).toEqual([expect.stringMatching(fault)]);
  });
});
