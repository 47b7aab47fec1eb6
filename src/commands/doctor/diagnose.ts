// Checks for faults that would prevent a start of the gateway, or show only later. Changes nothing: makes no file,
// writes no row, and does not open the embedded database.

import type { Config, Inspected } from '../../config/config.js';
import { sentenceOf } from '../../errors/explain.js';
import { withTimeout } from '../../time-limit.js';
import { checkDataFolder } from './data-folder.js';
import { checkDatabase } from './database.js';
import { checkEmbeddedDatabase } from './embedded-database.js';
import { checkFiles } from './files.js';
import { type AddFinding, type Finding, failed, ok } from './finding.js';
import { checkIssuers } from './issuers.js';
import { checkRedis } from './redis.js';
import { checkReplicas } from './replicas.js';
import { checkTrustedDocuments } from './trusted-documents.js';

/** The limit for all requests of one part. */
const partTimeoutMs = 30_000;

export interface DiagnoseOptions {
  /** The version of this program. */
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export async function diagnose(
  { config, faults, invalid }: Inspected<Config>,
  { version, now }: DiagnoseOptions,
): Promise<readonly Finding[]> {
  const isValid = (...names: readonly string[]) =>
    ![...invalid].some((variable) => names.some((name) => variable.startsWith(name)));
  const { url, replicaUrls, timeoutMs } = config.database;
  let storageKey: string | null = null;

  const [dataFolder, database, issuers, redis, trustedDocuments] = await Promise.all([
    withTimeLimit('data folder', (add) => checkDataFolder(config.dataDir, add)),
    isValid('DATABASE_', 'PG')
      ? withTimeLimit('database', async (add) => {
          if (url === undefined) await checkEmbeddedDatabase(config.dataDir, add);
          else {
            storageKey = await checkDatabase({ ...config.database, url, now }, add);
            await checkReplicas({ primaryUrl: url, urls: replicaUrls, timeoutMs }, add);
          }
        })
      : [],
    isValid('AUTH_ISSUERS') ? withTimeLimit('issuers', (add) => checkIssuers(config, add)) : [],
    isValid('REDIS_URL') ? withTimeLimit('redis', (add) => checkRedis(config.rateLimit, add)) : [],
    isValid('TRUSTED_DOCUMENTS', 'MAX_DOCUMENT_TOKENS')
      ? withTimeLimit('trusted documents', (add) => checkTrustedDocuments(config, add))
      : [],
  ]);
  const files = isValid('FILES_', 'AWS_')
    ? await withTimeLimit('files', (add) => checkFiles(config, { storageKey }, add))
    : [];
  return [
    ok('program', `task-run-gateway ${version} on Node.js ${process.versions.node}.`),
    ...configurationFindings(faults),
    ...dataFolder,
    ...database,
    ...issuers,
    ...files,
    ...redis,
    ...trustedDocuments,
  ];
}

function configurationFindings(faults: readonly string[]): readonly Finding[] {
  if (faults.length === 0) return [ok('configuration', 'Every variable is valid.')];
  return faults.map((fault) =>
    failed('configuration', fault, 'Correct it (docs/configuration.md); what depends on it was not checked.'),
  );
}

/** Returns the findings up to the time limit. */
async function withTimeLimit(part: string, runChecks: (add: AddFinding) => Promise<void>): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  try {
    await withTimeout(partTimeoutMs, () => runChecks((finding) => findings.push(finding)));
  } catch (error) {
    findings.push(failed(part, `Not checked to the end: ${sentenceOf(error)}`, 'See that what it reads responds.'));
  }
  return [...findings];
}
