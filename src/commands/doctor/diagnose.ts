// Checks for faults that would prevent the gateway from starting, or show only later. Changes nothing: it creates no
// files, writes no rows, and does not open the embedded database.

import type { Config, Inspected } from '../../config/config.js';
import { sentenceOf } from '../../errors/explain.js';
import { describeMissingFiles, readOpenFilesLimit } from '../../http/protection/open-files.js';
import { withTimeout } from '../../time-limit.js';
import { checkDatabase, checkEmbeddedDatabase, checkReplicas } from './database.js';
import { checkAuditLog, checkDataFolder, checkFiles } from './files.js';
import { type AddFinding, type Finding, failed, ok, warning } from './finding.js';
import { checkIssuers } from './issuers.js';
import { checkRedis } from './redis.js';
import { checkTrustedDocuments } from './trusted-documents.js';

/** The limit for all requests of one check. */
const checkTimeoutMs = 30_000;

export interface DiagnoseOptions {
  /** The version of this program. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Maximum number of open files per process; defaults to this process's limit. */
  readonly openFiles?: number;
}

/** The configuration, and results of checks that later checks use. */
interface Context {
  readonly config: Config;
  readonly now: () => number;
  readonly openFiles: number;
  /** The key of a file in the database; `null` if none is known. */
  storageKey: string | null;
}

interface Check {
  readonly name: string;
  /** Prefixes of variable names. The check does not run while one of these variables is invalid. */
  readonly variables: readonly string[];
  run(context: Context, add: AddFinding): Promise<void>;
}

const jsonNames = { response: 'response', runData: 'run data' } as const;

/** The checks in the order of the report. They run at the same time, except for the check of files. */
const checks: readonly Check[] = [
  { name: 'data folder', variables: [], run: ({ config }, add) => checkDataFolder(config.dataDir, add) },
  {
    name: 'open files',
    variables: ['MAX_CONNECTIONS', 'MAX_SUBSCRIPTIONS'],
    async run({ config, openFiles }, add) {
      const missing = describeMissingFiles(config.limits, openFiles);
      if (missing === null) return;
      add(
        warning(
          'open files',
          missing,
          'Raise the limit for the gateway (LimitNOFILE in systemd), or lower these variables.',
        ),
      );
    },
  },
  {
    name: 'database',
    variables: ['DATABASE_', 'PG'],
    async run(context, add) {
      const { config, now } = context;
      const { url, replicaUrls, timeoutMs } = config.database;
      if (url === undefined) return checkEmbeddedDatabase(config.dataDir, add);
      context.storageKey = await checkDatabase({ ...config.database, url, now }, add);
      await checkReplicas({ primaryUrl: url, urls: replicaUrls, timeoutMs }, add);
    },
  },
  { name: 'issuers', variables: ['AUTH_ISSUERS'], run: ({ config }, add) => checkIssuers(config, add) },
  {
    name: 'files',
    variables: ['FILES_', 'AWS_'],
    run: ({ config, storageKey }, add) => checkFiles(config, { storageKey }, add),
  },
  {
    name: 'models',
    variables: ['MODEL_POINTER'],
    async run({ config: { modelPointer } }, add) {
      if (modelPointer === undefined) return;
      const { source, pointer } = modelPointer;
      add(
        ok(
          'models',
          `Everyone who sees the usage of a run, including analysts, sees the value at ${pointer} of its ${jsonNames[source]}.`,
        ),
      );
    },
  },
  { name: 'redis', variables: ['REDIS_URL'], run: ({ config }, add) => checkRedis(config.rateLimit, add) },
  { name: 'audit log', variables: ['AUDIT_LOG'], run: ({ config }, add) => checkAuditLog(config, add) },
  {
    name: 'trusted documents',
    variables: ['TRUSTED_DOCUMENTS'],
    run: ({ config }, add) => checkTrustedDocuments(config, add),
  },
];

export async function diagnose(
  { config, faults, warnings, invalid }: Inspected<Config>,
  { version, now, openFiles = readOpenFilesLimit() }: DiagnoseOptions,
): Promise<readonly Finding[]> {
  const context: Context = { config, now, openFiles, storageKey: null };
  const findings = new Map<Check, readonly Finding[]>();
  const runAll = (selected: readonly Check[]) =>
    Promise.all(selected.map(async (check) => findings.set(check, await runInTime(check, context))));
  const isValid = ({ variables }: Check) =>
    ![...invalid].some((variable) => variables.some((beginning) => variable.startsWith(beginning)));
  const valid = checks.filter(isValid);
  // The database provides a file to look for.
  await runAll(valid.filter(({ name }) => name !== 'files'));
  await runAll(valid.filter(({ name }) => name === 'files'));
  return [
    ok('program', `task-run-gateway ${version} on Node.js ${process.versions.node}.`),
    ...configurationFindings(faults, warnings),
    ...valid.flatMap((check) => findings.get(check)!),
  ];
}

function configurationFindings(faults: readonly string[], warnings: readonly string[]): readonly Finding[] {
  if (faults.length === 0 && warnings.length === 0) return [ok('configuration', 'All variables are valid.')];
  return [
    ...faults.map((fault) =>
      failed('configuration', fault, 'Correct it (docs/configuration.md). Checks that depend on it were skipped.'),
    ),
    ...warnings.map((text) => warning('configuration', text, 'Correct or remove it (docs/configuration.md).')),
  ];
}

/** Returns the findings up to the time limit. */
async function runInTime({ name, run }: Check, context: Context): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  try {
    await withTimeout(checkTimeoutMs, () => run(context, (finding) => findings.push(finding)));
  } catch (error) {
    findings.push(
      failed(name, `The check did not finish: ${sentenceOf(error)}`, 'Check that the service it reads responds.'),
    );
  }
  return [...findings];
}
