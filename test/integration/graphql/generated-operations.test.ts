import { parse, validate } from 'graphql';
import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { createRandom, seededSource } from '../../../src/demo/data/random.js';
import { createSchema } from '../../../src/graphql/schema/schema.js';
import { demoArguments } from '../../support/demo-arguments.js';
import { amount, seed as firstSeed } from '../../support/generated.js';
import { comparable } from '../../support/graphql-client.js';
import { createRandomOperation } from '../../support/random-operation.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const operations = amount(40, 200);
/** graphql-js executes operations that request a trace. */
const traced = { 'apollo-federation-include-trace': 'ftv1' };
describe('the gateway', () => {
  // Links are signed for a limited time, so the clock stands still.
  const startedAt = Date.now();
  const gateway = useOwnGateway({
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
        demoArguments(field, random),
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
