import { parse, validate } from 'graphql';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { createRandom, type Random, seededSource } from '../../../src/demo/data/random.js';
import { createSchema } from '../../../src/graphql/schema/schema.js';
import { databaseKinds } from '../../support/databases.js';
import { amount, seed as firstSeed } from '../../support/generated.js';
import { createRandomOperation } from '../../support/random-operation.js';
import { type Gateway, useOwnGateway } from '../../support/start-gateway.js';

const operations = amount(40, 200);
/** An operation whose trace is asked for is executed by graphql-js. */
const traced = { 'apollo-federation-include-trace': 'ftv1' };
const { richRun, failedRun } = demoPlaces;
const absent = richRun.id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
const paths = [
  ...[richRun, richRun, failedRun],
  ...[
    { ...richRun, id: absent },
    { ...richRun, orgId: absent },
    { ...richRun, id: 'malformed' },
  ],
];
const pointers = ['/route/team', '/files', '/no/such/place', '', 'malformed'];

/** Paths that are mostly true, and JSON Pointers; what else there is to say may be anything. */
function argumentsFor(field: string, random: Random): Record<string, unknown> {
  const { id, ...task } = random.pick(paths);
  const entity = random.pick([{ ...task, id }, { id }, { __typename: 'Task' }]);
  switch (field) {
    case 'taskRun':
      return { ...task, id };
    case 'taskRunsByIds':
      return { ...task, ids: [id, richRun.id] };
    case 'taskRuns':
    case 'taskRunStats':
      return {
        ...task,
        ...random.pick([{ first: 2, last: null }, { last: 3, first: null }, {}]),
        after: null,
        before: null,
      };
    case '_entities':
      return {
        representations: [
          { __typename: 'TaskRun', ...entity },
          { __typename: 'ReportingGroup', id },
        ],
      };
    default:
      return { path: random.pick(pointers), timeZone: random.pick(['UTC', 'Europe/Berlin', 'Nowhere/Else']) };
  }
}

/** Where an error leaves no data, whether others still make it into the response is up to chance. */
const comparable = ({ data, errors, status }: Awaited<ReturnType<Gateway['ask']>>) => ({
  status,
  data,
  errors: data === null ? errors!.length > 0 : errors?.map((error) => JSON.stringify(error)).sort(),
});

describe.each(databaseKinds)('the gateway on the %s database', (kind) => {
  // Links are signed for a time: the clock stands still.
  const startedAt = Date.now();
  const gateway = useOwnGateway(kind, {
    clock: { at: startedAt },
    environment: { TRACE_CLIENTS: 'task-run-gateway-demo' },
  });

  it(`returns for generated operations what graphql-js makes of them, the first of seed ${firstSeed}`, async () => {
    const schema = await createSchema();
    const token = await gateway.tokenFor(demoSubjects.owner);
    const outcomes = { onlyData: 0, dataAndErrors: 0, noData: 0 };
    for (let seed = firstSeed, sent = 0; sent < operations; seed += 1) {
      const random = createRandom(seededSource(seed));
      const { source: query, variables } = createRandomOperation(schema, random, (field) =>
        argumentsFor(field, random),
      );
      if (validate(schema, parse(query)).length > 0) continue;
      sent += 1;
      const expected = await gateway.ask(query, { token, variables, headers: traced });
      for (const time of ['first', 'second']) {
        const about = { seed, query, variables, time };
        const response = await gateway.ask(query, { token, variables });
        expect({ ...about, ...comparable(response) }).toEqual({ ...about, ...comparable(expected) });
      }
      outcomes[expected.data == null ? 'noData' : expected.errors ? 'dataAndErrors' : 'onlyData'] += 1;
    }
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(operations / 20);
  }, 180_000);
});
