// On SIGHUP, reopens the audit log and reloads issuers, their keys and trusted documents. Also reloads these when one
// of their files has changed. Faults are logged, and leave everything unchanged. The watcher may notice a change only
// after a signal has already reloaded it, so a reload with the same content logs nothing, unless a signal requested it.

import { unwatchFile, watchFile } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { faultsOfKeyFiles } from '../../access/tokens/key-files.js';
import type { Gateway } from '../../app/gateway.js';
import type { Config, Inspected } from '../../config/config.js';
import type { Log } from '../../telemetry/logger.js';

interface ReloadOptions {
  /** The configuration at startup. */
  readonly config: Config;
  /** Inspects the current values of the variables that can be reloaded. */
  readonly reread: () => Inspected<Config>;
  readonly app: Pick<Gateway, 'replaceIssuers' | 'trustedLists' | 'reopenAuditLog'>;
  readonly log: Log;
  readonly watchIntervalMs?: number;
}

const unchanged = 'reload failed, issuers and trusted documents unchanged';

interface Reload {
  /** Resolves once this reload, and any requested in the meantime, is done. Never rejects. */
  reload(): Promise<void>;
  stop(): void;
}

export function createReload({ config, reread, app, log, ...options }: ReloadOptions): Reload {
  let current = config;
  let documentPaths = app.trustedLists.paths;
  let watched = new Set<string>();
  let pendingReload: Promise<void> | undefined;
  let isReloadRequested = false;
  let isSignalled = false;
  let lastRead: unknown;

  /** Polls the files, because they (or links to them) are usually replaced by renaming rather than written. */
  function watch(paths: readonly string[]): void {
    for (const path of watched) if (!paths.includes(path)) unwatchFile(path, requestReload);
    for (const path of paths) {
      if (watched.has(path)) continue;
      watchFile(path, { interval: options.watchIntervalMs ?? 1000, persistent: false }, requestReload);
    }
    watched = new Set(paths);
  }

  async function reloadOnce(): Promise<void> {
    const wasSignalled = isSignalled;
    isSignalled = false;
    const { config: next, faults: found } = reread();
    const documents = await app.trustedLists.load(next.trustedDocuments);
    const faults = [...found, ...(await faultsOfKeyFiles(next.issuers)), ...documents.faults];
    if (next.demo !== current.demo) faults.push('Changing DEMO requires a restart.');
    const read = [faults, next.issuers, next.trustedDocuments, documents.documents.map(({ id, text }) => [id, text])];
    const isNew = wasSignalled || !isDeepStrictEqual(read, lastRead);
    lastRead = read;
    if (faults.length > 0) {
      for (const fault of isNew ? faults : []) log.error({ fault }, unchanged);
      // Also watches the new files, because a fault may be corrected in them.
      watch([...new Set([...filesOf(current), ...documentPaths, ...filesOf(next), ...documents.paths])]);
      return;
    }
    const change = await app.replaceIssuers(next.issuers);
    app.trustedLists.replace(documents);
    current = next;
    documentPaths = documents.paths;
    watch([...filesOf(current), ...documentPaths]);
    if (!isNew && change.newKeys.length === 0) return;
    if (documentPaths.length > 0) log.info({ documents: documents.documents.length }, 'trusted documents reloaded');
    log.info(Object.fromEntries(Object.entries(change).filter(([, names]) => names.length > 0)), 'issuers reloaded');
  }

  async function reloadUntilDone(): Promise<void> {
    do {
      isReloadRequested = false;
      await reloadOnce().catch((error) => log.error({ err: error }, unchanged));
    } while (isReloadRequested);
    pendingReload = undefined;
  }

  async function reload(): Promise<void> {
    isSignalled = true;
    await Promise.all([app.reopenAuditLog(), requestReload()]);
  }

  function requestReload(): Promise<void> {
    isReloadRequested = true;
    pendingReload ??= reloadUntilDone();
    return pendingReload;
  }

  watch([...filesOf(current), ...documentPaths]);
  return { reload, stop: () => watch([]) };
}

function filesOf({ issuers, issuersFile }: Config): readonly string[] {
  const keyFiles = issuers.flatMap(({ jwks }) => (jwks?.startsWith('file:') ? [fileURLToPath(jwks)] : []));
  return issuersFile === undefined ? keyFiles : [issuersFile, ...keyFiles];
}
