import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subject } from '../database/seed-statements.js';
import { createGateway } from './gateway/adapter.js';
import { createIssuer } from './gateway/issuer.js';
import { createFairLimit, limit } from './limit/adapter.js';
import { mercurius } from './mercurius/adapter.js';
import { postgraphile } from './postgraphile/adapter.js';
import { createStock, stockSubgraph } from './stock/adapter.js';

export const contestantNames = [
  'limit',
  'fair-limit',
  'gateway',
  'mercurius',
  'postgraphile',
  'stock',
  'stock-subgraph',
];

/**
 * @param {{ root: string, baseline?: string, names: readonly string[] }} parts repository with a build; another build
 *   that takes part, too; the contestants
 */
export async function createContestants({ root, baseline, names }) {
  const folder = mkdtempSync(join(tmpdir(), 'task-run-gateway-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { issuers, sign } = await createIssuer({ folder });
  const shared = { folder, issuers, token: await sign({ subject }) };
  const gateway = createGateway({ root, ...shared });
  const others = [createFairLimit(shared), mercurius, postgraphile, createStock(shared), stockSubgraph].filter(
    ({ name }) => names.includes(name),
  );
  const builds =
    baseline === undefined
      ? [gateway]
      : [gateway, { ...createGateway({ root: baseline, ...shared }), name: 'baseline' }];
  return [...(names.includes('limit') ? [limit] : []), ...(names.includes('gateway') ? builds : []), ...others];
}
