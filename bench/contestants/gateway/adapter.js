import { readFileSync } from 'node:fs';
import { createEntitiesEntryPoint } from '../entities-entry-point.js';
import { createDialect, runKeys, taskKeys } from '../graphql-dialect.js';
import { createListDialect } from '../list-dialect.js';
import { createRestDialect } from '../rest-dialect.js';
import { createStatisticsEntryPoint } from './statistics-entry-point.js';

/**
 * The gateway with other settings, to measure what a feature costs a request while it is on.
 * @type {Record<string, { title: string, environment: (parts: { folder: string, collector: string }) => object }>}
 */
export const gatewayVariants = {
  'gateway-warn': { title: 'the gateway without log lines of requests', environment: () => ({ LOG_LEVEL: 'warn' }) },
  'gateway-audit': {
    title: 'the gateway with an audit log',
    environment: ({ folder }) => ({ AUDIT_LOG: `${folder}/audit.log` }),
  },
  'gateway-sampled': {
    title: 'the gateway with traces of 1% of the requests',
    environment: ({ collector }) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.01',
    }),
  },
  'gateway-traced': {
    title: 'the gateway with traces of all requests',
    environment: ({ collector }) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector }),
  },
};

/**
 * The gateway itself: its own build, its own configuration, a token that it verifies and a permission that it looks up.
 * @param {{ root: string, folder: string, issuers: string, token: string, environment?: object }} parts a repository
 *   with a build; a folder for the gateway's own files; a value for AUTH_ISSUERS; a bearer token; further settings
 */
export function createGateway({ root, folder, issuers, token, environment = {} }) {
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
      LOG_LEVEL: 'info',
      ...environment,
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
