// The only reader of process.env. Everything the environment can say is parsed here, all mistakes are reported
// together, and the result is frozen.

import { resolve } from 'node:path';
import { createEnvironmentReader, type Environment, isNamed } from './config-reader.js';
import {
  type Config,
  type DatabaseConfig,
  type FileDelivery,
  fileDeliveries,
  type LogLevel,
  logLevels,
} from './config-types.js';
import {
  type FilesLocation,
  isLoopbackHost,
  parseBearerToken,
  parseDatabaseUrl,
  parseEndpoint,
  parseFilesUrl,
  parseIssuers,
  parseNames,
  parseOn,
  parseOneOf,
  parseOrigins,
  parsePublicUrl,
  parseSigningKey,
  parseWhole,
} from './config-values.js';
import { readEnvFile } from './env-file.js';
import { limits } from './limits.js';

export type { Config, DatabaseConfig, FileDelivery, LogLevel, S3Config } from './config-types.js';
export type { FilesLocation, IssuerConfig, IssuerType } from './config-values.js';

/** All faults of the environment, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is invalid:\n- ${faults.join('\n- ')}`);
  }
}

export function configFromEnvironment(): Config {
  return withoutFaults(inspectEnvironment());
}

/** For the commands that work on a configured database; they trust no issuer, so none has to be configured. */
export function databaseConfigFromEnvironment(): DatabaseConfig {
  const fileFaults = addEnvFile(process.env);
  const { config, faults: variableFaults } = parseVariables(process.env);
  const faults = [...fileFaults, ...variableFaults];
  const { url } = config.database;
  if (!isDatabaseNamed(process.env)) faults.push('DATABASE_URL is not set: this command requires a PostgreSQL server.');
  if (faults.length > 0 || url === undefined) throw new ConfigError(faults);
  return deepFreeze({ database: { ...config.database, url }, files: config.files, importToken: config.importToken });
}

/** @throws ConfigError naming every invalid variable. */
export function parseConfig(environment: Environment): Config {
  return withoutFaults(inspectConfig(environment));
}

function withoutFaults({ config, faults }: InspectedConfig): Config {
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

export interface InspectedConfig {
  /** With the default of each variable that is invalid. */
  readonly config: Config;
  /** Each a sentence that begins with the name of its variable, or with `.env`. */
  readonly faults: readonly string[];
}

export function inspectEnvironment(): InspectedConfig {
  const fileFaults = addEnvFile(process.env);
  const { config, faults } = inspectConfig(process.env);
  return { config, faults: [...fileFaults, ...faults] };
}

/** What `parseConfig` returns, and what keeps it from doing so. */
export function inspectConfig(environment: Environment): InspectedConfig {
  const { config, faults } = parseVariables(environment);
  const areIssuersNamed = isNamed(environment, 'AUTH_ISSUERS');
  if (isDatabaseNamed(environment) && !areIssuersNamed) {
    faults.push(
      'AUTH_ISSUERS is not set: a database of your own requires a list of trusted token issuers, also with DEMO=on.',
    );
  } else if (!areIssuersNamed && environment.DEMO !== 'on') {
    const remedy = 'there the demo issuer starts only with DEMO=on; name the issuers to trust in AUTH_ISSUERS.';
    if (!isLoopbackHost(config.host)) faults.push(`HOST is not a loopback address: ${remedy}`);
    if (environment.NODE_ENV === 'production') faults.push(`NODE_ENV is production: ${remedy}`);
  }
  return { config: deepFreeze(config), faults };
}

function parseVariables(environment: Environment): { readonly config: Config; readonly faults: string[] } {
  const { faults, read, readSecret } = createEnvironmentReader(environment);
  const readWhole = (name: string, fallback: number, least: number, most: number) =>
    read(name, fallback, (text) => parseWhole(text, least, most));
  const dataDir = resolve(environment.DATA_DIR || '.data');
  const libpq = [
    read('PGHOST', undefined, String),
    read('PGPORT', undefined, (text) => parseWhole(text, 1, 65_535)),
    read('PGDATABASE', undefined, String),
  ];
  const databaseUrl = readSecret(
    'DATABASE_URL',
    libpq.some((value) => value !== undefined) ? 'postgres:///' : undefined,
    parseDatabaseUrl,
  );
  const location = read<FilesLocation>(
    'FILES_URL',
    { kind: 'directory', path: resolve(dataDir, 'files') },
    parseFilesUrl,
  );
  const endpoint = read('AWS_ENDPOINT_URL_S3', undefined, parseEndpoint);
  const config: Config = {
    host: environment.HOST || '127.0.0.1',
    port: read('PORT', 4000, (text) => parseWhole(text, 0, 65_535)),
    publicUrl: read('PUBLIC_URL', undefined, parsePublicUrl),
    dataDir,
    database: {
      url: databaseUrl,
      poolSize: read('DATABASE_POOL_SIZE', 4, (text) => parseWhole(text, 1, 1000)),
      timeoutMs: read('DATABASE_TIMEOUT_MS', 5000, (text) => parseWhole(text, 1, 600_000)),
      cancels: read('DATABASE_CANCEL', 'on', (text) => parseOneOf(text, ['on', 'off'])) === 'on',
    },
    issuers: readSecret('AUTH_ISSUERS', [], parseIssuers),
    demo: read('DEMO', !isDatabaseNamed(environment) && !isNamed(environment, 'AUTH_ISSUERS'), parseOn),
    jwksMaxStaleSeconds: read('JWKS_MAX_STALE_SECONDS', 21_600, (text) => parseWhole(text, 1, 604_800)),
    files: {
      location,
      s3: {
        region: read('AWS_REGION', endpoint && 'us-east-1', String),
        accessKeyId: read('AWS_ACCESS_KEY_ID', undefined, String),
        secretAccessKey: readSecret('AWS_SECRET_ACCESS_KEY', undefined, String),
        sessionToken: readSecret('AWS_SESSION_TOKEN', undefined, String),
        endpoint,
        usesPathStyle:
          read('FILES_S3_PATH_STYLE', endpoint ? 'true' : 'false', (text) => parseOneOf(text, ['true', 'false'])) ===
          'true',
      },
      delivery: read<FileDelivery>('FILES_DELIVERY', location.kind === 's3' ? 'redirect' : 'stream', (text) =>
        parseOneOf(text, fileDeliveries),
      ),
      timeoutMs: read('FILES_TIMEOUT_MS', 5000, (text) => parseWhole(text, 1, 600_000)),
      signingKey: readSecret('FILES_SIGNING_KEY', undefined, parseSigningKey),
      urlLifetimeSeconds: read('FILES_URL_LIFETIME_SECONDS', 900, (text) => parseWhole(text, 1, 86_400)),
    },
    corsOrigins: read('CORS_ORIGINS', [], parseOrigins),
    limits: {
      responseBytes: readWhole('MAX_RESPONSE_BYTES', limits.responseBytes.value, 1024, 268_435_456),
      requestTimeoutMs: readWhole('REQUEST_TIMEOUT_MS', 10_000, 1, 600_000),
      connections: readWhole('MAX_CONNECTIONS', 2000, 1, 1_000_000),
      bodyBytes: readWhole('MAX_BODY_BYTES', 1_048_576, 1024, 104_857_600),
      documentTokens: readWhole('MAX_DOCUMENT_TOKENS', limits.documentTokens.value, 100, 1_000_000),
      entities: readWhole('MAX_ENTITIES', limits.entities.value, 1, 100_000),
      subscriptions: readWhole('MAX_SUBSCRIPTIONS', 10_000, 0, 1_000_000),
      subscriptionsPerCaller: readWhole('MAX_SUBSCRIPTIONS_PER_CALLER', 2500, 0, 1_000_000),
    },
    introspection: read('INTROSPECTION', 'on', (text) => parseOneOf(text, ['on', 'off'])) === 'on',
    traceClients: read('TRACE_CLIENTS', [], parseNames),
    subscriptionCallbackHosts: read('SUBSCRIPTION_CALLBACK_HOSTS', [], parseNames),
    importToken: readSecret('IMPORT_TOKEN', undefined, parseBearerToken),
    shutdownDelayMs: readWhole('SHUTDOWN_DELAY_MS', 0, 0, 600_000),
    shutdownTimeoutMs: readWhole('SHUTDOWN_TIMEOUT_MS', 10_000, 0, 600_000),
    logLevel: read<LogLevel>('LOG_LEVEL', 'info', (text) => parseOneOf(text, logLevels)),
  };
  const { accessKeyId, secretAccessKey } = config.files.s3;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    faults.push('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set together.');
  if (location.kind === 'directory' && config.files.delivery === 'redirect')
    faults.push('FILES_DELIVERY is redirect, but files in a directory have no URL to redirect to.');
  return { config, faults };
}

/**
 * Adds the variables of `.env` in the working directory, for this program and for the libraries that read some of their
 * own. The environment wins, be it with an empty variable or by naming the same secret the other way. Returns faults.
 */
function addEnvFile(environment: Record<string, string | undefined>): readonly string[] {
  const { variables, faults } = readEnvFile('.env');
  const own = new Set(Object.keys(environment));
  for (const [name, value] of Object.entries(variables)) {
    const otherName = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`;
    if (!own.has(name) && !own.has(otherName)) environment[name] = value;
  }
  return faults;
}

function isDatabaseNamed(environment: Environment): boolean {
  const { PGHOST, PGPORT, PGDATABASE } = environment;
  return isNamed(environment, 'DATABASE_URL') || Boolean(PGHOST || PGPORT || PGDATABASE);
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) deepFreeze(member);
  return Object.freeze(value);
}
