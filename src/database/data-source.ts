import pg from 'pg';
import { type ColumnType, DataSource } from 'typeorm';
import { toConnectionTarget } from '../libpq/connection-target.js';
import { parseConnectionUrl } from '../libpq/connection-url.js';
import { entities } from './entities/index.js';
import { createPoolClass } from './hosts/pool.js';
import { sessionOptions } from './hosts/session-options.js';
import { BriefLocks } from './migrating/brief-locks.js';
import { migrations } from './migrations/index.js';

export interface DataSourceOptions {
  /** A postgres:// URL, complete: nothing is taken from the environment. */
  readonly url: string;
  readonly poolSize: number;
  /** Time limit of connecting, and of one statement. */
  readonly timeoutMs: number;
  /** Whether it writes: of several hosts it takes one that can be written to, unless the URL says which to take. */
  readonly isWriting?: boolean;
  /** A pooler in between may not pass settings such as a time limit to the server; the client's own limit stays. */
  readonly sendsSettings?: boolean;
  /** Whether it changes the schema, beside whoever uses it. */
  readonly migrates?: boolean;
  /** Called for connections that break while idle; without a listener such an error would end the process. */
  readonly onPoolError?: (error: Error) => void;
  /** Called once a minute while the server has no connection left, and statements wait for those that are open. */
  readonly onServerFull?: (error: Error) => void;
}

/** The one TypeORM data source: entities, migrations and the `pg` pool behind it. Does not connect by itself. */
export function createDataSource({
  url,
  poolSize,
  timeoutMs,
  isWriting = false,
  sendsSettings = true,
  migrates = false,
  onPoolError,
  onServerFull,
}: DataSourceOptions): DataSource {
  const values = parseConnectionUrl(url);
  const target = toConnectionTarget(
    isWriting && values.host?.includes(',') ? { target_session_attrs: 'read-write', ...values } : values,
  );
  const session = sessionOptions(target, { timeoutMs, sendsSettings });
  const dataSource = new DataSource({
    type: 'postgres',
    driver: { ...pg, Pool: createPoolClass(target) },
    entities,
    migrations,
    // An index that is made beside reads and writes cannot be made in a transaction.
    migrationsTransactionMode: 'each',
    poolSize,
    connectTimeoutMS: timeoutMs,
    subscribers: migrates ? [BriefLocks] : [],
    // Nothing here needs one, and a gateway should not require the right to install any.
    installExtensions: false,
    // The pool attaches the whole connection to the error: its host, its statements and the key that cancels them.
    ...(onPoolError
      ? { poolErrorHandler: (error: Error) => onPoolError(Object.assign(error, { client: undefined })) }
      : {}),
    extra: { ...session, onServerFull, application_name: `${session.application_name}${migrates ? ' migrate' : ''}` },
  });
  // TypeORM does not know the type, and rejects entities with types that it does not know.
  dataSource.driver.supportedDataTypes.push('xid8' as ColumnType);
  return dataSource;
}
