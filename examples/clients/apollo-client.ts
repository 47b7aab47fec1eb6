import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/** Objects are kept by type and `id`. Pages of one list are joined, and `taskRun` finds a run that a list has read. */
export const createCache = () =>
  new InMemoryCache({
    possibleTypes: {
      Node: ['Organization', 'Project', 'ReportingGroup', 'Task', 'TaskRun'],
      TaskRunMeasures: ['TaskRunStats', 'TaskRunStatsBucket', 'TaskRunStatsGroup', 'TaskRunStatsOfPreviousPeriod'],
      TaskRunSeries: ['TaskRunStats', 'TaskRunStatsGroup'],
    },
    typePolicies: {
      Query: {
        fields: {
          taskRun: (known, { args, toReference }) => known ?? toReference({ __typename: 'TaskRun', id: args!.id }),
          taskRuns: relayStylePagination(['orgId', 'projectId', 'taskId', 'filter', 'orderBy']),
        },
      },
      Project: { fields: { taskRuns: relayStylePagination(['filter', 'orderBy']) } },
      Task: { fields: { taskRuns: relayStylePagination(['filter', 'orderBy']) } },
      TaskRun: { fields: { files: { merge: false } } },
    },
  });

export function createApolloClient(url: string, token: string): ApolloClient {
  return new ApolloClient({
    link: new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }),
    cache: createCache(),
  });
}
