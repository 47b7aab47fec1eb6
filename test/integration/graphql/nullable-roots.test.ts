import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const task = `${project}, taskId: "${taskId}"`;
const elsewhere = 'orgId: "0190a234-8dc6-0d08-2ea9-00000000ffff", projectId: "0190a234-8dc6-0d08-2ea9-00000000ffff"';

describe('nullable root fields', () => {
  const gateway = useGateway();
  const ask = (query: string) => gateway.ask(query, { as: demoSubjects.viewer });

  it.each([
    ['taskRun', `taskRun(${elsewhere}, taskId: "${taskId}", id: "${id}") { id }`],
    ['taskRunsByIds', `taskRunsByIds(${task}, ids: [${`"${id}" `.repeat(101)}]) { id }`],
    ['taskRuns', `taskRuns(${elsewhere}) { nodes { id } }`],
    ['taskRunStats', `taskRunStats(${elsewhere}) { runs }`],
    ['taskRunChanges', `taskRunChanges(${elsewhere}) { endCursor }`],
  ])('do not affect their siblings: %s', async (name, field) => {
    const { data, errors } = await ask(`{ ${field} other: taskRuns(${task}) { totalCount } }`);
    expect(data).toEqual({ [name]: null, other: { totalCount: expect.any(Number) } });
    expect(errors!.map(({ path }) => path)).toEqual([[name]]);
  });

  it('include every one that reads', async () => {
    const query = '{ __schema { queryType { fields { name type { kind } } } } }';
    const { data } = await ask(query);
    const required = data.__schema.queryType.fields.filter(
      ({ type }: { type: { kind: string } }) => type.kind === 'NON_NULL',
    );
    const names = required.map(({ name }: { name: string }) => name);
    expect(names.filter((name: string) => !['errorCatalog', '_service', '_entities'].includes(name))).toEqual([]);
  });

  it('return runs by ids as a list in the order of the ids, null where there is no run', async () => {
    const absent = '0190a234-8dc6-0d08-2ea9-00000000ffff';
    const { data, errors } = await ask(`{ taskRunsByIds(${task}, ids: ["${absent}", "${id}", "1", "${id}"]) { id } }`);
    expect(data.taskRunsByIds).toEqual([null, { id }, null, { id }]);
    expect(errors!.map(({ path, extensions }) => [path![1], extensions.code])).toEqual([
      [0, 'NOT_FOUND'],
      [2, 'BAD_REQUEST'],
    ]);
  });
});
