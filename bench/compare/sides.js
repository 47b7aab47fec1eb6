// Both builds as running gateways with the same database, file store and token issuer.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGateway } from '../contestants/gateway/adapter.js';
import { startContestant } from '../contestants/process.js';
import { createAuditReader } from './audit.js';
import { createClient } from './client.js';
import { createLogs } from './logs.js';
import { createStatementCounts } from './statements.js';
import { contentOf } from './world.js';

const trustedDocumentsFile = 'trusted-documents.json';
/** The client of all tokens that do not specify another one. */
const tracedClient = 'bench';

/** Shared by both builds, so that their links are equal. */
const publicUrl = 'https://gateway.example';

/**
 * Starts a build's gateway.
 * @param {{ name: string, layout: string, root: string, folder: string, issuers: string, databaseUrl: string,
 *   callbackHost: string }} parts folder: with the files of runs and the trusted documents, and for the gateway's own
 */
export async function startSide({ name, layout, root, folder, issuers, databaseUrl, callbackHost }) {
  const gateway = createGateway({ root, folder: join(folder, `data-${layout}-${name}`), issuers });
  const auditLog = join(folder, `audit-${layout}-${name}.log`);
  const environment = {
    ...gateway.environment,
    FILES_URL: pathToFileURL(join(folder, 'files')).href,
    FILES_SIGNING_KEY: 'the key that both builds sign links with',
    PUBLIC_URL: publicUrl,
    CORS_ORIGINS: 'https://app.example',
    MCP: 'on',
    TRACE_CLIENTS: tracedClient,
    TRUSTED_DOCUMENTS: join(folder, trustedDocumentsFile),
    SUBSCRIPTION_CALLBACK_HOSTS: callbackHost,
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
    AUDIT_LOG: auditLog,
  };
  const logs = createLogs();
  const { port, stop } = await startContestant({ ...gateway, name, environment, onOutput: logs.read }, databaseUrl);
  const client = createClient(port);
  const end = async () => {
    client.close();
    await stop();
  };
  const countStatements = createStatementCounts(client);
  return {
    ...{ name, layout, root, port, countStatements },
    send: client.send,
    takeLines: logs.take,
    takeAuditLines: createAuditReader(auditLog),
    // A gateway creates the file when it starts.
    hasAuditLog: existsSync(auditLog),
    stop: end,
  };
}

/** Writes the list of trusted documents, which both builds read. */
export function storeTrustedDocuments(folder, documents) {
  const operations = documents.map(({ id, name, body }) => ({ id, name, type: 'query', body }));
  const list = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  writeFileSync(join(folder, trustedDocumentsFile), JSON.stringify(list));
}

/** Writes the bytes of the files that runs have. */
export function storeFiles(folder, { files }) {
  for (const { name, storage_key: key } of files) {
    const content = contentOf(name);
    if (content === undefined) continue;
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), content);
  }
}
