import { readFileSync } from 'node:fs';
import { createEntitiesEntryPoint } from '../entities-entry-point.js';
import { createDialect, runKeys, taskKeys } from '../graphql-dialect.js';
import { createListDialect } from '../list-dialect.js';
import { createRestDialect } from '../rest-dialect.js';
import { createStatisticsEntryPoint } from './statistics-entry-point.js';

/**
 * The gateway itself: its own build, its own configuration, a token that it verifies and a permission that it looks up.
 * @param {{ root: string, folder: string, issuers: string, token: string }} parts a repository with a build; a folder
 *   for the gateway's own files; a value for AUTH_ISSUERS; a bearer token
 */
export function createGateway({ root, folder, issuers, token }) {
  const headers = { authorization: `Bearer ${token}` };
  const list = { headers, keys: taskKeys, isConnection: true };
  return {
    name: 'gateway',
    title: 'this gateway: token verified, permission checked',
    script: new URL(`file://${root}/dist/src/main.js`),
    flags: flagsOfStart(root),
    environment: {
      AUTH_ISSUERS: issuers,
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
    },
    readyPath: '/health/ready',
    token,
    entryPoints: {
      taskRun: createDialect({
        headers,
        keys: runKeys,
      }),
      entities: createEntitiesEntryPoint({ headers }),
      rest: createRestDialect(headers),
      taskRuns: createListDialect(list),
      found: createListDialect({
        ...list,
        keys: { ...taskKeys, word: { argument: 'filter', type: 'String!' } },
        wrapKeys: (text) => text.replace('$word', '{ search: $word }'),
      }),
      ordered: createListDialect({ ...list, order: 'orderBy: CHARGED_CREDITS_DESC' }),
      statistics: createStatisticsEntryPoint(headers),
    },
  };
}

/** Returns the flags for V8 that `npm start` passes to Node.js. */
function flagsOfStart(root) {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  return scripts.start.match(/--max-semi-space-size=\d+/g) ?? [];
}
