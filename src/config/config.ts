// The configuration: parsed from the variables, checked as a whole with all faults reported together, and frozen.

import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isDatabaseConfigured, libpqVariables, readDatabase } from './database.js';
import type { Environment, Inputs } from './inputs.js';
import { issuerRules } from './issuer-types.js';
import { requirePackages } from './optional-packages.js';
import { createReader, givenName, type Reader } from './reader.js';
import { type FilesLocation, faultOfKeySource, isLoopbackHost, networkProtocols } from './values.js';
import { type VariableName, variableNames } from './variables.js';
import { warningsOfNames, warnOfIneffective } from './warnings.js';

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The configuration. docs/configuration.md describes its variables. */
export type Config = DeepReadonly<ReturnType<typeof readConfig>>;

/** The configuration of commands that require a PostgreSQL server. */
export interface DatabaseConfig {
  readonly database: Config['database'] & { readonly url: string };
  readonly files: Config['files'];
  readonly modelPointer?: Config['modelPointer'];
}

/** The configuration of commands that also work on the embedded database under `dataDir`. */
export type LocalDatabaseConfig = DeepReadonly<ReturnType<typeof readLocalDatabase>>;

/** The configuration of `import`. */
export type ImportConfig = DeepReadonly<ReturnType<typeof readImportConfig>>;

/** All faults of the configuration, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is invalid:\n- ${faults.join('\n- ')}`);
  }
}

export interface Inspected<C> {
  /** The configuration, with the default for each invalid variable. */
  readonly config: C;
  /** Sentences that begin with the name of their variable or flag, or with `.env`. */
  readonly faults: readonly string[];
  /** Sentences about variables that are ignored or have no effect. */
  readonly warnings: readonly string[];
  /** The variables that have faults. */
  readonly invalid: ReadonlySet<VariableName>;
}

/** Variables that specify a database. */
export const databaseVariables = ['DATABASE_URL', ...libpqVariables] as const;

/** Variables that determine which database is used, and how to connect to it. */
export const connectionVariables = [...databaseVariables, 'DATABASE_POOL_SIZE', 'DATABASE_TIMEOUT_MS'] as const;

/** Variables that determine which tokens are accepted. */
export const trustVariables = [
  ...(['HOST', 'NODE_ENV', 'DATA_DIR', 'DEMO', 'AUTH_ISSUERS'] as const),
  ...databaseVariables,
] as const;

/** Variables that are reloaded while the gateway runs. */
export const reloadedVariables = [
  ...trustVariables,
  ...(['TRUSTED_DOCUMENTS', 'TRUSTED_DOCUMENTS_MODE', 'TRUSTED_DOCUMENTS_EXEMPT'] as const),
] as const;

/** Variables that determine where the bytes of files are stored, and how to access them. */
export const storageVariables = [
  ...(['DATA_DIR', 'FILES_URL', 'AWS_REGION', 'AWS_ENDPOINT_URL_S3'] as const),
  ...(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const),
] as const;

/** @throws ConfigError that lists all invalid variables */
export function parseConfig(environment: Environment): Config {
  return withoutFaults(inspectConfig({ environment }));
}

/**
 * @throws ConfigError that lists all invalid variables, plus the warnings, because a misspelt variable may be the cause
 */
export function withoutFaults<C>({ config, faults, warnings }: Inspected<C>): C {
  if (faults.length > 0) throw new ConfigError([...faults, ...warnings]);
  return config;
}

/**
 * Returns the configuration, and everything that prevents a gateway from starting with it.
 * @param names of the variables to read; all others count as unset
 */
export function inspectConfig(inputs: Inputs, names: readonly VariableName[] = variableNames): Inspected<Config> {
  const reader = createReader(inputs, names);
  const config = readConfig(reader);
  assertIssuers(config, reader);
  warnOfIneffective(reader, config.demo && !isDatabaseConfigured(reader));
  reader.warnings.push(...warningsOfNames(reader.namesInEnvironment()));
  return inspected(config, reader);
}

/**
 * Inspects the configuration of a gateway that is about to start, as {@link inspectConfig} does, plus the folders that
 * it needs.
 */
export function inspectStart(inputs: Inputs, names: readonly VariableName[]): Inspected<Config> {
  const { config, faults: found, ...others } = inspectConfig(inputs, names);
  const { location } = config.files;
  const faults = [...found];
  const requireFolder = (name: VariableName, path: string, phrase: string) => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    faults.push(`${givenName(inputs, name)} ${phrase} ${path}, which is not a folder. Create or mount it.`);
  };
  // The folder in DATA_DIR is created at the first start.
  if (location.kind === 'directory' && !location.isPrivate) requireFolder('FILES_URL', location.path, 'names');
  const { auditLog } = config;
  if (auditLog !== undefined && auditLog !== 'stdout') requireFolder('AUDIT_LOG', dirname(auditLog), 'is in');
  return { config, faults, ...others };
}

/** Inspects the configuration of commands that require a PostgreSQL server. */
export function inspectDatabaseConfig(inputs: Inputs, names: readonly VariableName[]): Inspected<DatabaseConfig> {
  const reader = createReader(inputs, names);
  const { url = '', ...database } = readDatabase(reader);
  if (!isDatabaseConfigured(reader))
    reader.reject('DATABASE_URL', 'is not set: this command requires a PostgreSQL server.');
  return inspected(
    { database: { ...database, url }, files: readFiles(reader), modelPointer: reader.read('MODEL_POINTER') },
    reader,
  );
}

/** Inspects the configuration of the commands for grants. */
export function inspectLocalDatabaseConfig(
  inputs: Inputs,
  names: readonly VariableName[],
): Inspected<LocalDatabaseConfig> {
  const reader = createReader(inputs, names);
  return inspected(readLocalDatabase(reader), reader);
}

/** Inspects the configuration of `import`. */
export function inspectImportConfig(inputs: Inputs, names: readonly VariableName[]): Inspected<ImportConfig> {
  const reader = createReader(inputs, names);
  return inspected(readImportConfig(reader), reader);
}

function inspected<C extends object>(config: C, { faults, warnings, invalid }: Reader): Inspected<DeepReadonly<C>> {
  return { config: deepFreeze(config), faults, warnings, invalid };
}

function readLocalDatabase(reader: Reader) {
  requireEmbeddedDatabase(reader);
  return { dataDir: resolve(reader.read('DATA_DIR')), database: readDatabase(reader) };
}

function readImportConfig(reader: Reader) {
  return {
    ...readLocalDatabase(reader),
    files: readFiles(reader),
    importToken: reader.read('IMPORT_TOKEN'),
  };
}

/** An installation without the embedded database must configure another database. */
function requireEmbeddedDatabase(reader: Reader): void {
  if (!isDatabaseConfigured(reader)) requirePackages(reader, 'DATABASE_URL', 'the embedded database');
}

function readConfig(reader: Reader) {
  const { read, isSet, fileOf } = reader;
  const issuersFile = fileOf('AUTH_ISSUERS');
  const demo = read('DEMO') ?? (!isDatabaseConfigured(reader) && !isSet('AUTH_ISSUERS'));
  if (reader.reads('DATABASE_URL')) requireEmbeddedDatabase(reader);
  const isEmbeddedDemo = demo && !isDatabaseConfigured(reader);
  return {
    host: read('HOST'),
    port: read('PORT'),
    adminPort: readAdminPort(reader),
    publicUrl: read('PUBLIC_URL'),
    dataDir: resolve(read('DATA_DIR')),
    database: readDatabase(reader),
    issuers: read('AUTH_ISSUERS') ?? [],
    issuersFile: issuersFile && resolve(issuersFile),
    demo,
    demoRunsPerMinute: isEmbeddedDemo ? read('DEMO_RUNS_PER_MINUTE') : 0,
    files: readFiles(reader),
    corsOrigins: read('CORS_ORIGINS') ?? (isEmbeddedDemo ? ['http://localhost:*', 'http://127.0.0.1:*'] : []),
    limits: {
      responseBytes: read('MAX_RESPONSE_BYTES'),
      requestTimeoutMs: read('REQUEST_TIMEOUT_MS'),
      connections: read('MAX_CONNECTIONS'),
      bodyBytes: read('MAX_BODY_BYTES'),
      points: read('MAX_COST'),
      subscriptions: read('MAX_SUBSCRIPTIONS'),
      subscriptionsPerCaller: read('MAX_SUBSCRIPTIONS_PER_CALLER'),
      exportsPerCaller: read('MAX_EXPORTS_PER_CALLER'),
    },
    costMode: read('COST_MODE'),
    rateLimit: readRateLimit(reader),
    ui: read('UI'),
    signIn: readSignIn(reader),
    sharing: readSharing(reader),
    introspection: read('INTROSPECTION'),
    modelPointer: read('MODEL_POINTER'),
    mcp: read('MCP'),
    mcpResultTokens: read('MCP_RESULT_TOKENS'),
    trustedDocuments: readTrustedDocuments(reader),
    traceClients: read('TRACE_CLIENTS'),
    tracing: readTracing(reader),
    subscriptionCallbackHosts: read('SUBSCRIPTION_CALLBACK_HOSTS'),
    shutdownDelayMs: read('SHUTDOWN_DELAY_MS'),
    shutdownTimeoutMs: read('SHUTDOWN_TIMEOUT_MS'),
    processes: readProcesses(reader),
    auditLog: readAuditLog(reader),
    logLevel: read('LOG_LEVEL'),
    logFormat: read('LOG_FORMAT'),
  };
}

/** Returns the destination of spans, and which spans to export, or `undefined` if tracing is off. */
function readTracing(reader: Reader) {
  const { read, isSet } = reader;
  const endpoint = read('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint === undefined) return undefined;
  requirePackages(reader, 'OTEL_EXPORTER_OTLP_ENDPOINT', 'tracing');
  const attributes = read('OTEL_RESOURCE_ATTRIBUTES');
  const name = read('OTEL_SERVICE_NAME');
  return {
    endpoint,
    headers: read('OTEL_EXPORTER_OTLP_HEADERS'),
    attributes: isSet('OTEL_SERVICE_NAME')
      ? { ...attributes, 'service.name': name }
      : { 'service.name': name, ...attributes },
    sampler: read('OTEL_TRACES_SAMPLER'),
    ratio: read('OTEL_TRACES_SAMPLER_ARG'),
  };
}

/** Returns the path of the audit log, `stdout`, or `undefined` if auditing is off. */
function readAuditLog({ read }: Reader): string | undefined {
  const target = read('AUDIT_LOG');
  return target === undefined || target === 'stdout' ? target : resolve(target);
}

function readAdminPort({ read, reject }: Reader): number | undefined {
  const port = read('ADMIN_PORT');
  if (port !== undefined && port === read('PORT')) reject('ADMIN_PORT', 'is the same port as PORT.');
  return port;
}

function readTrustedDocuments({ read, isSet, reject }: Reader) {
  const mode = read('TRUSTED_DOCUMENTS_MODE');
  if (mode !== 'off' && !isSet('TRUSTED_DOCUMENTS')) {
    reject('TRUSTED_DOCUMENTS_MODE', `is ${mode}, but TRUSTED_DOCUMENTS is not set.`);
  }
  const paths = read('TRUSTED_DOCUMENTS').map((path) => resolve(path));
  return { paths, mode, exemptClients: read('TRUSTED_DOCUMENTS_EXEMPT') };
}

function readRateLimit({ read, reject }: Reader) {
  const points = read('RATE_LIMIT_POINTS');
  const burst = read('RATE_LIMIT_BURST');
  for (const name of ['RATE_LIMIT_BURST', 'REDIS_URL'] as const)
    if (points === undefined && read(name) !== undefined) reject(name, 'is set, but RATE_LIMIT_POINTS is not.');
  return {
    points,
    // Ten seconds' worth of points.
    burst: burst ?? (points ?? 0) * 10,
    exempt: read('RATE_LIMIT_EXEMPT'),
    redisUrl: read('REDIS_URL'),
  };
}

/** Reads the content of links to runs; `undefined` without such links. */
function readSharing({ read, reject }: Reader) {
  const mode = read('SHARE_LINKS');
  if (mode === 'off') return undefined;
  const ui = read('UI');
  if (ui !== 'on') reject('SHARE_LINKS', `is ${mode}, but UI is ${ui}: links to runs lead to a page.`);
  return { allowsPayload: mode === 'payload', signingKey: read('SHARE_SIGNING_KEY') };
}

/** Reads how users sign in on the pages; `undefined` if they paste tokens. */
function readSignIn({ read, isSet, reject }: Reader) {
  const clientId = read('UI_CLIENT_ID');
  const name = read('UI_ISSUER');
  if (clientId === undefined) {
    for (const other of ['UI_ISSUER', 'UI_SCOPE'] as const)
      if (isSet(other)) reject(other, 'is set, but UI_CLIENT_ID is not.');
    return undefined;
  }
  const candidates = (read('AUTH_ISSUERS') ?? []).filter(
    ({ issuer, type }) => issuerRules[type].allowsSignIn && faultOfKeySource(issuer, networkProtocols) === null,
  );
  const [issuer, other] = candidates.filter((candidate) => name === undefined || candidate.issuer === name);
  if (issuer === undefined) {
    const rule = 'AUTH_ISSUERS has no issuer with a discovery document';
    if (name === undefined) reject('UI_CLIENT_ID', `is set, but ${rule}.`);
    else reject('UI_ISSUER', `is ${name}, which is not an issuer in AUTH_ISSUERS with a discovery document.`);
    return undefined;
  }
  if (other !== undefined) {
    const names = candidates.map((candidate) => candidate.issuer).join(', ');
    reject('UI_CLIENT_ID', `is set, but several issuers have a discovery document: set UI_ISSUER to one of ${names}.`);
  }
  return { clientId, issuer: issuer.issuer, audience: issuer.audience, scope: read('UI_SCOPE') };
}

function readProcesses(reader: Reader): number {
  const processes = reader.read('PROCESSES');
  if (processes > 1 && !isDatabaseConfigured(reader)) {
    const rule = 'the embedded database supports only one process; set DATABASE_URL to use more.';
    reader.reject('PROCESSES', `is ${processes}: ${rule}`);
  }
  return processes;
}

function readFiles(reader: Reader) {
  const { read, isSet, reject } = reader;
  const ownFolder = resolve(read('DATA_DIR'), 'files');
  const location: FilesLocation = read('FILES_URL') ?? { kind: 'directory', path: ownFolder, isPrivate: true };
  if (location.kind === 's3') requirePackages(reader, 'FILES_URL', 'an S3 bucket');
  const endpoint = read('AWS_ENDPOINT_URL_S3');
  const delivery = read('FILES_DELIVERY') ?? (location.kind === 's3' ? 'redirect' : 'stream');
  if (isSet('AWS_ACCESS_KEY_ID') !== isSet('AWS_SECRET_ACCESS_KEY'))
    reject('AWS_ACCESS_KEY_ID', 'and AWS_SECRET_ACCESS_KEY must be set together.');
  if (location.kind === 'directory' && delivery === 'redirect')
    reject('FILES_DELIVERY', 'is redirect, but files in a directory have no URL to redirect to.');
  return {
    location,
    s3: {
      region: read('AWS_REGION') ?? (endpoint && 'us-east-1'),
      accessKeyId: read('AWS_ACCESS_KEY_ID'),
      secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
      sessionToken: read('AWS_SESSION_TOKEN'),
      endpoint,
    },
    delivery,
    signingKey: read('FILES_SIGNING_KEY'),
    urlLifetimeSeconds: read('FILES_URL_LIFETIME_SECONDS'),
  };
}

/** Issuers must be configured, unless there is only the demo. */
function assertIssuers({ host }: Config, reader: Reader): void {
  const { read, isSet, reject } = reader;
  if (isSet('AUTH_ISSUERS')) return;
  if (isDatabaseConfigured(reader)) {
    const example =
      '[{"issuer":"https://hydra.example.com/","jwks":"https://hydra.example.com/.well-known/jwks.json"}]';
    const rule = 'a PostgreSQL database requires a list of trusted token issuers, even with DEMO=on';
    reject('AUTH_ISSUERS', `is not set: ${rule}. Example: ${example}.`);
  } else if (!read('DEMO')) {
    const remedy = 'set AUTH_ISSUERS, or DEMO=on to start with the demo issuer anyway.';
    if (!isLoopbackHost(host)) reject('HOST', `is not a loopback address: ${remedy}`);
    if (read('NODE_ENV') === 'production') reject('NODE_ENV', `is production: ${remedy}`);
  }
}

function deepFreeze<T extends object>(value: T): DeepReadonly<T> {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) deepFreeze(member);
  return Object.freeze(value) as DeepReadonly<T>;
}
