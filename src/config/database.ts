// The URLs of the database, completed with libpq's variables. Drivers never read these variables themselves.

import { toConnectionTarget } from '../libpq/connection-target.js';
import { completeConnectionUrl, parseConnectionUrl } from '../libpq/connection-url.js';
import {
  type ParameterName,
  type Parameters,
  parameterNames,
  unsupportedParameters,
  variableOf,
} from '../libpq/parameters.js';
import type { Reader } from './reader.js';
import { type VariableName, variableNames } from './variables.js';

/** Any of these specifies a database if there is no DATABASE_URL. */
const databaseVariables = ['PGHOST', 'PGPORT', 'PGDATABASE'] as const;

export const libpqVariables = variableNames.filter((name) => name.startsWith('PG'));

export function isDatabaseConfigured({ isSet }: Reader): boolean {
  return isSet('DATABASE_URL') || databaseVariables.some(isSet);
}

export function readDatabase(reader: Reader) {
  const { read, isSet, isFlag, reject, rejectUnsupported } = reader;
  for (const name of databaseVariables) {
    if (isFlag(name) && isSet('DATABASE_URL')) reject(name, 'has no effect: DATABASE_URL names the database.');
  }
  for (const { variable, fault } of Object.values(unsupportedParameters))
    rejectUnsupported(variable, fault, 'DATABASE_URL');
  return {
    ...readUrls(reader),
    maxReplicaLagMs: read('MAX_REPLICA_LAG_MS'),
    poolSize: read('DATABASE_POOL_SIZE'),
    timeoutMs: read('DATABASE_TIMEOUT_MS'),
    cancels: read('DATABASE_CANCEL'),
  };
}

interface DatabaseUrls {
  /** The URL; `undefined` for the embedded database. */
  readonly url: string | undefined;
  readonly replicaUrls: readonly string[];
}

function readUrls(reader: Reader): DatabaseUrls {
  const { read, isSet, reject } = reader;
  const values = readLibpqVariables(reader);
  const urls = read('DATABASE_REPLICA_URLS');
  if (!isDatabaseConfigured(reader)) {
    if (urls.length > 0) reject('DATABASE_REPLICA_URLS', 'is set, but DATABASE_URL is not.');
    return { url: undefined, replicaUrls: [] };
  }
  const attempt = (name: VariableName, complete: () => string) => {
    try {
      return complete();
    } catch (fault) {
      reject(name, (fault as Error).message);
      return undefined;
    }
  };
  const url = attempt(isSet('DATABASE_URL') ? 'DATABASE_URL' : 'PGHOST', () => {
    const complete = completeConnectionUrl(read('DATABASE_URL') ?? 'postgres://', values);
    if (urls.length > 0) assertPrimary(complete);
    return complete;
  });
  // The replica's own URL specifies the server.
  const { host: _host, port: _port, target_session_attrs: _role, ...replicaParameters } = values;
  const replicaUrls = urls.map((replicaUrl) =>
    attempt('DATABASE_REPLICA_URLS', () => completeConnectionUrl(replicaUrl, replicaParameters)),
  );
  return { url, replicaUrls: replicaUrls.filter((replicaUrl) => replicaUrl !== undefined) };
}

function readLibpqVariables({ read }: Reader): Parameters {
  const values: Partial<Record<ParameterName, string>> = {};
  for (const name of parameterNames) {
    const variable = libpqVariables.find((variableName) => variableName === variableOf(name));
    const value = variable && read(variable);
    if (typeof value === 'string') values[name] = value;
  }
  return values;
}

/** The server that the replicas follow must be unambiguous. */
function assertPrimary(url: string): void {
  const { hosts, sessionAttributes } = toConnectionTarget(parseConnectionUrl(url));
  if (hosts.length === 1 || sessionAttributes === 'read-write' || sessionAttributes === 'primary') return;
  const remedy = 'with DATABASE_REPLICA_URLS, it requires target_session_attrs=read-write.';
  throw new Error(`names several hosts: ${remedy}`);
}
