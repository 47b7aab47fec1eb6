// All variables of the configuration, each with its parser, default and help. Everything that reads or checks variables
// is derived from this table.

import { checkParameter, type ParameterName, sslModes } from '../libpq/parameters.js';
import { type LimitRow, limits } from '../limits.js';
import {
  parseBearerToken,
  parseDatabaseUrl,
  parseEndpoint,
  parseFilesUrl,
  parseHosts,
  parseInteger,
  parseIssuers,
  parseModelPointer,
  parseNames,
  parseOn,
  parseOneOf,
  parseOrigins,
  parsePairs,
  parsePublicUrl,
  parseRatio,
  parseRedisUrl,
  parseReplicaUrls,
  parseSigningKey,
} from './values.js';

export const fileDeliveries = ['redirect', 'stream'] as const;
export type FileDelivery = (typeof fileDeliveries)[number];

export const introspectionModes = ['on', 'owners', 'off'] as const;
export type IntrospectionMode = (typeof introspectionModes)[number];

export const costModes = ['off', 'measure', 'enforce'] as const;
export type CostMode = (typeof costModes)[number];

export const trustedDocumentsModes = ['off', 'log', 'safelist', 'require'] as const;
export type TrustedDocumentsMode = (typeof trustedDocumentsModes)[number];

export const traceSamplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type TraceSampler = (typeof traceSamplers)[number];

export const uiModes = ['on', 'graphiql', 'off'] as const;
export type UiMode = (typeof uiModes)[number];

export const shareModes = ['off', 'usage', 'payload'] as const;
export type ShareMode = (typeof shareModes)[number];

export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface Variable<T = unknown> {
  /** A short description of the setting. */
  readonly description: string;
  /** The placeholder for its value in the help. */
  readonly placeholder: string;
  /** Throws an error whose message is the end of a sentence that begins with the variable's name. */
  readonly parse: (text: string) => T;
  /** Applies if the variable is unset. */
  readonly defaultValue: T;
  /**
   * The default in the form in which it would be written; `null` if there is no default, or if it depends on other
   * variables.
   */
  readonly defaultText: string | null;
  /** A description of the default if it is not a plain value; empty if there is no default. */
  readonly defaultDescription: string;
  /**
   * Whether the value is a secret. It may be in a file specified by NAME_FILE, but is never an argument, which other
   * users could see.
   */
  readonly isSecret: boolean;
  /** Text (Markdown) that follows the meaning in docs/configuration.md. */
  readonly more?: string;
  /** The people or installations that have a reason to set the variable, for docs/configuration.md. */
  readonly setBy?: string;
  /** Rows of docs/limits.md that contain the default. */
  readonly limits?: readonly LimitRow[];
}

type Parse<T> = (text: string) => T;

function variable<T>(defaultText: string, placeholder: string, parse: Parse<T>, description: string): Variable<T> {
  return {
    description,
    placeholder,
    parse,
    defaultValue: parse(defaultText),
    defaultText,
    defaultDescription: '',
    isSecret: false,
  };
}

function integer(defaultText: number, min: number, max: number, description: string): Variable<number> {
  return variable(String(defaultText), 'N', (text) => parseInteger(text, min, max), description);
}

function onOff(defaultText: 'on' | 'off', description: string): Variable<boolean> {
  return variable(defaultText, 'on|off', (text) => parseOneOf(text, ['on', 'off']) === 'on', description);
}

function optional<T>(
  placeholder: string,
  parse: Parse<T>,
  description: string,
  defaultDescription = '',
): Variable<T | undefined> {
  return {
    description,
    placeholder,
    parse,
    defaultValue: undefined,
    defaultText: null,
    defaultDescription,
    isSecret: false,
  };
}

function list<T>(placeholder: string, parse: Parse<readonly T[]>, description: string): Variable<readonly T[]> {
  return { ...optional(placeholder, parse, description), parse, defaultValue: [] };
}

function secret<T>(parse: Parse<T>, description: string, defaultDescription = ''): Variable<T | undefined> {
  return { ...optional('FILE', parse, description, defaultDescription), isSecret: true };
}

/** Returns a connection parameter under the name that PostgreSQL's own clients use. */
function libpq(
  name: ParameterName,
  placeholder: string,
  description: string,
  defaultDescription = '',
): Variable<string | undefined> {
  const parse = (text: string) => {
    checkParameter(name, text);
    return text;
  };
  return optional(placeholder, parse, description, defaultDescription);
}

function secretList<T>(parse: Parse<readonly T[]>, description: string): Variable<readonly T[]> {
  return { ...secret(parse, description), parse, defaultValue: [] };
}

/** Adds details about a variable that appear only in the documents. */
function documented<V extends object>(row: V, details: Pick<Variable, 'more' | 'setBy' | 'limits'>): V {
  return { ...row, ...details };
}

/** Variables that most installations set. */
const startHere = {
  DATABASE_URL: documented(secret(parseDatabaseUrl, 'postgres:// URL', 'the embedded database'), {
    more: '; without it PGlite in `DATA_DIR`, filled with demo data at the first start',
  }),
  AUTH_ISSUERS: documented(secret(parseIssuers, 'JSON list of trusted issuers', 'the demo issuer'), {
    more: ': [issuers](#issuers); required with a database',
  }),
  HOST: variable('127.0.0.1', 'ADDRESS', String, 'address to listen on'),
  PORT: integer(4000, 0, 65_535, 'port to listen on; 0 picks a free one'),
  ADMIN_PORT: documented(
    optional('N', (text) => parseInteger(text, 1, 65_535), 'port for metrics and health; if unset, they are on PORT'),
    { more: '; if set, `/health` is on both ports' },
  ),
  PUBLIC_URL: documented(optional('URL', parsePublicUrl, 'base of absolute URLs', 'http://HOST:PORT'), {
    more: ', such as download links',
  }),
  CORS_ORIGINS: documented(
    optional(
      'ORIGINS',
      parseOrigins,
      'origins whose pages may read responses, comma separated; * for all',
      'none; with the embedded demo `http://localhost:*,http://127.0.0.1:*`',
    ),
    { more: '; `:*` is any port of a loopback host; pages send their own tokens, cookies are not allowed' },
  ),
  DATA_DIR: variable(
    '.data',
    'FOLDER',
    String,
    'folder of the embedded database, demo files, generated keys and the last keys of issuers',
  ),
  FILES_URL: optional(
    'URL',
    parseFilesUrl,
    'location of files: file:///folder or s3://bucket/prefix',
    'files in DATA_DIR',
  ),
  FILES_SIGNING_KEY: documented(secret(parseSigningKey, 'key that signs download links', 'generated in DATA_DIR'), {
    more: ', 32 characters or more; the same on all instances',
  }),
  LOG_LEVEL: documented(
    variable(
      'info',
      'LEVEL',
      (text) => parseOneOf(text, logLevels),
      `minimum level of log lines: ${logLevels.join(', ')}`,
    ),
    { more: '; `info` logs one line per request' },
  ),
  LOG_FORMAT: documented(
    optional(
      logFormats.join('|'),
      (text) => parseOneOf(text, logFormats),
      'format of log lines',
      'pretty on a terminal, otherwise json',
    ),
    { more: ': one object per line, or readable lines, in colours on a terminal' },
  ),
};

const pages = {
  UI: documented(
    variable('on', uiModes.join('|'), (text) => parseOneOf(text, uiModes), 'pages to serve to browsers'),
    { more: '; `/docs` and `/errors` are always served', setBy: 'installations that serve no pages, or only GraphiQL' },
  ),
  SHARE_LINKS: documented(
    variable(
      'off',
      shareModes.join('|'),
      (text) => parseOneOf(text, shareModes),
      'links to one run, without an account',
    ),
    {
      more: ': `usage` without, `payload` also with prompts and responses; [links to one run](sharing.md)',
      setBy: 'installations that show runs to people without an account',
    },
  ),
  SHARE_SIGNING_KEY: documented(secret(parseSigningKey, 'key that seals links to one run', 'generated in DATA_DIR'), {
    more: ', 32 characters or more; the same on all instances',
    setBy: 'installations with such links on several instances',
  }),
  UI_CLIENT_ID: documented(
    optional('ID', String, 'public OAuth client with which people sign in on the pages', 'tokens are pasted'),
    { more: ': [signing in](oidc.md#sign-in-on-the-pages)', setBy: 'installations where people sign in on the pages' },
  ),
  UI_ISSUER: documented(
    optional('URL', String, 'issuer in AUTH_ISSUERS at which people sign in', 'the only one with a discovery document'),
    { more: '; exactly as in its entry', setBy: 'installations with several issuers that have a discovery document' },
  ),
  UI_SCOPE: documented(variable('openid', 'SCOPES', String, 'scopes that the pages request, separated by spaces'), {
    setBy: 'installations whose issuer requires other scopes, such as `offline_access`',
  }),
  DEMO: documented(optional('on', parseOn, 'also trust the demo issuer'), {
    more: ', on addresses that are not loopback, in production, or in addition to other issuers: [the demo issuer](#the-demo-issuer)',
    setBy: 'people who show the demo on other machines',
  }),
  DEMO_RUNS_PER_MINUTE: documented(
    integer(6, 0, 6000, 'number of new runs per minute in the demo on the embedded database; 0 for none'),
    {
      more: ': [the demo issuer](#the-demo-issuer)',
      setBy: "people who want the demo's data to change faster, or not at all",
    },
  ),
  NODE_ENV: documented(optional('NAME', String, 'if production, the demo issuer requires DEMO=on'), {
    setBy: 'container images, which set `production`',
  }),
};

const features = {
  MODEL_POINTER: documented(
    optional('POINTER', parseModelPointer, 'JSON Pointer to the model in the run data of each run, such as /model'),
    {
      more: ', or with the prefix `response:` in the response: [the model of a run](reading.md#read-models). Everyone who sees the usage of a run sees this value',
      setBy: 'teams whose inputs or responses name the model',
    },
  ),
  MCP: documented(onOff('off', 'tools for agents at /mcp'), {
    more: ', over the Model Context Protocol: [agents](agents.md)',
    setBy: 'teams whose agents read runs',
  }),
  MCP_RESULT_TOKENS: documented(
    integer(limits.toolTokens.value, 2000, 1_000_000, 'maximum number of tokens in the result of a tool for agents'),
    {
      more: ', estimated as bytes / 3.5: [the budget](agents.md#the-budget-of-a-result)',
      setBy: "installations whose agents' models have a smaller or larger context",
    },
  ),
  SUBSCRIPTION_CALLBACK_HOSTS: documented(
    list('HOSTS', parseHosts, 'hosts of routers to which events may be posted, comma separated'),
    {
      more: ', with their ports: [subscriptions](live.md#subscriptions)',
      setBy: 'operators of an Apollo Router with subscriptions by callback',
    },
  ),
  TRACE_CLIENTS: documented(
    list('IDS', parseNames, 'client_ids whose responses may include traces and timings, comma separated'),
    {
      more: ': [federation](federation.md), [traces](monitoring.md#traces)',
      setBy: 'operators of a federated gateway that collects traces',
    },
  ),
  AUDIT_LOG: documented(
    optional(
      'FILE|stdout',
      String,
      'file for the audit log, with a line for each response with payload',
      'no audit log',
    ),
    {
      more: ': [the audit log](operating.md#the-audit-log)',
      setBy: 'organizations that must record who reads payload',
    },
  ),
  IMPORT_TOKEN: documented(secret(parseBearerToken, 'bearer token for the service from which runs are imported'), {
    more: ': [mirroring a service](import-export.md#mirror-a-service)',
    setBy: 'people who mirror a service, during the import',
  }),
};

/** Limits on the documents and costs of callers. */
const access = {
  INTROSPECTION: documented(
    variable(
      'on',
      introspectionModes.join('|'),
      (text) => parseOneOf(text, introspectionModes),
      'who may read the schema',
    ),
    {
      more: ': any caller with a token, owners of an organization, or no one; through `__schema`, `__type` or `_service`',
      setBy: 'installations that hide their schema',
    },
  ),
  TRUSTED_DOCUMENTS: documented(list('PATHS', parseNames, 'files and folders of trusted documents, comma separated'), {
    more: ': [trusted documents](trusted-documents.md)',
    setBy: 'installations whose clients are built with a list of their operations',
  }),
  TRUSTED_DOCUMENTS_MODE: documented(
    variable(
      'off',
      trustedDocumentsModes.join('|'),
      (text) => parseOneOf(text, trustedDocumentsModes),
      'how documents that are not trusted are treated',
    ),
    {
      more: ': [modes](trusted-documents.md#modes)',
      setBy: 'the same installations, first to `log`, then to a stricter mode',
    },
  ),
  TRUSTED_DOCUMENTS_EXEMPT: documented(
    list('IDS', parseNames, 'client_ids that may send any document, comma separated'),
    { setBy: 'the same installations, for clients that explore data' },
  ),
  COST_MODE: documented(
    variable(
      'measure',
      costModes.join('|'),
      (text) => parseOneOf(text, costModes),
      'whether the costs of operations are ignored, measured or limited',
    ),
    {
      more: ': [what an operation costs](limits.md#what-an-operation-costs)',
      setBy: 'installations that limit costs, after some days of `measure`',
    },
  ),
  MAX_COST: documented(
    integer(limits.points.value, 1, 1_000_000_000, 'maximum expected cost of an operation, in points of 0.1 ms'),
    { more: ', with `COST_MODE=enforce`', setBy: 'installations whose legitimate operations cost more' },
  ),
  RATE_LIMIT_POINTS: documented(
    optional(
      'N',
      (text) => parseInteger(text, 1, 1_000_000_000),
      'points that a caller gains per second, with COST_MODE=enforce',
    ),
    { more: ': [rate limits](limits.md#rate-limits)', setBy: 'installations whose callers compete' },
  ),
  RATE_LIMIT_BURST: documented(
    optional(
      'N',
      (text) => parseInteger(text, 1, 1_000_000_000),
      'maximum number of points that a caller can save up',
      "ten seconds' worth",
    ),
    { setBy: 'installations whose callers send bursts of requests' },
  ),
  RATE_LIMIT_EXEMPT: documented(list('IDS', parseNames, 'client_ids without a rate limit, comma separated'), {
    setBy: 'installations with jobs that must not wait',
  }),
};

const files = {
  FILES_DELIVERY: documented(
    optional(
      fileDeliveries.join('|'),
      (text) => parseOneOf(text, fileDeliveries),
      'redirect downloads to the file store, or stream them through the gateway',
      'redirect with S3, otherwise stream',
    ),
    { more: '; files in a folder can only be streamed', setBy: 'installations whose clients cannot reach the bucket' },
  ),
  FILES_URL_LIFETIME_SECONDS: documented(integer(900, 1, 86_400, 'lifetime of a download link in seconds'), {
    limits: [
      { section: 'Database and files', name: 'lifetime of a download link', unit: 's', beyond: '`INVALID_SIGNATURE`' },
    ],
    setBy: 'installations whose downloads start later, or whose links must expire sooner',
  }),
};

const fleet = {
  PROCESSES: documented(integer(1, 1, 256, 'number of processes that serve requests on the same port'), {
    more: '; more than one requires PostgreSQL: [several processes](fleet.md#several-processes)',
    setBy: 'machines with more than two processors',
  }),
  DATABASE_REPLICA_URLS: documented(
    secretList(parseReplicaUrls, 'postgres:// URLs of replicas to read from, comma separated'),
    { more: ': [replicas](fleet.md#replicas)', setBy: 'installations whose primary is busy with reads' },
  ),
  MAX_REPLICA_LAG_MS: documented(integer(1000, 100, 3_600_000, 'maximum lag in ms of a replica that is read from'), {
    setBy: 'installations whose readers accept older data or need newer data',
  }),
  REDIS_URL: documented(
    secret(
      parseRedisUrl,
      'redis: URL of the store in which processes share rate limits',
      'each process has an equal share',
    ),
    {
      more: ', or `rediss:`: [rate limits of a fleet](fleet.md#rate-limits-of-a-fleet)',
      setBy: 'fleets with rate limits',
    },
  ),
  SHUTDOWN_DELAY_MS: documented(
    integer(0, 0, 600_000, 'time in ms for which a shutdown still accepts requests after reporting not ready'),
    {
      more: ': [shutdown](operating.md#shutdown)',
      setBy: 'installations behind a load balancer: the interval of its health checks',
    },
  ),
  SHUTDOWN_TIMEOUT_MS: documented(
    integer(10_000, 0, 600_000, 'time in ms for which a shutdown waits for requests in flight'),
    {
      limits: [{ section: 'Database and files', name: 'shutdown', unit: 'ms', beyond: 'connections are closed' }],
      setBy: 'installations whose orchestrator kills earlier or can wait longer',
    },
  ),
};

/** The variables of the AWS SDK. */
const bucket = {
  AWS_REGION: documented(optional('REGION', String, 'region of the bucket', 'default of the AWS SDK'), {
    more: '; `us-east-1` if an endpoint is set and this is not',
  }),
  AWS_ENDPOINT_URL_S3: optional('URL', parseEndpoint, 'URL of an S3-compatible store other than Amazon S3'),
  AWS_ACCESS_KEY_ID: optional('ID', String, 'access key of the bucket', 'default of the AWS SDK'),
  AWS_SECRET_ACCESS_KEY: secret(String, 'secret access key of the bucket', 'default of the AWS SDK'),
  AWS_SESSION_TOKEN: secret(String, 'session token for the access key', 'default of the AWS SDK'),
};

/** The names that libpq uses, for the parts that DATABASE_URL omits. */
const database = {
  PGHOST: documented(libpq('host', 'HOSTS', 'host of the database if DATABASE_URL is unset'), {
    more: '; like the next two, it counts as `DATABASE_URL` being set: see [the database](#the-database)',
  }),
  PGPORT: libpq('port', 'N', 'port of the database if DATABASE_URL is unset'),
  PGDATABASE: libpq('dbname', 'NAME', 'name of the database if DATABASE_URL is unset'),
  PGUSER: libpq('user', 'NAME', 'user of the database'),
  PGPASSWORD: secret(String, 'password of the database'),
  PGPASSFILE: libpq('passfile', 'FILE', 'file with passwords by host and database', '~/.pgpass'),
  PGAPPNAME: libpq('application_name', 'NAME', 'application name of the connections', 'task-run-gateway'),
  PGOPTIONS: libpq('options', 'OPTIONS', 'settings for the database server'),
  PGCONNECT_TIMEOUT: libpq('connect_timeout', 'SECONDS', 'time limit in seconds for connecting to one host'),
  PGSSLMODE: libpq('sslmode', sslModes.join('|'), 'encryption of connections to the database', 'disable'),
  PGSSLROOTCERT: libpq(
    'sslrootcert',
    'FILE',
    "CA certificates that verify the server's certificate",
    'those built into Node.js',
  ),
  PGSSLCERT: libpq('sslcert', 'FILE', 'client certificate'),
  PGSSLKEY: libpq('sslkey', 'FILE', 'key of the client certificate'),
  PGCHANNELBINDING: libpq(
    'channel_binding',
    'disable|prefer|require',
    'channel binding of the password check to TLS',
    'disable',
  ),
  PGTARGETSESSIONATTRS: libpq(
    'target_session_attrs',
    'ROLE',
    'required role of the chosen host, if several are given',
    'any',
  ),
};

/** The variables of OpenTelemetry's specification. */
const tracing = {
  OTEL_EXPORTER_OTLP_ENDPOINT: documented(
    optional('URL', parseEndpoint, 'base URL of the OTLP collector that receives traces, over HTTP'),
    { more: '; without it, nothing is traced: [traces](monitoring.md#traces)' },
  ),
  OTEL_EXPORTER_OTLP_HEADERS: {
    ...secret(parsePairs, 'headers of requests to the collector, as name=value pairs, comma separated'),
    parse: parsePairs,
    defaultValue: {},
  },
  OTEL_SERVICE_NAME: variable('task-run-gateway', 'NAME', String, 'name of the service in traces'),
  OTEL_RESOURCE_ATTRIBUTES: {
    ...optional('PAIRS', parsePairs, 'attributes of the service in traces, as name=value pairs, comma separated'),
    parse: parsePairs,
    defaultValue: {},
  },
  OTEL_TRACES_SAMPLER: variable(
    'parentbased_always_on',
    traceSamplers.join('|'),
    (text) => parseOneOf(text, traceSamplers),
    'sampler that selects the requests to trace',
  ),
  OTEL_TRACES_SAMPLER_ARG: variable('1', 'RATIO', parseRatio, 'fraction of the requests that a ratio sampler traces'),
};

const tuning = {
  DATABASE_POOL_SIZE: documented(integer(5, 1, 1000, 'maximum number of connections to PostgreSQL'), {
    limits: [{ section: 'Database and files', name: 'connections to PostgreSQL', beyond: 'reads wait' }],
    setBy: 'installations whose reads queue while the database is idle',
  }),
  DATABASE_TIMEOUT_MS: documented(integer(5000, 1, 600_000, 'time limit in ms for connecting, and for one read'), {
    more: ', including retries',
    limits: [
      {
        section: 'Database and files',
        name: 'time to connect, and for one read, including retries',
        unit: 'ms',
        beyond: '`SERVICE_UNAVAILABLE`, `DEADLINE_EXCEEDED`',
      },
    ],
    setBy: 'installations with a distant database',
  }),
  DATABASE_CANCEL: documented(onOff('on', 'cancel statements whose results are no longer needed'), {
    setBy: 'installations behind a pooler that does not forward cancel requests',
  }),
  REQUEST_TIMEOUT_MS: documented(integer(10_000, 1, 600_000, 'time limit in ms for all database reads of a request'), {
    more: ', from the end of its body',
    limits: [
      {
        section: 'Database and files',
        name: 'time for all database reads of a request',
        unit: 'ms',
        beyond: '`QUEUE_TIMEOUT`, `DEADLINE_EXCEEDED`',
      },
    ],
    setBy: 'installations whose reports take longer',
  }),
  MAX_CONNECTIONS: documented(
    integer(
      2000,
      1,
      1_000_000,
      'maximum number of open client connections, not counting those with a stream or an export',
    ),
    {
      more: ', per process',
      limits: [
        {
          section: 'HTTP',
          name: 'connections to one process, not counting those with a stream or an export',
          beyond: 'each new one closes an existing one',
        },
      ],
      setBy: 'installations with more clients, along with a higher limit on open files',
    },
  ),
  MAX_BODY_BYTES: documented(integer(1_048_576, 1024, 104_857_600, 'maximum size in bytes of a request body'), {
    more: ', before and after decompression',
    limits: [
      {
        section: 'HTTP',
        name: 'request body, before and after decompression',
        unit: 'bytes',
        beyond: '`PAYLOAD_TOO_LARGE`',
      },
      { section: 'HTTP', name: 'WebSocket message', unit: 'bytes', beyond: 'the connection is closed: 1009' },
    ],
    setBy: 'installations with larger documents and variables',
  }),
  MAX_RESPONSE_BYTES: documented(
    integer(limits.responseBytes.value, 1024, 268_435_456, 'maximum size in bytes of the JSON of one response'),
    {
      more: ', and of the JSON that is read for it',
      setBy: 'installations whose clients read larger JSON, with a larger heap',
    },
  ),
  MAX_SUBSCRIPTIONS: documented(integer(10_000, 0, 1_000_000, 'maximum number of open event streams'), {
    more: ': subscriptions, and event streams over REST',
    limits: [{ section: 'HTTP', name: 'event streams', beyond: '`RATE_LIMITED`' }],
    setBy: 'installations with more open pages and subscribers',
  }),
  MAX_SUBSCRIPTIONS_PER_CALLER: documented(
    integer(2500, 0, 1_000_000, 'maximum number of open event streams per caller'),
    {
      limits: [{ section: 'HTTP', name: 'event streams per caller', beyond: '`RATE_LIMITED`' }],
      setBy: 'installations that serve one federated gateway with many subscribers',
    },
  ),
  MAX_EXPORTS_PER_CALLER: documented(integer(4, 0, 1_000_000, 'maximum number of open exports per caller'), {
    limits: [{ section: 'HTTP', name: 'exports per caller', beyond: '`RATE_LIMITED`' }],
    setBy: 'installations whose jobs export in parallel',
  }),
};

/** The variables by the headings of the help and of the documents, in order. */
export const variableGroups = {
  'Start here': startHere,
  'Pages and demo': pages,
  Features: features,
  'What callers may send': access,
  Files: files,
  Fleet: fleet,
  Tuning: tuning,
  "PostgreSQL's own variables": database,
  "Amazon S3's own variables": bucket,
  "OpenTelemetry's own variables": tracing,
};

/** Paragraphs that replace the tables of docs/configuration.md for variables that other documents define. */
export const variableParagraphs: { readonly [Heading in keyof typeof variableGroups]?: string } = {
  "PostgreSQL's own variables":
    'complete `DATABASE_URL`, or replace it: [the database](#the-database). [libpq](https://www.postgresql.org/docs/current/libpq-envars.html) defines them.',
  "Amazon S3's own variables":
    'are for `FILES_URL=s3://…`. The [AWS SDK](https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html) defines them, and looks up unset values, for example from the role of the machine. `AWS_ENDPOINT_URL_S3` is the URL of a store other than Amazon S3; if it is set, the default region is `us-east-1`, and URLs contain the bucket in their path.',
  "OpenTelemetry's own variables":
    'configure [traces](monitoring.md#traces). [OpenTelemetry](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/) defines them. Without `OTEL_EXPORTER_OTLP_ENDPOINT`, the base URL of a collector over HTTP, nothing is traced.',
};

export const variables = {
  ...startHere,
  ...pages,
  ...features,
  ...access,
  ...files,
  ...fleet,
  ...tuning,
  ...database,
  ...bucket,
  ...tracing,
};

export type VariableName = keyof typeof variables;
export type ValueOf<Name extends VariableName> = (typeof variables)[Name]['defaultValue'];

export const variableNames = Object.keys(variables) as readonly VariableName[];

/** Returns the flag of a variable, such as `--max-body-bytes` for MAX_BODY_BYTES. */
export function flagOf(variable: string): string {
  return `--${variable.toLowerCase().replaceAll('_', '-')}`;
}
