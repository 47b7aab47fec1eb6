// Checks of the data folder, the store of files, and the audit log.

import { access, constants, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { faultOfMode } from '../../audit/audit-log.js';
import type { Config } from '../../config/config.js';
import type { FilesLocation } from '../../config/values.js';
import { sentenceOf } from '../../errors/explain.js';
import { openStorage } from '../../files/open-storage.js';
import { type AddFinding, type Finding, failed, ok, warning } from './finding.js';

/** A key that no file has, for checking that the store responds. */
const probeKey = 'task-run-gateway-doctor';

/** Checks that, at startup, the gateway can create the folder and the keys in it that are not configured. */
export async function checkDataFolder(dataDir: string, add: AddFinding): Promise<void> {
  const existing = await nearestExisting(dataDir);
  const status = await stat(existing);
  const remedy = `Give the user of the gateway write access, or set DATA_DIR to another folder.`;
  if (!status.isDirectory()) return add(failed('data folder', `${existing} is not a folder.`, remedy));
  const isWritable = await hasAccess(existing, constants.W_OK | constants.X_OK);
  if (!isWritable) return add(failed('data folder', `${existing} is not writable.`, remedy));
  add(
    ok(
      'data folder',
      existing === dataDir ? `${dataDir} is writable.` : `${dataDir} will be created at the first start.`,
    ),
  );
}

async function nearestExisting(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    return nearestExisting(dirname(path));
  }
}

interface FilesOptions {
  /** The key of a file in the database; `null` if none is known. */
  readonly storageKey: string | null;
}

export async function checkFiles(config: Config, { storageKey }: FilesOptions, add: AddFinding): Promise<void> {
  const { location } = config.files;
  const locationText = location.kind === 'directory' ? location.path : `s3://${location.bucket}/${location.prefix}`;
  const directoryFinding = location.kind === 'directory' ? await checkDirectory(location, config) : null;
  if (directoryFinding !== null) return add(directoryFinding);
  try {
    const storage = await openStorage(config.files);
    const file = await storage.open(storageKey ?? probeKey);
    if (file !== null) {
      (await file.read()).destroy();
      add(ok('files', `A file that the database refers to was read from ${locationText}.`));
    } else if (storageKey === null) add(ok('files', `${locationText} can be reached.`));
    else {
      add(
        warning(
          'files',
          `${locationText} can be reached, but a file that the database refers to is missing.`,
          'Check FILES_URL, and check that the files were copied together with the database.',
        ),
      );
    }
  } catch (error) {
    add(failed('files', `${locationText}: ${reasonOf(error)}`, remedyFor(location)));
  }
}

/** Returns a finding about the folder itself, or `null` if its files still have to be checked. */
async function checkDirectory({ path }: { readonly path: string }, config: Config): Promise<Finding | null> {
  const isDefault = path === join(config.dataDir, 'files');
  const status = await stat(path).catch(() => null);
  if (status === null && isDefault) {
    if (config.database.url === undefined) return ok('files', `${path} will be created at the first start.`);
    return warning(
      'files',
      `The folder ${path} does not exist, so files cannot be downloaded.`,
      'If runs have files, set FILES_URL to the location of the files.',
    );
  }
  const remedy = 'Set FILES_URL to the folder with the files, and make it readable for the user of the gateway.';
  if (!status?.isDirectory()) return failed('files', `${path} is not a folder.`, remedy);
  const isReadable = await hasAccess(path, constants.R_OK | constants.X_OK);
  return isReadable ? null : failed('files', `${path} cannot be read.`, remedy);
}

/** Returns the store's message, or the status of a response without a body. */
function reasonOf(error: unknown): string {
  const cause = (error as Error).cause ?? error;
  const { httpStatusCode } = (cause as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {};
  return httpStatusCode === undefined ? sentenceOf(cause) : `the store returned status ${httpStatusCode}.`;
}

function remedyFor({ kind }: FilesLocation): string {
  if (kind === 'directory') return 'Give the user of the gateway read access to the files in it.';
  return 'Check FILES_URL, AWS_REGION and AWS_ENDPOINT_URL_S3; the credentials need s3:GetObject on the files and s3:ListBucket.';
}

/**
 * Checks who may read the audit log. Adds no finding if there is no audit log, or if it is written to standard output.
 */
export async function checkAuditLog({ auditLog }: Pick<Config, 'auditLog'>, add: AddFinding): Promise<void> {
  if (auditLog === undefined || auditLog === 'stdout') return;
  const status = await stat(auditLog).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (status === null)
    return add(ok('audit log', `${auditLog} will be created at the first start, readable only by its user.`));
  const fault = faultOfMode(auditLog, status);
  if (fault !== null) return add(warning('audit log', fault.message, `${fault.remedy}.`));
  add(ok('audit log', `Only the owner and the group of ${auditLog} may read it.`));
}

function hasAccess(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
