import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';

const withoutId = [
  ...['TaskRunFile', 'Viewer', 'TaskRunConnection', 'PageInfo', 'TimingStats', 'TaskRunStats', 'TaskRunStatsBucket'],
  ...['TaskRunStatsGroup', 'TaskRunStatsOfPreviousPeriod'],
];

/** Graphcache keys objects by type and `id`, and has to be told which have none. */
export function createUrqlClient(url: string, token: string): Client {
  return new Client({
    url,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange({ keys: Object.fromEntries(withoutId.map((type) => [type, () => null])) }),
      fetchExchange,
    ],
  });
}
