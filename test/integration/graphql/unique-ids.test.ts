// Ids as used by client caches: each identifies one object, of one type, in every response.

import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { committedSchema } from '../../support/committed-schema.js';
import type { Queries } from '../../support/databases.js';
import { arrangePermissionWorld, direct, world } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

type Identified = Readonly<Record<string, unknown>> & { readonly __typename: string; readonly id: string };

/** Yields every object in a response that has an id. */
function* identifiedIn(value: unknown): Generator<Identified> {
  if (value === null || typeof value !== 'object') return;
  if ('id' in value) yield value as Identified;
  for (const member of Object.values(value)) yield* identifiedIn(member);
}

/**
 * Selects ids wherever they can be reached without arguments, or returns null if they cannot. A type is not selected
 * within itself.
 */
function selectIds(type: GraphQLOutputType, above: readonly string[] = []): string | null {
  const named = getNamedType(type);
  if (!isObjectType(named) || above.includes(named.name)) return null;
  const below = Object.values(named.getFields())
    .filter(({ args }) => !args.some(isRequiredArgument))
    .flatMap((field) => {
      const selection = selectIds(field.type, [...above, named.name]);
      const page = field.name === 'taskRuns' ? '(first: 1)' : '';
      return selection === null ? [] : [`${field.name}${page} ${selection}`];
    });
  const own = named.getFields().id ? ['id'] : [];
  return own.length + below.length === 0 ? null : `{ __typename ${[...own, ...below].join(' ')} }`;
}

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const project = `orgId: "${orgId}", projectId: "${projectId}"`;
const roots: Readonly<Record<string, string>> = {
  taskRun: `${project}, taskId: "${taskId}", id: "${id}"`,
  taskRuns: `${project}, filter: { hasFallbackLlmModel: true, hasReportingGroup: true, hasUser: true }, first: 3`,
  taskRunsByIds: `${project}, taskId: "${taskId}", ids: ["${id}"]`,
  taskRunChanges: `${project}, first: 3`,
  taskRunStats: project,
};

describe('ids', () => {
  const gateway = useGateway({ arrange: arrangeContexts });

  it('belong to one type each, in responses with every type that has one', async () => {
    const found = new Map<string, Set<string>>();
    for (const field of Object.values(committedSchema.getQueryType()!.getFields())) {
      const selection = selectIds(field.type);
      if (selection === null) continue;
      const given = roots[field.name];
      if (given === undefined) expect([field.name, field.args]).toEqual([field.name, []]);
      const operation = `{ ${field.name}${given === undefined ? '' : `(${given})`} ${selection} }`;
      for (const { __typename, id } of identifiedIn(await gateway.dataOf(operation, { as: demoSubjects.owner }))) {
        found.set(id, (found.get(id) ?? new Set()).add(__typename));
      }
    }
    for (const types of found.values()) expect([...types]).toHaveLength(1);
    const withId = Object.values(committedSchema.getTypeMap()).filter(
      (type): type is GraphQLObjectType => isObjectType(type) && type.getFields().id !== undefined,
    );
    const typesFound = [...new Set([...found.values()].flatMap((types) => [...types]))].sort();
    expect(typesFound).toEqual(withId.map(({ name }) => name).sort());
  });

  it('name the same object in two projects with a context of one name', async () => {
    const select = '{ __typename id context { __typename contextId totals { runs totalTokens } } }';
    const data = await gateway.dataOf(
      `{ one: taskRuns(orgId: "${world.org}", projectId: "${world.project}", taskId: "${world.taskOf.all_viewers}") { nodes ${select} }
        other: taskRuns(orgId: "${world.org}", projectId: "${world.siblingProject}") { nodes ${select} } }`,
      { as: direct('owner', 'organization') },
    );
    expect(
      [data.one, data.other].map(({ nodes }) => nodes.map(({ context }: { context: unknown }) => context)),
    ).toMatchObject([[{ contextId: 'shared', totals: { runs: 3 } }], [{ contextId: 'shared', totals: { runs: 1 } }]]);
    const cached = new Map<string, Identified>();
    for (const object of identifiedIn(data)) {
      const key = `${object.__typename}:${object.id}`;
      expect(object).toEqual(cached.get(key) ?? object);
      cached.set(key, object);
    }
    expect([...cached.values()].map(({ __typename }) => __typename)).not.toContain('TaskRunContext');
  });
});

async function arrangeContexts(database: Queries): Promise<void> {
  await arrangePermissionWorld(database);
  await database.query("UPDATE task_run SET context_id = 'shared' WHERE id = ANY ($1)", [
    [...Object.values(world.runOf), world.siblingRun],
  ]);
}
