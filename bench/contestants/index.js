import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subject } from '../database/seed-statements.js';
import { createGateway } from './gateway/adapter.js';
import { createIssuer } from './gateway/issuer.js';
import { limit } from './limit/adapter.js';
import { mercurius } from './mercurius/adapter.js';
import { postgraphile } from './postgraphile/adapter.js';
import { stock, stockSubgraph } from './stock/adapter.js';

export const contestantNames = ['limit', 'gateway', 'mercurius', 'postgraphile', 'stock', 'stock-subgraph'];

/** @param {{ root: string, names: readonly string[] }} parts repository with a build; who is to take part */
export async function createContestants({ root, names }) {
  const folder = mkdtempSync(join(tmpdir(), 'task-run-gateway-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const gateway = createGateway({ root, folder, ...(await createIssuer({ subject, folder })) });
  return [limit, gateway, mercurius, postgraphile, stock, stockSubgraph].filter(({ name }) => names.includes(name));
}
