import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';

/** Runs, groups and the entities of other services are kept by type and `id`; a run's files have none and stay in it. */
export function createApolloClient(url: string, token: string): ApolloClient {
  return new ApolloClient({
    link: new HttpLink({
      uri: url,
      headers: { authorization: `Bearer ${token}` },
    }),
    cache: new InMemoryCache({
      // What a fragment on TaskRunMeasures applies to.
      possibleTypes: {
        TaskRunMeasures: ['TaskRunStats', 'TaskRunStatsBucket', 'TaskRunStatsGroup', 'TaskRunStatsOfPreviousPeriod'],
      },
      typePolicies: { TaskRun: { fields: { files: { merge: false } } } },
    }),
  });
}
