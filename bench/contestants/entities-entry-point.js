// The requests of a federated gateway: `_entities` with the runs' ids as representations.

import { selections } from './graphql-dialect.js';

/**
 * @param {object} options
 * @param {string} [options.path] of the endpoint
 * @param {Record<string, string>} [options.headers]
 * @returns an entry point, as `createDialect` does
 */
export function createEntitiesEntryPoint({ path = '/graphql', headers } = {}) {
  return {
    responseStart: '{"data":{"_entities":[{',
    request({ selection }, paths) {
      const query = `query entities($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on TaskRun { ${selections[selection]} } }
      }`;
      const representations = paths.map(({ id }) => ({ __typename: 'TaskRun', id }));
      const body = JSON.stringify({ query, operationName: 'entities', variables: { representations } });
      return { method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body };
    },
    results({ data, errors }) {
      if (errors) throw new Error(JSON.stringify(errors.slice(0, 3)));
      return data._entities;
    },
  };
}
