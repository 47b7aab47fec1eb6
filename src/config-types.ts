// What the configuration consists of; config.ts reads it.

import type { FilesLocation, IssuerConfig } from './config-values.js';

export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Of health and metrics; undefined: they are on `port`. */
  readonly adminPort: number | undefined;
  /** Base of absolute URLs, without a trailing slash; undefined: `http://HOST:PORT`. */
  readonly publicUrl: string | undefined;
  /** Absolute path of the folder for the embedded database, demo files and generated keys. */
  readonly dataDir: string;
  readonly database: {
    /** undefined: the embedded database in `dataDir`. What it leaves open, libpq's variables say. */
    readonly url: string | undefined;
    readonly poolSize: number;
    /** Time limit of connecting, and of one statement. */
    readonly timeoutMs: number;
    /** Of standbys that are read in place of the primary. */
    readonly replicaUrls: readonly string[];
    /** How far they may be behind it. */
    readonly maxReplicaLagMs: number;
    /** Whether statements that nobody waits for are cancelled. */
    readonly cancels: boolean;
  };
  readonly issuers: readonly IssuerConfig[];
  /** Absolute path of the file that they are in. */
  readonly issuersFile: string | undefined;
  /** Whether the demo issuer, whose keys are made in `dataDir`, is trusted beside them. */
  readonly demo: boolean;
  /** Runs that arrive; 0 but in the demo on the embedded database. */
  readonly demoRunsPerMinute: number;
  readonly files: {
    /** Where the files' bytes are stored. */
    readonly location: FilesLocation;
    /** Used where the location is an S3 bucket. */
    readonly s3: S3Config;
    /** What the file route responds with: the bytes, or a redirect to a store that serves them itself. */
    readonly delivery: FileDelivery;
    /** undefined: a key made once in `dataDir`. */
    readonly signingKey: string | undefined;
    readonly urlLifetimeSeconds: number;
  };
  /** Origins whose pages may read responses: exact ones, loopback hosts with any port (`http://localhost:*`), or any. */
  readonly corsOrigins: readonly string[] | '*';
  readonly limits: {
    /** Open at a time; further ones are closed. */
    readonly connections: number;
    readonly bodyBytes: number;
    /** JSON that one request may read, and that its response may hold. */
    readonly responseBytes: number;
    /** From the end of the request's body, for all that it reads of the database. */
    readonly requestTimeoutMs: number;
    /** Lexical tokens in one GraphQL document. */
    readonly documentTokens: number;
    /** Points that one operation may be expected to cost. */
    readonly points: number;
    /** Streams of events that are open at a time. */
    readonly subscriptions: number;
    readonly subscriptionsPerCaller: number;
    /** Exports of one caller that are open at a time. */
    readonly exportsPerCaller: number;
  };
  /** Of each caller. */
  readonly rateLimit: {
    /** A second; undefined: as many as it likes. */
    readonly points: number | undefined;
    /** At once. */
    readonly burst: number;
    /** The `client_id`s that have no limit. */
    readonly exempt: readonly string[];
    /** Of the Redis by which processes share it. */
    readonly redisUrl: string | undefined;
  };
  /** Whether the costs of requests are measured, and also limited. */
  readonly costMode: CostMode;
  /** Which pages browsers get, beside `/docs` and `/errors`: all, GraphiQL alone, or none. */
  readonly ui: UiMode;
  /** Who may introspect the schema, of those whose token is accepted. */
  readonly introspection: IntrospectionMode;
  /** Whether there are tools for agents. */
  readonly mcp: boolean;
  readonly trustedDocuments: {
    /** Absolute paths of files and folders. */
    readonly paths: readonly string[];
    /** What becomes of documents that none of them lists. */
    readonly mode: TrustedDocumentsMode;
    /** The `client_id`s that may send any document. */
    readonly exemptClients: readonly string[];
  };
  /** The `client_id`s for which traces are made. */
  readonly traceClients: readonly string[];
  /** Hosts, with their ports, to which the events of subscriptions may be posted. */
  readonly subscriptionCallbackHosts: readonly string[];
  /** From not being ready any more to accepting no further requests. */
  readonly shutdownDelayMs: number;
  readonly shutdownTimeoutMs: number;
  /** On one port; one is the process itself, more are its children. */
  readonly processes: number;
  readonly logLevel: LogLevel;
  /** undefined: `pretty` where standard output is a terminal, else `json`. */
  readonly logFormat: LogFormat | undefined;
}

/** The AWS SDK looks up what is undefined here in its usual places: shared files, roles of the machine. */
export interface S3Config {
  readonly region: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
  readonly sessionToken: string | undefined;
  /** Of a store that is not Amazon's. */
  readonly endpoint: string | undefined;
  /** The bucket in the path of URLs, not in their host. */
  readonly usesPathStyle: boolean;
}

export const fileDeliveries = ['redirect', 'stream'] as const;
export type FileDelivery = (typeof fileDeliveries)[number];

export const introspectionModes = ['on', 'owners', 'off'] as const;
export type IntrospectionMode = (typeof introspectionModes)[number];

export const costModes = ['off', 'measure', 'enforce'] as const;
export type CostMode = (typeof costModes)[number];

export const trustedDocumentsModes = ['off', 'log', 'safelist', 'require'] as const;
export type TrustedDocumentsMode = (typeof trustedDocumentsModes)[number];

export const uiModes = ['on', 'graphiql', 'off'] as const;
export type UiMode = (typeof uiModes)[number];

/** What the commands that work on a configured database read. */
export interface DatabaseConfig {
  readonly database: Config['database'] & { readonly url: string };
  readonly files: Config['files'];
}

/** What the commands that also work on the embedded database read. Without a URL, it is the one under `dataDir`. */
export interface LocalDatabaseConfig {
  readonly dataDir: string;
  readonly database: Config['database'];
}

/** What `import` reads. */
export interface ImportConfig extends LocalDatabaseConfig {
  readonly files: Config['files'];
  /** Bearer token of the service that is mirrored. */
  readonly importToken: string | undefined;
}

export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];
