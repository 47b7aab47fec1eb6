import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

const path = demoPlaces.richRun;
const argumentNames = ['orgId', 'projectId', 'taskId', 'id'] as const;
const malformed = [
  '',
  'nonsense',
  `${path.id}0`,
  path.id.slice(1),
  path.id.replaceAll('-', ''),
  `{${path.id}}`,
  ` ${path.id}`,
  `${path.id}\n`,
  path.id.replace(/^./, 'g'),
  `${path.id}\u0000`,
  '１190a234-8dc6-6d08-aea9-928fcecad8f1',
  "'; DROP TABLE task_run; --",
  42,
];

describe('a malformed id', () => {
  const gateway = useGateway();

  const literalOf = (id: string | number) => JSON.stringify(id);
  const call = (change: object) =>
    Object.entries({ ...path, ...change })
      .map(([name, value]) => `${name}: ${literalOf(value as string)}`)
      .join(', ');

  it.each(malformed.flatMap((id) => argumentNames.map((argument) => [argument, id] as const)))(
    'returns BAD_REQUEST at its own path as %s (%j), the same as a literal and as a variable',
    async (argument, id) => {
      const literal = await gateway.ask(
        `{ good: taskRun(${call({})}) { id } bad: taskRun(${call({ [argument]: id })}) { id } }`,
        { as: demoSubjects.viewer },
      );
      const variable = await gateway.ask(
        `query ($id: ID!) { good: taskRun(${call({})}) { id } bad: taskRun(${call({ [argument]: '$' }).replace('"$"', '$id')}) { id } }`,
        { as: demoSubjects.viewer, variables: { id } },
      );
      for (const answer of [literal, variable]) {
        expect(answer.status).toBe(200);
        expect(answer.data).toEqual({ good: { id: path.id }, bad: null });
        expect(answer.errors).toHaveLength(1);
        expect(answer.errors![0]).toMatchObject({
          path: ['bad'],
          extensions: { code: 'BAD_REQUEST', status: 400, reason: 'MALFORMED_RESOURCE_IDENTIFIER', argument },
        });
      }
      expect(variable.errors![0]!.extensions).toEqual(literal.errors![0]!.extensions);
    },
  );
});
