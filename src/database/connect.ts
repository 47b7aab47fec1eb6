import type { DataSource } from 'typeorm';
import { ConnectError } from './connection/connect-error.js';
import { createDataSource, type DataSourceOptions } from './data-source.js';

/**
 * Returns a connected data source. If a pooler rejects connection settings, such as a time limit, connects without
 * them.
 * @param onRejected called if a pooler rejected the settings
 * @throws ConnectError
 */
export async function connect(options: DataSourceOptions, onRejected: () => void = () => {}): Promise<DataSource> {
  try {
    return await createDataSource(options).initialize();
  } catch (error) {
    if (!isRejectedStartupParameter(error)) throw new ConnectError(error);
  }
  onRejected();
  try {
    return await createDataSource({ ...options, sendsSettings: false }).initialize();
  } catch (error) {
    throw new ConnectError(error);
  }
}

/**
 * PgBouncer's error for a startup parameter that it neither supports nor is configured to ignore (SQLSTATE
 * protocol_violation).
 */
function isRejectedStartupParameter(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  return code === '08P01' && /startup parameter/.test(message ?? '');
}
