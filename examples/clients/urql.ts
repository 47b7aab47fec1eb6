import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';

const withoutId = [
  ...[
    'BoundedCount',
    'ErrorCode',
    'ListScan',
    'MeasureChange',
    'PageInfo',
    'RateLimit',
    'TaskRunChange',
    'TaskRunChanges',
  ],
  ...['TaskRunConnection', 'TaskRunContext', 'TaskRunContextTotals', 'TaskRunDeletion', 'TaskRunEdge', 'TaskRunFile'],
  ...[
    'TaskRunMeasureChanges',
    'TaskRunStats',
    'TaskRunStatsBucket',
    'TaskRunStatsGroup',
    'TaskRunStatsOfPreviousPeriod',
  ],
  ...['TimingStats', 'Viewer', 'ViewerOrganization', 'ViewerProject', 'ViewerTask', 'ViewerTaskConnection'],
  ...['ViewerTaskEdge'],
];

/** Graphcache keeps objects by type and `id`. Those of types without an `id` belong to what has them. */
export const keys = Object.fromEntries(withoutId.map((type) => [type, () => null]));

export function createUrqlClient(url: string, token: string): Client {
  return new Client({
    url,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [cacheExchange({ keys }), fetchExchange],
  });
}
