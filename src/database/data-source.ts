import { type ColumnType, DataSource } from 'typeorm';
import { entities } from './entities/index.js';
import { migrations } from './migrations/index.js';

export interface DataSourceOptions {
  /** A postgres:// URL. */
  readonly url: string;
  readonly poolSize: number;
  /** Time limit of connecting, and of one statement. */
  readonly timeoutMs: number;
  /** A pooler in between may not pass settings such as a time limit to the server; the client's own limit stays. */
  readonly sendsSettings?: boolean;
  /** Called for connections that break while idle; without a listener such an error would end the process. */
  readonly onPoolError?: (error: Error) => void;
}

/** The one TypeORM data source: entities, migrations and the `pg` pool behind it. Does not connect by itself. */
export function createDataSource({
  url,
  poolSize,
  timeoutMs,
  sendsSettings = true,
  onPoolError,
}: DataSourceOptions): DataSource {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    entities,
    migrations,
    // An index that is made beside reads and writes cannot be made in a transaction.
    migrationsTransactionMode: 'each',
    poolSize,
    connectTimeoutMS: timeoutMs,
    applicationName: 'task-run-gateway',
    // Nothing here needs one, and a gateway should not require the right to install any.
    installExtensions: false,
    // The pool attaches the whole connection to the error: its host, its statements and the key that cancels them.
    ...(onPoolError
      ? { poolErrorHandler: (error: Error) => onPoolError(Object.assign(error, { client: undefined })) }
      : {}),
    // The client gives up a little after the server should have: a server that hangs is noticed too.
    // Compiling a statistic takes longer than it saves; other statements are too small for it anyway.
    extra: {
      ...(sendsSettings ? { statement_timeout: timeoutMs, options: '-c jit=off' } : {}),
      query_timeout: timeoutMs + 500,
    },
  });
  // TypeORM does not know the type, and rejects entities with types that it does not know.
  dataSource.driver.supportedDataTypes.push('xid8' as ColumnType);
  return dataSource;
}
