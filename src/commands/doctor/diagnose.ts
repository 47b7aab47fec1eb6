// What the gateway would find at its start, and what it would stumble over later. Nothing is changed: no file is made, no
// row written, and the embedded database is not opened.

import type { Config, Inspected } from '../../config.js';
import { sentenceOf } from '../../errors/explain.js';
import { withinTime } from '../../files/s3/time-limit.js';
import { examineDataFolder } from './data-folder.js';
import { examineDatabase } from './database.js';
import { examineEmbeddedDatabase } from './embedded-database.js';
import { examineFiles } from './files.js';
import { type AddFinding, type Finding, failed, ok } from './finding.js';
import { examineIssuers } from './issuers.js';
import { examineRedis } from './redis.js';
import { examineReplicas } from './replicas.js';
import { partTimeoutMs } from './time-limits.js';
import { examineTrustedDocuments } from './trusted-documents.js';

export interface DiagnoseOptions {
  /** Of this program. */
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
    bounded('data folder', (add) => examineDataFolder(config.dataDir, add)),
    isValid('DATABASE_', 'PG')
      ? bounded('database', async (add) => {
          if (url === undefined) await examineEmbeddedDatabase(config.dataDir, add);
          else {
            storageKey = await examineDatabase({ ...config.database, url, now }, add);
            await examineReplicas({ primaryUrl: url, urls: replicaUrls, timeoutMs }, add);
          }
        })
      : [],
    isValid('AUTH_ISSUERS') ? bounded('issuers', (add) => examineIssuers(config, add)) : [],
    isValid('REDIS_URL') ? bounded('redis', (add) => examineRedis(config.rateLimit, add)) : [],
    isValid('TRUSTED_DOCUMENTS', 'MAX_DOCUMENT_TOKENS')
      ? bounded('trusted documents', (add) => examineTrustedDocuments(config, add))
      : [],
  ]);
  const files = isValid('FILES_', 'AWS_')
    ? await bounded('files', (add) => examineFiles(config, { storageKey }, add))
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

/** What was found until the time was over. */
async function bounded(part: string, examine: (add: AddFinding) => Promise<void>): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  try {
    await withinTime(partTimeoutMs, () => examine((finding) => findings.push(finding)));
  } catch (error) {
    findings.push(failed(part, `Not checked to the end: ${sentenceOf(error)}`, 'See that what it reads responds.'));
  }
  return [...findings];
}
