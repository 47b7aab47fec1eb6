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
  /** A complete postgres:// URL: nothing is taken from the environment. */
  readonly url: string;
  readonly poolSize: number;
  /** The time limit for connecting, and for a statement. */
  readonly timeoutMs: number;
  /** Whether it writes. Then it connects to a writable one of several hosts, unless the URL sets the kind of host. */
  readonly isWriting?: boolean;
  /** Whether the server gets settings such as a time limit, which a pooler may reject. The client's own limit stays. */
  readonly sendsSettings?: boolean;
  /** Whether it changes the schema, while other processes may use it. */
  readonly migrates?: boolean;
  /** Called for connections that break while idle. Without a listener, such an error would end the process. */
  readonly onPoolError?: (error: Error) => void;
  /** Called once a minute while the server has no connection left, and statements wait for open ones. */
  readonly onServerFull?: (error: Error) => void;
}

/** Creates the TypeORM data source, with entities, migrations and the `pg` pool, without connecting it. */
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
    // No statement needs an extension, and a gateway should not require the right to install one.
    installExtensions: false,
    // The pool attaches the connection to the error, with its host, its statements and the key that cancels them.
    ...(onPoolError
      ? { poolErrorHandler: (error: Error) => onPoolError(Object.assign(error, { client: undefined })) }
      : {}),
    extra: { ...session, onServerFull, application_name: `${session.application_name}${migrates ? ' migrate' : ''}` },
  });
  // TypeORM rejects entities with column types that are not in this list.
  dataSource.driver.supportedDataTypes.push('xid8' as ColumnType);
  return dataSource;
}
