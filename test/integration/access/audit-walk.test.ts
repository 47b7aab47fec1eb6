// Generated operations, sent by POST and HEAD. Each response that contains payload is in the audit log with its runs,
// and no other response is.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  type SelectionNode,
  TypeInfo,
  validate,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { createRandom, type Random, seededSource } from '../../../src/demo/data/random.js';
import { createSchema } from '../../../src/graphql/schema/schema.js';
import { demoArguments } from '../../support/demo-arguments.js';
import { amount, seed as firstSeed } from '../../support/generated.js';
import { createRandomOperation } from '../../support/random-operation.js';
import type { AuditLine } from '../../support/responses.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const operations = amount(80, 3000);
const folder = mkdtempSync(join(tmpdir(), 'audit-walk-'));
const path = join(folder, 'audit.log');
afterAll(() => rmSync(folder, { recursive: true }));

// Listed separately from the source, according to the contract.
const payloadFields = new Set([
  ...['response', 'responseText', 'responsePreview', 'responseBytes', 'runData', 'runDataText', 'runDataAt'],
  ...['submitted', 'submittedText', 'submittedPreview', 'failureMessage', 'failure'],
]);
const payloadConditions = new Set([
  ...['response', 'submitted', 'runData', 'hasResponse', 'search', 'failureIn', 'failureFirstSeenAfter'],
]);
const payloadDimensions = new Set(['RESPONSE', 'SUBMITTED', 'RUN_DATA', 'FAILURE']);

interface Found {
  /** Runs with selected payload. */
  readonly read: Set<string>;
  /** Runs with a value in the response. */
  readonly returned: Set<string>;
  readonly groups: Set<string>;
  isQueried: boolean;
}

/** Adds the type of each object, and the id of each run. */
function withIds(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const info = new TypeInfo(schema);
  const field = (alias: string, name: string): FieldNode => ({
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: name },
  });
  return visit(
    document,
    visitWithTypeInfo(info, {
      SelectionSet: {
        leave(node) {
          const added = [field('zz_type', '__typename')];
          if (info.getParentType()?.name === 'TaskRun') added.push(field('zz_id', 'id'));
          return { ...node, selections: [...node.selections, ...added] };
        },
      },
    }),
  );
}

/** An object in a response, with the fields added to every object. */
interface Typed {
  readonly zz_type: string;
  readonly zz_id: string;
  readonly [field: string]: unknown;
}

/** Finds payload in a response by walking it along with its document. */
function payloadIn(
  document: DocumentNode,
  schema: GraphQLSchema,
  variables: Record<string, unknown>,
  data: unknown,
): Found {
  const found: Found = { read: new Set(), returned: new Set(), groups: new Set(), isQueried: false };
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const [operation] = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  walk(operation!.selectionSet.selections, data);
  return found;

  function walk(selections: readonly SelectionNode[], value: unknown): void {
    if (Array.isArray(value)) for (const item of value) walk(selections, item);
    else if (typeof value === 'object' && value !== null)
      for (const selection of selections) walkSelection(selection, value as Typed);
  }

  function walkSelection(selection: SelectionNode, value: Typed): void {
    if (selection.kind === Kind.FIELD) {
      walkField(selection, value);
      return;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
    const on = fragment.typeCondition?.name.value;
    const condition = on === undefined ? undefined : schema.getType(on);
    const type = schema.getType(value.zz_type) as GraphQLObjectType;
    const applies =
      condition === undefined ||
      condition === type ||
      ('getTypes' in condition && condition.getTypes().includes(type)) ||
      ('getInterfaces' in type && type.getInterfaces().includes(condition as GraphQLInterfaceType));
    if (applies) walk(fragment.selectionSet.selections, value);
  }

  function walkField({ name: { value: name }, alias, arguments: given = [], selectionSet }: FieldNode, parent: Typed) {
    const key = alias?.value ?? name;
    if (!Object.hasOwn(parent, key)) return;
    if (parent.zz_type === 'TaskRun' && (payloadFields.has(name) || name === 'files')) {
      found.read.add(parent.zz_id);
      if (parent[key] !== null) found.returned.add(parent.zz_id);
      found.groups.add(name === 'files' ? 'files' : 'io');
    }
    for (const argument of given) {
      const value = valueFromASTUntyped(argument.value, variables);
      if (argument.name.value === 'filter' && hasCondition(value)) found.isQueried = true;
      if (argument.name.value === 'dimension' && payloadDimensions.has(String(value))) found.isQueried = true;
    }
    if (selectionSet) walk(selectionSet.selections, parent[key]);
  }
}

function hasCondition(filter: unknown): boolean {
  if (typeof filter !== 'object' || filter === null) return false;
  return Object.entries(filter).some(([name, value]) => {
    if (value === null) return false;
    if (name === 'AND' || name === 'OR') return [value].flat().some(hasCondition);
    return name === 'NOT' ? hasCondition(value) : payloadConditions.has(name);
  });
}

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
/** Valid filters and groups, which are more common than invented ones. */
function argumentsFor(field: string, random: Random): Record<string, unknown> {
  const filter = random.pick([
    null,
    { status: 'FAIL' },
    { hasResponse: true },
    { AND: [{ hasFiles: true }, { NOT: { response: [{ path: '/team', exists: true }] } }] },
    { search: 'billing' },
    { failureIn: ['No message'] },
    { NOT: { failureFirstSeenAfter: '2025-01-01' } },
  ]);
  if (field === 'groupBy') {
    const [dimension, path] = random.pick([
      ['STATUS', null],
      ['RESPONSE', '/route/team'],
      ['FAILURE', null],
      ['SUBMITTED', ''],
    ] as const);
    return { dimension, path, first: 3, orderBy: 'RUNS_DESC' };
  }
  if (field === 'taskRunStats' || field === 'taskRuns') {
    const list =
      field === 'taskRuns' ? { first: 2, last: null, after: null, before: null, orderBy: 'CREATED_DESC' } : {};
    return { orgId, projectId, taskId, filter, ...list };
  }
  switch (field) {
    case 'taskRun':
      return { orgId, projectId, taskId, id };
    case 'taskRunsByIds':
      return { orgId, projectId, taskId, ids: [id] };
    case 'taskRunChanges':
      return { orgId, projectId, taskId, filter, first: 2, after: null, wait: 0 };
    case 'node':
      return { id };
    case 'nodes':
      return { ids: [id, taskId] };
    case 'runDataAt':
      return { path: '/files' };
    case 'responsePreview':
    case 'submittedPreview':
      return { length: 20 };
    default:
      return demoArguments(field, random);
  }
}

describe('the audit log', () => {
  const gateway = useOwnGateway({ environment: { AUDIT_LOG: path } });
  let lines = 0;
  const newLines = (): AuditLine[] => {
    const all = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    const added = all.slice(lines).map((line) => JSON.parse(line));
    lines = all.length;
    return added;
  };

  it(`names the payload of generated operations, the first of seed ${firstSeed}`, async () => {
    const schema = await createSchema();
    const token = await gateway.tokenFor(demoSubjects.owner);
    const counts = { read: 0, queried: 0, nothing: 0, head: 0 };
    for (let seed = firstSeed, sent = 0; sent < operations; seed += 1) {
      const random = createRandom(seededSource(seed));
      const { source, variables } = createRandomOperation(schema, random, (field) => argumentsFor(field, random));
      if (validate(schema, parse(source)).length > 0) continue;
      const document = withIds(parse(source), schema);
      const query = print(document);
      if (validate(schema, document).length > 0) continue;
      sent += 1;
      const { data, errors, text } = await gateway.ask(query, { token, variables });
      const added = newLines();
      const about = { seed, query, variables, errors };
      const { read, returned, groups, isQueried } = payloadIn(document, schema, variables, data);
      const [line] = added as [AuditLine];
      // A field that failed may or may not have been read.
      if (errors !== undefined) {
        const missing = [...returned].filter((id) => !line?.runs.includes(id));
        expect({ ...about, missing }).toEqual({ ...about, missing: [] });
        continue;
      }
      const event = read.size > 0 ? 'payload_read' : isQueried ? 'payload_queried' : null;
      counts[event === 'payload_read' ? 'read' : event === null ? 'nothing' : 'queried'] += 1;
      if (event === null) {
        expect({ ...about, added }).toEqual({ ...about, added: [] });
        continue;
      }
      expect({ ...about, count: added.length }).toEqual({ ...about, count: 1 });
      expect({ ...about, event: line.event, groups: new Set(line.groups), bytes: line.bytes }).toEqual({
        ...about,
        event,
        groups,
        bytes: Buffer.byteLength(text),
      });
      const missing = [...read].filter((id) => !line.runs.includes(id));
      expect({ ...about, missing }).toEqual({ ...about, missing: [] });
      if (!isQueried) expect({ ...about, runCount: line.runCount }).toEqual({ ...about, runCount: read.size });
      const search = `?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`;
      // Longer URLs are rejected.
      if (search.length > 8000) continue;
      const headers = { authorization: `Bearer ${token}` };
      const head = await fetch(`${gateway.url}/graphql${search}`, { method: 'HEAD', headers });
      const headLine = { ...line, time: expect.any(String), requestId: head.headers.get('x-request-id')! };
      // Their order depends on which read ends first.
      const inOneOrder = (lines: readonly AuditLine[]) =>
        lines.map((line) => ({ ...line, runs: [...line.runs].sort() }));
      expect({ ...about, lines: inOneOrder(newLines()) }).toEqual({ ...about, lines: inOneOrder([headLine]) });
      counts.head += 1;
    }
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(operations / 30);
  }, 180_000);
});
