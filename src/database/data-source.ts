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
  /** A complete postgres:// URL. The environment adds nothing to it. */
  readonly url: string;
  readonly poolSize: number;
  /** The time limit for connecting and for each statement. */
  readonly timeoutMs: number;
  /**
   * Whether the data source writes. If so, it connects to a writable host, unless the URL specifies the kind of host.
   */
  readonly isWriting?: boolean;
  /**
   * Whether to send the server settings such as a time limit, which a pooler may reject. The client's own limit applies
   * in any case.
   */
  readonly sendsSettings?: boolean;
  /** Whether the data source changes the schema while other processes may use it. */
  readonly migrates?: boolean;
  /** Called when an idle connection breaks. Without a listener, such an error would end the process. */
  readonly onPoolError?: (error: Error) => void;
  /** Called once a minute while the server has no free connections and statements wait for open ones. */
  readonly onServerFull?: (error: Error) => void;
}

/** Creates the TypeORM data source with its entities, migrations and `pg` pool, but does not connect it. */
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
    // CREATE INDEX CONCURRENTLY cannot run in a transaction with other migrations.
    migrationsTransactionMode: 'each',
    poolSize,
    connectTimeoutMS: timeoutMs,
    subscribers: migrates ? [BriefLocks] : [],
    // No statement needs an extension, and the gateway should not require the right to install one.
    installExtensions: false,
    // The pool attaches the connection to the error, including its host, its statements and the key that cancels them.
    ...(onPoolError
      ? { poolErrorHandler: (error: Error) => onPoolError(Object.assign(error, { client: undefined })) }
      : {}),
    extra: { ...session, onServerFull, application_name: `${session.application_name}${migrates ? ' migrate' : ''}` },
  });
  // TypeORM rejects entities whose column types are not in this list.
  dataSource.driver.supportedDataTypes.push('xid8' as ColumnType);
  return dataSource;
}
