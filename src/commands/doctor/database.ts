import type { DataSource } from 'typeorm';
import { connect } from '../../database/connect.js';
import { ConnectError } from '../../database/connection/connect-error.js';
import { isTimedOut, isUnavailable } from '../../database/connection/unavailable.js';
import { sentenceOf } from '../../errors/explain.js';
import { toConnectionTarget } from '../../libpq/connection-target.js';
import { parseConnectionUrl } from '../../libpq/connection-url.js';
import { type AddFinding, type Finding, failed, requestTimeoutMs } from './finding.js';
import { checkClock, checkPooler, checkRecovery, checkVersion } from './server-checks.js';
import { checkEpoch, checkPrivileges, checkSchema, checkSearch, findStorageKey } from './table-checks.js';

export interface DatabaseCheckOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** Checks the database. Returns the storage key of a file in it; null: there is none, or the database failed. */
export async function checkDatabase(
  { url, timeoutMs, now }: DatabaseCheckOptions,
  add: AddFinding,
): Promise<string | null> {
  let acceptsStartupSettings = true;
  let dataSource: DataSource;
  let target = '';
  try {
    target = targetOf(url);
    const options = { url, poolSize: 1, timeoutMs: Math.min(timeoutMs, requestTimeoutMs), onPoolError: () => {} };
    dataSource = await connect(options, () => {
      acceptsStartupSettings = false;
    });
  } catch (error) {
    const { reason, remedy } = error instanceof ConnectError ? error : new ConnectError(error);
    add(failed('database', `No connection${target}: ${reason}`, remedy));
    return null;
  }
  try {
    const connectionChecks = [
      ['database', () => checkVersion(dataSource, target)],
      ['pooler', () => checkPooler(dataSource, acceptsStartupSettings)],
      ['recovery', () => checkRecovery(dataSource)],
      ['clock', () => checkClock(dataSource, now)],
    ] as const;
    const tableChecks = [
      ['privileges', () => checkPrivileges(dataSource)],
      ['schema', () => checkSchema(dataSource)],
    ] as const;
    if (!(await runAll(connectionChecks, add)) || !(await runAll(tableChecks, add))) return null;
    const dataChecks = [
      ['epoch', () => checkEpoch(dataSource)],
      ['search', () => checkSearch(dataSource)],
    ] as const;
    await runAll(dataChecks, add);
    return await findStorageKey(dataSource).catch(() => null);
  } finally {
    await dataSource.destroy();
  }
}

/** Runs checks one after the other, until the server stops responding. Returns whether all succeeded. */
async function runAll(
  checks: readonly (readonly [string, () => Promise<Finding>])[],
  add: AddFinding,
): Promise<boolean> {
  let hasFailed = false;
  for (const [name, runCheck] of checks) {
    try {
      const finding = await runCheck();
      hasFailed ||= finding.outcome === 'failed';
      add(finding);
    } catch (error) {
      hasFailed = true;
      add(failed(name, sentenceOf(error), 'See the log of the server.'));
      if (isUnavailable(error) || isTimedOut(error)) break;
    }
  }
  return !hasFailed;
}

/** Describes the host and the user, without the other parts of the URL, which may be secret. */
function targetOf(url: string): string {
  const { user, hosts, database } = toConnectionTarget(parseConnectionUrl(url));
  const addresses = hosts.map(({ host, port }) => `${host}:${port}`);
  return ` to ${database} on ${addresses.join(' or ')} as ${user}`;
}
