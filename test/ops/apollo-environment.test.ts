// Apollo Server reads variables of its own from the environment. None of them may make the gateway report to anybody.

import { demoSubjects } from '../../src/demo/data/demo-places.js';
import { startGateway } from '../support/start-gateway.js';

const variables = { APOLLO_KEY: 'service:runs:secret', APOLLO_SCHEMA_REPORTING: 'true' };

describe('an environment that holds APOLLO_KEY', () => {
  const { fetch } = globalThis;
  beforeEach(() => {
    Object.assign(process.env, variables);
  });
  afterEach(() => {
    for (const name of [...Object.keys(variables), 'APOLLO_GRAPH_REF']) delete process.env[name];
    globalThis.fetch = fetch;
  });

  it.each([{}, { APOLLO_GRAPH_REF: 'runs@current' }])('switches no reporting on (with %j)', async (more) => {
    Object.assign(process.env, more);
    const asked: string[] = [];
    globalThis.fetch = (input, init) => {
      asked.push(new URL(input instanceof Request ? input.url : input).host);
      return fetch(input, init);
    };
    const gateway = await startGateway('embedded');
    await gateway.dataOf('{ viewer { subject } }', { as: demoSubjects.viewer });
    // Reports would be sent now at the latest.
    await gateway.close();
    expect([...new Set(asked)]).toEqual([new URL(gateway.url).host]);
    expect(JSON.stringify(gateway.logLines)).not.toMatch(/apollo/i);
  });
});
