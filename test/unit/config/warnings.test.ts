import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { inspectConfig, inspectStart, parseConfig } from '../../../src/config/config.js';
import { variableNames } from '../../../src/config/variables.js';

const warningsOf = (environment: Record<string, string>) => inspectConfig({ environment }).warnings;
const issuers = { AUTH_ISSUERS: '[{"issuer":"https://a/","jwks":"https://a/jwks"}]' };

describe('warnings of the configuration', () => {
  it.each([
    ['DATABSE_POOL_SIZE', 'DATABASE_POOL_SIZE'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['log_level', 'LOG_LEVEL'],
    ['AUTH_ISSUER', 'AUTH_ISSUERS'],
    ['AUTH_ISSUERS_FIEL', 'AUTH_ISSUERS_FILE'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['RATE_LIMITS_POINT', 'RATE_LIMIT_POINTS'],
    ['SHUTDOWN_DELAY', 'SHUTDOWN_DELAY_MS'],
    ['DATABASE_POOL', 'DATABASE_POOL_SIZE'],
  ])('name %s, which is almost %s', (name, meant) => {
    expect(warningsOf({ [name]: 'hunter2' })).toEqual([
      `${name} is not a variable of the gateway and is ignored. Did you mean ${meant}?`,
    ]);
  });

  it.each([
    ['MAX_ENTITIES', 'an operation may have 300 entities'],
    ['JWKS_MAX_STALE_SECONDS', 'keys are used for six hours while their source fails'],
    ['FILES_TIMEOUT_MS', 'requests to the file store time out after 5,000 ms'],
    ['FILES_S3_PATH_STYLE', 'the bucket is in the path of URLs with AWS_ENDPOINT_URL_S3, and in their host without it'],
    ['MAX_DOCUMENT_TOKENS', 'a GraphQL document may have 20,000 tokens'],
  ])('name %s, which was removed', (name, instead) => {
    expect(warningsOf({ [name]: '1' })).toEqual([`${name} was removed and is ignored: ${instead}.`]);
  });

  it('ignore variables of other programs, and the names of variables that are not set', () => {
    const others = [
      'PATH',
      'HOME',
      'HOSTNAME',
      'PORTS',
      'POST',
      'PGDATA',
      'PGHOSTADDR',
      'PGTZ',
      'AWS_PROFILE',
      'AWS_DEFAULT_REGION',
    ];
    const more = [
      'NODE_OPTIONS',
      'NODE_VERSION',
      'REDIS_PORT',
      'DATABASE_PASSWORD',
      'DATABASE_HOST',
      'IMAGE_TAG',
      'DATABASE_URL_FILE',
      'UIS',
      'constructor',
    ];
    expect(warningsOf(Object.fromEntries([...others, ...more].map((name) => [name, ''])))).toEqual([]);
    expect(
      warningsOf(
        Object.fromEntries([...others, ...more].filter((name) => !name.endsWith('_FILE')).map((name) => [name, 'x'])),
      ),
    ).toEqual([]);
    expect(warningsOf({ LOGLEVEL: '' })).toEqual([]);
  });

  it('stand behind the faults of a start, which a misspelt name may have caused', () => {
    const environment = { DATABASE_URL: 'postgres://a/b', AUTH_ISSUER: '[]' };
    expect(() => parseConfig(environment)).toThrow(/- AUTH_ISSUERS is not set: [\s\S]*- AUTH_ISSUER is not a variable/);
  });

  it('do not name one variable of the gateway for another', () => {
    const environment = Object.fromEntries(variableNames.map((name) => [name, 'x']));
    expect(warningsOf(environment).filter((warning) => warning.includes('is not a variable'))).toEqual([]);
  });

  it.each<[Record<string, string>, string]>([
    [{ COST_MODE: 'off', RATE_LIMIT_POINTS: '5' }, 'RATE_LIMIT_POINTS has no effect, because COST_MODE is off.'],
    [{ COST_MODE: 'off', MAX_COST: '5' }, 'MAX_COST has no effect, because COST_MODE is off.'],
    [{ RATE_LIMIT_EXEMPT: 'a' }, 'RATE_LIMIT_EXEMPT has no effect, because RATE_LIMIT_POINTS is not set.'],
    [{ SHARE_SIGNING_KEY: 'x'.repeat(32) }, 'SHARE_SIGNING_KEY has no effect, because SHARE_LINKS is off.'],
    [{ UI: 'off', UI_CLIENT_ID: 'a', ...issuers }, 'UI_CLIENT_ID has no effect, because UI is off.'],
    [
      { TRUSTED_DOCUMENTS_EXEMPT: 'a' },
      'TRUSTED_DOCUMENTS_EXEMPT has no effect, because TRUSTED_DOCUMENTS_MODE is off.',
    ],
    [{ MAX_REPLICA_LAG_MS: '500' }, 'MAX_REPLICA_LAG_MS has no effect, because DATABASE_REPLICA_URLS is not set.'],
    [{ FILES_DELIVERY: 'stream' }, 'FILES_DELIVERY has no effect, because FILES_URL is not an s3: URL.'],
    [{ AWS_REGION: 'eu' }, 'AWS_REGION has no effect, because FILES_URL is not an s3: URL.'],
    [
      { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' },
      'AWS_ENDPOINT_URL_S3 has no effect, because FILES_URL is not an s3: URL.',
    ],
    [{ AWS_SESSION_TOKEN: 'a' }, 'AWS_SESSION_TOKEN has no effect, because FILES_URL is not an s3: URL.'],
    [{ MCP_RESULT_TOKENS: '5000' }, 'MCP_RESULT_TOKENS has no effect, because MCP is off.'],
    [
      { DATABASE_URL: 'postgres://a/b', DEMO_RUNS_PER_MINUTE: '6', ...issuers },
      'DEMO_RUNS_PER_MINUTE has no effect, because the demo does not run on the embedded database.',
    ],
  ])('name a variable without effect in %j', (environment, warning) => {
    expect(warningsOf(environment)).toEqual([warning]);
  });

  it('name no variable of S3 beside an s3: URL, and no setting of MCP where it is on', () => {
    const aws = { AWS_REGION: 'eu', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', FILES_DELIVERY: 'stream' };
    expect(warningsOf({ ...aws, FILES_URL: 's3://bucket', MCP: 'on', MCP_RESULT_TOKENS: '5000' })).toEqual([]);
  });

  it('name the flag of a variable without effect', () => {
    const environment = { COST_MODE: 'off', RATE_LIMIT_POINTS: '5' };
    expect(inspectConfig({ environment, flags: new Set(['RATE_LIMIT_POINTS']) }).warnings).toEqual([
      '--rate-limit-points has no effect, because COST_MODE is off.',
    ]);
  });

  it('do not name a number of demo runs that is 0 without the demo', () => {
    expect(warningsOf({ DATABASE_URL: 'postgres://a/b', DEMO_RUNS_PER_MINUTE: '0', ...issuers })).toEqual([]);
  });

  it('do not name points that are counted by COST_MODE=measure', () => {
    expect(warningsOf({ RATE_LIMIT_POINTS: '5', MAX_COST: '5', RATE_LIMIT_EXEMPT: 'a' })).toEqual([]);
  });
});

describe('a start', () => {
  const faultsOf = (FILES_URL: string) => inspectStart({ environment: { FILES_URL, PORT: 'x' } }, variableNames).faults;

  it('requires the folder of FILES_URL, among all other faults', () => {
    expect(faultsOf('file:///no/such/folder')).toEqual([
      expect.stringMatching(/^PORT /),
      'FILES_URL names /no/such/folder, which is not a folder. Create or mount it.',
    ]);
    expect(faultsOf(pathToFileURL(tmpdir()).href)).toEqual([expect.stringMatching(/^PORT /)]);
  });

  it.each(['file://', 'file:///'])('rejects the root folder as %s', (url) => {
    expect(faultsOf(url)).toContain('FILES_URL names the root folder: write file:///folder.');
  });
});
