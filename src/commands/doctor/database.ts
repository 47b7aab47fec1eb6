import type { DataSource } from 'typeorm';
import { connect } from '../../database/connect.js';
import { ConnectError } from '../../database/connection/connect-error.js';
import { isTimedOut, isUnavailable } from '../../database/connection/unavailable.js';
import { sentenceOf } from '../../errors/explain.js';
import { toConnectionTarget } from '../../libpq/connection-target.js';
import { parseConnectionUrl } from '../../libpq/connection-url.js';
import { type AddFinding, type Finding, failed } from './finding.js';
import { examineClock, examinePooler, examineRecovery, examineVersion } from './server-checks.js';
import { examineEpoch, examinePrivileges, examineSchema, examineSearch, findStorageKey } from './table-checks.js';
import { requestTimeoutMs } from './time-limits.js';

export interface DatabaseUnderTest {
  readonly url: string;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** Returns the key of a stored file that the database names; null: it names none, or cannot be asked. */
export async function examineDatabase(
  { url, timeoutMs, now }: DatabaseUnderTest,
  add: AddFinding,
): Promise<string | null> {
  let passesSettings = true;
  let dataSource: DataSource;
  let target = '';
  try {
    target = targetOf(url);
    const options = { url, poolSize: 1, timeoutMs: Math.min(timeoutMs, requestTimeoutMs), onPoolError: () => {} };
    dataSource = await connect(options, () => {
      passesSettings = false;
    });
  } catch (error) {
    const { reason, remedy } = error instanceof ConnectError ? error : new ConnectError(error);
    add(failed('database', `No connection${target}: ${reason}`, remedy));
    return null;
  }
  try {
    const about = [
      ['database', () => examineVersion(dataSource, target)],
      ['pooler', () => examinePooler(dataSource, passesSettings)],
      ['recovery', () => examineRecovery(dataSource)],
      ['clock', () => examineClock(dataSource, now)],
    ] as const;
    const ofTables = [
      ['privileges', () => examinePrivileges(dataSource)],
      ['schema', () => examineSchema(dataSource)],
    ] as const;
    if (!(await runAll(about, add)) || !(await runAll(ofTables, add))) return null;
    const ofData = [
      ['epoch', () => examineEpoch(dataSource)],
      ['search', () => examineSearch(dataSource)],
    ] as const;
    await runAll(ofData, add);
    return await findStorageKey(dataSource).catch(() => null);
  } finally {
    await dataSource.destroy();
  }
}

/** One after the other, until the server does not respond any more. Returns whether nothing failed. */
async function runAll(
  checks: readonly (readonly [string, () => Promise<Finding>])[],
  add: AddFinding,
): Promise<boolean> {
  let hasFailed = false;
  for (const [name, examine] of checks) {
    try {
      const finding = await examine();
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

/** Where to and as whom, without what a URL holds besides. */
function targetOf(url: string): string {
  const { user, hosts, database } = toConnectionTarget(parseConnectionUrl(url));
  const places = hosts.map(({ host, port }) => `${host}:${port}`);
  return ` to ${database} on ${places.join(' or ')} as ${user}`;
}
