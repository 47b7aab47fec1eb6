import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subject } from '../database/seed-statements.js';
import { createGateway, gatewayVariants } from './gateway/adapter.js';
import { startCollector } from './gateway/collector.js';
import { createIssuer } from './gateway/issuer.js';
import { createFairLimit, limit } from './limit/adapter.js';
import { mercurius } from './mercurius/adapter.js';
import { postgraphile } from './postgraphile/adapter.js';
import { createStock, stockSubgraph } from './stock/adapter.js';

/** The contestants by name. Extra ones take part only if they are named. */
export const contestantNames = {
  usual: ['limit', 'fair-limit', 'gateway', 'mercurius', 'postgraphile', 'stock', 'stock-subgraph'],
  extra: Object.keys(gatewayVariants),
};

/**
 * @param {{ root: string, baseline?: string, names: readonly string[] }} parts repository with a build; another build
 *   that takes part, too, if the gateway does; the contestants
 */
export async function createContestants({ root, baseline, names }) {
  const folder = mkdtempSync(join(tmpdir(), 'task-run-gateway-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { issuers, sign } = await createIssuer({ folder });
  const shared = { folder, issuers, token: await sign({ subject }) };
  const gateway = createGateway({ root, ...shared });
  const variants = Object.entries(gatewayVariants).filter(([name]) => names.includes(name));
  const collector = variants.length > 0 ? await startCollector() : '';
  return [
    limit,
    gateway,
    ...(baseline === undefined || !names.includes(gateway.name)
      ? []
      : [{ ...createGateway({ root: baseline, ...shared }), name: 'baseline' }]),
    ...variants.map(([name, { title, environment }]) => ({
      ...createGateway({ root, ...shared, environment: environment({ folder, collector }) }),
      name,
      title,
    })),
    createFairLimit(shared),
    mercurius,
    postgraphile,
    createStock(shared),
    stockSubgraph,
  ].filter(({ name }) => name === 'baseline' || names.includes(name));
}
