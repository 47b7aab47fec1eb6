// The only reader of process.env. Everything the environment can say is parsed here, all mistakes are reported
// together, and the result is frozen: no other room asks the environment anything.

import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export type IssuerType = 'hydra' | 'kratos';

/** One trusted token issuer, as an entry of AUTH_ISSUERS says it. */
export interface IssuerConfig {
  /** The exact `iss` string; a trailing slash counts. */
  readonly issuer: string;
  readonly type: IssuerType;
  /** An https:, http: (loopback only) or file: URL of a JSON Web Key Set. */
  readonly jwks: string;
  /** The audience a token must name. Without it the hydra rules ask for `client_id` and a scope instead. */
  readonly audience?: string;
}

export interface Config {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Base of absolute URLs, without a trailing slash; undefined: `http://HOST:PORT`. */
  readonly publicUrl: string | undefined;
  /** Absolute path of the folder for the embedded database, demo files and generated keys. */
  readonly dataDir: string;
  readonly database: {
    /** undefined: the embedded database in `dataDir`. */
    readonly url: string | undefined;
    readonly poolSize: number;
    /** Time limit of connecting, and of one statement. */
    readonly timeoutMs: number;
  };
  /** undefined: the demo issuer, whose keys are made in `dataDir`. */
  readonly issuers: readonly IssuerConfig[] | undefined;
  readonly files: {
    /** Absolute path of the folder with the files' bytes. */
    readonly directory: string;
    /** undefined: a key made once in `dataDir`. */
    readonly signingKey: string | undefined;
    readonly urlLifetimeSeconds: number;
  };
  readonly limits: {
    readonly bodyBytes: number;
    /** Lexical tokens in one GraphQL document. */
    readonly documentTokens: number;
    /** Entities a federated gateway may ask for in one operation. */
    readonly entities: number;
  };
  /** Whether those whose token was accepted may ask for the schema. */
  readonly introspection: boolean;
  readonly shutdownTimeoutMs: number;
  readonly logLevel: LogLevel;
}

/** What the commands that work on a configured database read. */
export interface DatabaseConfig {
  readonly database: Config['database'] & { readonly url: string };
  readonly files: Config['files'];
}

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** All that is wrong with the environment, one plain sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n- ${faults.join('\n- ')}`,
    );
  }
}

export function configFromEnvironment(): Config {
  return parseConfig(process.env);
}

/** For the commands that work on a configured database; they trust no issuer, so none need be named. */
export function databaseConfigFromEnvironment(): DatabaseConfig {
  const { config, faults } = parseVariables(process.env);
  const { url } = config.database;
  if (!process.env.DATABASE_URL) faults.push('DATABASE_URL is not set: this command works on a PostgreSQL server.');
  if (faults.length > 0 || url === undefined) throw new ConfigError(faults);
  return deepFreeze({ database: { ...config.database, url }, files: config.files });
}

/** For the commands that only need the folder of the demo's keys; other variables may be wrong. */
export function dataDirFromEnvironment(): string {
  return parseDataDir(process.env);
}

/** @throws ConfigError naming every variable that is wrong. */
export function parseConfig(environment: Environment): Config {
  const { config, faults } = parseVariables(environment);
  if (environment.DATABASE_URL && !environment.AUTH_ISSUERS) {
    faults.push('AUTH_ISSUERS is not set: with DATABASE_URL set, the token issuers to trust must be named.');
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return deepFreeze(config);
}

function parseVariables(environment: Environment): { readonly config: Config; readonly faults: string[] } {
  const faults: string[] = [];
  const read = <T>(name: string, fallback: T, parse: (text: string) => T): T => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    try {
      return parse(text);
    } catch (fault) {
      faults.push(`${name} ${(fault as Error).message}`);
      return fallback;
    }
  };

  const dataDir = parseDataDir(environment);
  const databaseUrl = read('DATABASE_URL', undefined, parseDatabaseUrl);
  const config: Config = {
    host: environment.HOST || '127.0.0.1',
    port: read('PORT', 4000, (text) => parseWhole(text, 0, 65_535)),
    publicUrl: read('PUBLIC_URL', undefined, parsePublicUrl),
    dataDir,
    database: {
      url: databaseUrl,
      poolSize: read('DATABASE_POOL_SIZE', 4, (text) => parseWhole(text, 1, 1000)),
      timeoutMs: read('DATABASE_TIMEOUT_MS', 5000, (text) => parseWhole(text, 1, 600_000)),
    },
    issuers: read('AUTH_ISSUERS', undefined, parseIssuers),
    files: {
      directory: read('FILES_URL', resolve(dataDir, 'files'), parseFilesUrl),
      signingKey: read('FILES_SIGNING_KEY', undefined, parseSigningKey),
      urlLifetimeSeconds: read('FILES_URL_LIFETIME_SECONDS', 900, (text) => parseWhole(text, 1, 604_800)),
    },
    limits: {
      bodyBytes: read('MAX_BODY_BYTES', 1_048_576, (text) => parseWhole(text, 1024, 104_857_600)),
      documentTokens: read('MAX_DOCUMENT_TOKENS', 20_000, (text) => parseWhole(text, 100, 1_000_000)),
      entities: read('MAX_ENTITIES', 300, (text) => parseWhole(text, 1, 100_000)),
    },
    introspection: read('INTROSPECTION', 'on', (text) => parseOneOf(text, ['on', 'off'])) === 'on',
    shutdownTimeoutMs: read('SHUTDOWN_TIMEOUT_MS', 10_000, (text) => parseWhole(text, 0, 600_000)),
    logLevel: read<LogLevel>('LOG_LEVEL', 'info', (text) => parseOneOf(text, logLevels)),
  };
  return { config, faults };
}

function parseDataDir(environment: Environment): string {
  return resolve(environment.DATA_DIR || '.data');
}

function parseWhole(text: string, least: number, most: number): number {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) throw new Error(`is not a whole number from ${least} to ${most}.`);
  return number;
}

function parseOneOf<T extends string>(text: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === text);
  if (choice === undefined) throw new Error(`is none of ${choices.join(', ')}.`);
  return choice;
}

// The faults below never repeat the value: a connection string holds a password.
function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('is not a URL.');
  return new URL(text);
}

function parseDatabaseUrl(text: string): string {
  if (!['postgres:', 'postgresql:'].includes(parseUrl(text).protocol)) {
    throw new Error('is not a postgres:// or postgresql:// URL.');
  }
  return text;
}

function parsePublicUrl(text: string): string {
  const url = parseUrl(text);
  if (!['http:', 'https:'].includes(url.protocol)) throw new Error('is not an http: or https: URL.');
  if (url.search || url.hash) throw new Error('has a query or a fragment; it is the base of other URLs.');
  return text.replace(/\/+$/, '');
}

function parseFilesUrl(text: string): string {
  if (parseUrl(text).protocol !== 'file:') throw new Error('is not a file: URL.');
  return fileURLToPath(text);
}

function parseSigningKey(text: string): string {
  if (text.length < 32) throw new Error('is shorter than 32 characters.');
  return text;
}

function parseIssuers(text: string): readonly IssuerConfig[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new Error('is not JSON.');
  }
  if (!Array.isArray(list) || list.length === 0) throw new Error('is not a JSON list with at least one issuer.');
  const issuers = list.map(parseIssuer);
  const seen = new Set<string>();
  for (const { issuer } of issuers) {
    if (seen.has(issuer)) throw new Error(`names the issuer ${issuer} twice.`);
    seen.add(issuer);
  }
  return issuers;
}

function parseIssuer(entry: unknown, index: number): IssuerConfig {
  const fault = (what: string) => new Error(`[${index}] ${what}`);
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw fault('is not an object.');
  const { issuer, type = 'hydra', jwks, audience, ...unknown } = entry as Record<string, unknown>;
  const [stray] = Object.keys(unknown);
  if (stray !== undefined) throw fault(`has an unknown member "${stray}".`);
  if (typeof issuer !== 'string' || issuer === '') throw fault('has no "issuer".');
  if (type !== 'hydra' && type !== 'kratos') throw fault('has a "type" that is neither "hydra" nor "kratos".');
  if (typeof jwks !== 'string' || !URL.canParse(jwks)) throw fault('has no "jwks" URL.');
  // A fetch would refuse it too, with a message that repeats it.
  if (new URL(jwks).username || new URL(jwks).password) throw fault('has a "jwks" with a user or password in it.');
  if (!isTrustworthyKeySource(new URL(jwks))) {
    throw fault('has a "jwks" that is not an https:, http: (loopback only) or file: URL.');
  }
  if (audience !== undefined && (typeof audience !== 'string' || audience === '')) {
    throw fault('has an "audience" that is not a non-empty string.');
  }
  return { issuer, type, jwks, ...(audience === undefined ? {} : { audience }) };
}

/** Keys fetched in the clear from another host could be anybody's. */
function isTrustworthyKeySource({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:' || protocol === 'file:') return true;
  const isLoopback =
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
  return protocol === 'http:' && isLoopback;
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) deepFreeze(member);
  return Object.freeze(value);
}
