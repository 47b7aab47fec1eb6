// docs/limits.md against the table of an operation's limits, and against the constants of all others, read as text: most are
// private to the code that checks them.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Limit, limits } from '../../src/limits.js';
import { codesIn, documentAt, readText, root } from './documents.js';

/** Where the value is, by the name of its constant or by what is around it; its unit where that is not the table's. */
type Source = readonly [file: string, constant: string | RegExp, unit?: keyof typeof units];

const units = { bytes: 1, KiB: 1024, MiB: 1024 * 1024, bits: 1, characters: 1, ms: 1, s: 1000 };

const sources: Readonly<Record<string, Source>> = {
  URL: ['http/request-checks.ts', 'maxUrlBytes'],
  'request headers': ['http/server.ts', /maxHeaderSize: ([\d_]+)/],
  'bearer token': ['access/tokens/bearer-token.ts', 'maxTokenBytes'],
  'time to receive the headers of a request': ['http/server.ts', /headersMs: ([\d_]+)/],
  'time to receive a request': ['http/server.ts', /requestMs: ([\d_]+)/],
  'time between two requests on a connection': ['http/server.ts', /keepAliveMs: ([\d_]+)/],
  'the same while more than half of the connections are in use': [
    'http/protection/max-connections.ts',
    'busyKeepAliveMs',
  ],
  'requests of one connection that are not answered': ['http/protection/pipelining.ts', 'maxUnanswered'],
  'time in which a client reads nothing of its response': ['http/protection/unread-responses.ts', 'defaultAfterMs'],
  'the same while memory is short': ['http/protection/unread-responses.ts', 'defaultShortMs'],
  'time for a WebSocket to send its `connection_init`': ['http/websocket/websockets.ts', 'initTimeoutMs'],
  'operations of a WebSocket at a time': ['http/websocket/websockets.ts', 'maxOperations'],
  'time between two pings of a WebSocket': ['http/websocket/websockets.ts', 'pingIntervalMs'],
  'messages that a WebSocket has not read': ['http/websocket/websocket-connection.ts', 'maxUnsentMessages'],
  'time for WebSockets to close at shutdown': ['http/websocket/websockets.ts', 'closeTimeoutMs'],
  'time for the metrics of one of several processes': ['commands/start/processes/supervise.ts', 'measureTimeoutMs'],
  'time before a process that lived for less than 10 s is replaced': [
    'commands/start/processes/supervise.ts',
    'maxDelayMs',
  ],
  'time without a change before an event without a run': ['task-runs/changes/follow-changes.ts', 'defaultHeartbeatMs'],
  'time for a router to answer a message that is posted': [
    'http/graphql/callback-subscription.ts',
    'callbackTimeoutMs',
  ],
  'messages that are posted to one callback host at a time': [
    'http/graphql/callback-subscription.ts',
    'maxPostsPerHost',
  ],
  'time between two looks whether a router still waits, unless it says': [
    'http/graphql/callback-subscription.ts',
    'defaultHeartbeatMs',
  ],
  'JSON responses are compressed from': ['http/compression.ts', 'minCharacters'],
  '`X-Request-Id` taken over from a client': ['http/server.ts', /\{1,(\d+)\}\$/],
  'bytes of log lines that wait to be written': ['telemetry/logger.ts', 'maxWaitingBytes'],
  'log lines of one request about denied accesses': ['http/request-log.ts', 'maxDenialLines'],

  "characters of a value in the result of an agents' tool": ['mcp/preview.ts', 'previewLength'],
  'characters of `sub`': ['access/subject.ts', 'maxSubjectLength'],
  'characters of a date in an argument': ['dates/parse-date-time.ts', 'maxLength'],
  'digits of its fraction of a second': ['dates/parse-absolute.ts', 'maxFractionDigits'],
  'leeway for clocks': ['access/tokens/token-claims.ts', 'leewaySeconds', 's'],
  'RSA keys from': ['access/tokens/verification-key.ts', 'minRsaBits'],
  'key set of an issuer': ['access/tokens/key-source.ts', 'maxDocumentBytes'],
  'time to fetch a key set': ['access/tokens/issuer-keys.ts', 'fetchTimeoutMs'],
  'age of a key set before it is refreshed': ['access/tokens/issuer-keys.ts', 'refreshAfterMs'],
  'age of a key set that is used before a refresh': ['access/tokens/issuer-keys.ts', 'maxUnrefreshedMs'],
  'time that a request waits for a refresh': ['access/tokens/issuer-keys.ts', 'maxWaitMs'],
  'time without a refresh after one that failed': ['access/tokens/issuer-keys.ts', 'failureCoolDownMs'],
  'time between two fetches, whatever their outcome': ['access/tokens/issuer-keys.ts', 'coolDownMs'],
  'time for which a verified token is remembered': ['access/tokens/verified-token-cache.ts', 'maxAgeMs'],
  'verified tokens that are remembered': ['access/tokens/verified-token-cache.ts', 'maxCacheBytes'],
  'lifetime of a token of `npm run token`': ['commands/token.ts', 'maxSeconds', 's'],

  'runs of one `npm run seed`': ['commands/seed.ts', 'maxRuns'],
  'one line of `npm run import`': ['import/read-lines.ts', 'maxLineBytes'],
  'one page of a service that `npm run import` mirrors': ['import/mirror/service-client.ts', 'maxTextBytes'],
  'one of its files': ['import/mirror/service-client.ts', 'maxFileBytes'],
  'time for its next bytes': ['import/mirror/service-client.ts', 'defaultTimeoutMs'],
  'attempts of one request to it': ['import/mirror/service-client.ts', 'maxAttempts'],
  'redirects of one request to it': ['import/mirror/service-client.ts', 'maxRedirects'],
  '`Retry-After` of it': ['import/mirror/retry-delay.ts', 'maxDelayMs'],
  'time for one statement of `npm run import`': ['commands/import/import-lines.ts', 'statementTimeoutMs'],
  'runs on a page of an export': ['task-runs/export/run-export.ts', 'maxPageRuns'],
  'bytes of JSON on a page of an export': ['task-runs/export/run-export.ts', /maxPageBytes: ([\d_* ]+)/],
  'bytes of JSON of a run in an export': ['task-runs/export/run-export.ts', 'maxRunBytes'],
  'small tasks that share pages of an export': ['task-runs/export/export-position.ts', 'maxTasks'],
  'runs in one file of `npm run export`': ['export/folder/export-folder.ts', 'maxRunsPerFile'],
  'JSON of the runs that `npm run types` reads': ['commands/types/infer-types.ts', 'maxSampleBytes'],
  'levels of JSON that `npm run types` infers from': ['run-types/nesting.ts', 'maxLevels'],
  'runs that `npm run types` reads': ['commands/types.ts', 'maxRuns'],
  'time for one statement of `npm run export`': ['commands/export/export-runs.ts', 'statementTimeoutMs'],

  'age of the estimated numbers of runs before they are read again': ['task-runs/scope/run-counts.ts', 'rereadAfterMs'],
  'fields that an error about costs names': ['cost/estimate.ts', 'maxPaths'],
  'cached documents with their plans': ['graphql/execution/document-cache.ts', /inAll: ([\d_* ]+)/],
  'texts of automatic persisted queries': ['graphql/apollo/persisted-queries.ts', 'maxPersistedBytes'],
  'one text of an automatic persisted query': ['graphql/apollo/persisted-queries.ts', 'maxPersistedDocumentBytes'],
  'one cached document': ['graphql/execution/document-cache.ts', /ofOne: ([\d_* ]+)/],
  'planned fields of an operation': ['graphql/execution/executor.ts', 'maxPlannedFields'],
  'prepared texts of a connection that filters make': ['database/connection/statement-runner.ts', 'maxPrepared'],
  'groups, files or paths in a shared statement': ['task-runs/one-run/run-reader.ts', 'maxRows'],
  'runs in a shared statement': ['task-runs/one-run/run-reader.ts', /maxBatchSize: (\d+)/],
  "bytes of a run's JSON in a shared statement": ['task-runs/one-run/run-reader.ts', 'sharedRunBytes'],
  'bytes of the JSON of a page in a shared statement': [
    'task-runs/lists/list-reader.ts',
    /sharedForm.*maxBytes: ([\d_* ]+)/,
  ],
  'bytes of the JSON of a page in one text': ['task-runs/lists/page-bytes.ts', 'loneMaxBytes'],
  'pages in a shared statement': ['task-runs/lists/list-reader.ts', /maxBatchSize: (\d+)/],
  'time that a read waits for others': ['task-runs/batching/read-scheduler.ts', 'maxBatchDelayMs'],
  'time of a shared statement': ['task-runs/batching/read-scheduler.ts', 'maxSharedMs'],
  'time for a cancelled statement to end': ['database/connection/statement-runner.ts', 'cancelTimeoutMs'],
  'time for readiness to look at the database': ['task-runs/batching/ping.ts', 'timeoutMs'],
};

/** Constants that look like limits and are measures of how something is done. */
const notLimits = [
  'graphql/documents/compile-documents.ts sliceMs',
  'run-services.ts unreadMs',
  'graphql/statement-names.ts namingMs',
  'database/open-database.ts preparingMs',
  'rate-limit/account.ts maxPause',
  'rate-limit/rate-limiter.ts maxCharacters',
  'rate-limit/redis-points.ts leaseTimeoutMs',
  'rate-limit/redis-points.ts beatMs',
  'rate-limit/redis-points.ts memberTimeoutMs',
  'rate-limit/redis-points.ts maxFailures',
  'commands/types.ts defaultRuns',
  'run-types/describe-runs.ts maxIds',
  'run-types/describe-runs.ts maxPaths',
  'run-types/disagreements.ts maxPlaces',
  'http/graphql/callback-subscription.ts maxAttempts',
  'http/graphql/callback-subscription.ts retryMs',
  'task-runs/changes/change-scan.ts maxScanned',
  'task-runs/changes/change-scan.ts maxSearched',
  'task-runs/changes/change-poll.ts timeoutMs',
  'task-runs/changes/change-poller.ts minIntervalMs',
  'task-runs/changes/change-poller.ts maxIntervalMs',
  'task-runs/changes/follow-changes.ts defaultHeartbeatMs',
  'task-runs/changes/follow-changes.ts heartbeatSteps',
  'task-runs/changes/follow-changes.ts retryMs',
  'database/connection/statement-runner.ts repeatCancelMs',
  'http/protection/body-memory.ts minBytes',
  'http/protection/unread-bytes.ts graceMs',
  'http/protection/unread-bytes.ts minBytes',
  'commands/start/processes/run-serving.ts collectTimeoutMs',
  'commands/start/processes/supervise.ts shortLifeMs',
  'commands/start/processes/supervise.ts minDelayMs',
  'commands/start/processes/supervise.ts endMarginMs',
  'commands/doctor.ts endAfterMs',
  'commands/doctor/server-checks.ts maxClockDifferenceMs',
  'commands/doctor/time-limits.ts partTimeoutMs',
  'commands/doctor/time-limits.ts requestTimeoutMs',
  'database/hosts/host-order.ts failedMs',
  'database/hosts/host-order.ts unsuitableMs',
  'database/hosts/pool.ts maxLifetimeSeconds',
  'database/hosts/pool.ts reportMs',
  'database/hosts/pool.ts serverFullMs',
  'database/replicas/primary-history.ts maxSamples',
  'database/replicas/replica-set.ts maxIntervalMs',
  'database/migrate-schema.ts dayMs',
  'database/search-index.ts maxIndexedDepth',
  'database/migrating/brief-locks.ts lockTimeoutMs',
  'database/migrating/concurrent-index.ts pollMs',
  'database/migrating/lock-waits.ts pauseMs',
  'database/migrating/lock-waits.ts lookMs',
  'database/migrating/lock-waits.ts minWaitMs',
  'import/import-runs.ts maxBatchLines',
  'import/import-runs.ts maxBatchBytes',
  'import/mirror/list-new-runs.ts lagMs',
  'import/mirror/run-pages.ts pageSize',
  'database/migrate-schema.ts turnPollMs',
  'http/compression.ts minCharactersToEncode',
  'graphql/execution/plan.ts maxNamesToFill',
  'task-runs/batching/fair-queue.ts quantumMs',
  'task-runs/batching/read-scheduler.ts graceMs',
  'task-runs/batching/read-scheduler.ts sweepMs',
  'task-runs/scope/json-conditions.ts maxSoughtCharacters',
];

const rows = documentAt('docs/limits.md').tables.flatMap((table) => table.rows);
const ofOperations = Object.values<Limit>(limits);
const isOfOperation = (name: string) => ofOperations.some((limit) => limit.name === name);
const number = String.raw`[\d_]+(?: \* [\d_]+)*`;

describe('docs/limits.md', () => {
  it('has each limit once, and every one of them has its source', () => {
    const others = rows.filter(([name, , variable]) => variable === '' && !isOfOperation(name!)).map(([name]) => name!);
    expect(others.sort()).toEqual(Object.keys(sources).sort());
  });

  it.each(ofOperations)(
    'has the limit of an operation as the table has it: $name',
    ({ name, value, variable, error }) => {
      const [[, cell, column, beyond], ...further] = rows.filter(([each]) => each === name) as [
        string[],
        ...string[][],
      ];
      expect(further).toEqual([]);
      expect([amount(cell!), codesIn(column!)[0], codesIn(beyond!)[0]]).toEqual([value, variable, error]);
    },
  );

  it.each(Object.entries(sources))('has the value of %s', (name, [file, constant, unit = 'ms']) => {
    const pattern = typeof constant === 'string' ? new RegExp(`const ${constant} = (${number});`) : constant;
    const [, value] = pattern.exec(readText(`src/${file}`)) ?? [];
    const [, cell] = rows.find(([each]) => each === name)!;
    expect(amount(cell!)).toBe(product(value!) * units[unit]);
  });

  it('has the defaults of variables', () => {
    const example = readText('.env.example');
    for (const [name, cell, variable] of rows.filter(([, , each]) => each !== '')) {
      const [, value] = new RegExp(`^#${codesIn(variable!)[0]}=(\\d+)$`, 'm').exec(example)!;
      const unit = codesIn(variable!)[0]!.endsWith('_SECONDS') ? 's' : 'ms';
      expect([name, amount(cell!)]).toEqual([name, Number(value) * units[unit]]);
    }
  });

  it('has the limit behind every constant that is named like one', () => {
    const named = String.raw`(?:most|max|longest|least|fewest|min|default)[A-Z]\w*|\w+(?:Ms|Seconds|Bytes|Bits|Length)`;
    const found = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/^(demo|pages)\//.test(file))
      .flatMap((file) =>
        [...readText(`src/${file}`).matchAll(new RegExp(`^(?:export )?const (${named}) = ${number};`, 'gm'))].map(
          ([, name]) => `${file} ${name}`,
        ),
      );
    const known = [...Object.values(sources).map(([file, constant]) => `${file} ${constant}`), ...notLimits];
    expect(found.length).toBeGreaterThan(30);
    expect(found.filter((each) => !known.includes(each))).toEqual([]);
  });
});

/** Of a cell such as `16 MiB`, in bytes, milliseconds or pieces. */
function amount(cell: string): number {
  const [, digits, unit] = /^([\d,]+)(?: (\w+))?$/.exec(cell)!;
  return Number(digits!.replaceAll(',', '')) * (unit === undefined ? 1 : units[unit as keyof typeof units]);
}

function product(text: string): number {
  return text
    .replaceAll('_', '')
    .split('*')
    .map(Number)
    .reduce((one, other) => one * other);
}
