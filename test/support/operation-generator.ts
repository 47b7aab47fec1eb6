// Random operations over the schema: aliases, fragments, directives, variables, and paths that end in every error.

import fc from 'fast-check';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export interface RunPaths {
  readonly good: readonly string[][];
  readonly other: readonly string[][];
  /** Ids of reporting groups. */
  readonly groups: readonly string[];
}

const alias = fc.option(fc.constantFrom('a', 'b', 'c', 'data', 'constructor', 'toString'), { nil: undefined });
const directive = fc.constantFrom(
  '',
  '',
  '',
  '@include(if: true)',
  '@include(if: false)',
  '@skip(if: true)',
  '@skip(if: $yes)',
  '@skip(if: $no)',
  '@include(if: $yes)',
  '@include(if: $no) @skip(if: $yes)',
);

/** Fields under an alias could conflict with one another, so an alias carries the field's name. */
const field = (name: fc.Arbitrary<string>, selection?: fc.Arbitrary<string>) =>
  fc
    .tuple(alias, name, directive, selection ?? fc.constant(''))
    .map(
      ([as, field, where, inner]) => `${as ? `${as}_${field.replace(/\W.*/, '')}: ` : ''}${field} ${where} ${inner}`,
    );

const selectionOf = (type: string, item: fc.Arbitrary<string>) => {
  const items = fc.array(item, { minLength: 1, maxLength: 5 });
  const part = fc.oneof(
    { weight: 4, arbitrary: items.map((list) => list.join(' ')) },
    {
      weight: 1,
      arbitrary: fc.tuple(items, directive).map(([list, where]) => `... on ${type} ${where} { ${list.join(' ')} }`),
    },
    { weight: 1, arbitrary: fc.tuple(items, directive).map(([list, where]) => `... ${where} { ${list.join(' ')} }`) },
    { weight: 1, arbitrary: directive.map((where) => `...${type}Fragment ${where}`) },
  );
  return fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `{ __typename ${parts.join(' ')} }`);
};

const stub = fc.constant('{ id __typename }');
const group = selectionOf(
  'ReportingGroup',
  fc.oneof(
    { weight: 5, arbitrary: field(fc.constantFrom('id', 'name', 'description', 'projectId', 'created', '__typename')) },
    { weight: 1, arbitrary: field(fc.constant('project'), stub) },
  ),
);
const file = selectionOf(
  'TaskRunFile',
  field(fc.constantFrom('name', 'contentType', 'sizeBytes', 'direction', 'created', '__typename')),
);
const scalars = [
  ...[
    'id',
    'orgId',
    'projectId',
    'taskId',
    'taskRevisionId',
    'response',
    'runData',
    'submitted',
    'created',
    'inputTokens',
    'outputTokens',
  ],
  ...['totalTokens', 'inputProcessorTiming', 'llmCallTiming', 'chargedCredits', 'isError', 'llmRetries', 'userId'],
  ...[
    'usedFallbackModel',
    'responseBytes',
    'primaryFailureReason',
    'fallbackLlmModelId',
    'reportingGroupId',
    'reference',
    'contextId',
  ],
];
/** Values inside the JSON: found, not there (where that nulls the run as well), and a path that is none. */
const picks = [
  'team: response(path: "/route/team")',
  'none: submitted(path: "/no/such/place")',
  'files0: runDataAt(path: "/files")',
  'bad: response(path: "route")',
  'found: runData(path: "/files")',
  'lost: runData(path: "/no/such/place")',
];
const run = selectionOf(
  'TaskRun',
  fc.oneof(
    { weight: 6, arbitrary: field(fc.constantFrom(...scalars, '__typename')) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...picks), directive).map((parts) => parts.join(' ')) },
    { weight: 1, arbitrary: field(fc.constant('reportingGroup'), group) },
    { weight: 1, arbitrary: field(fc.constant('files'), file) },
    {
      weight: 1,
      arbitrary: field(fc.constantFrom('organization', 'project', 'task', 'user', 'fallbackLlmModel'), stub),
    },
  ),
);

const pageInfo = selectionOf(
  'PageInfo',
  field(fc.constantFrom('hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor')),
);
const edge = selectionOf('TaskRunEdge', fc.oneof(field(fc.constant('cursor')), field(fc.constant('node'), run)));
const connection = selectionOf(
  'TaskRunConnection',
  fc.oneof(
    field(fc.constant('totalCount')),
    field(fc.constant('nodes'), run),
    field(fc.constant('edges'), edge),
    field(fc.constant('pageInfo'), pageInfo),
  ),
);

const fragments = {
  TaskRunConnectionFragment:
    'fragment TaskRunConnectionFragment on TaskRunConnection { edges { ...TaskRunEdgeFragment } pageInfo { ...PageInfoFragment } }',

  TaskRunEdgeFragment: 'fragment TaskRunEdgeFragment on TaskRunEdge { cursor node { ...TaskRunFragment } }',
  PageInfoFragment: 'fragment PageInfoFragment on PageInfo { endCursor }',
  TaskRunFragment:
    'fragment TaskRunFragment on TaskRun { id response files { ...TaskRunFileFragment } reportingGroup { ...ReportingGroupFragment } }',
  ReportingGroupFragment: 'fragment ReportingGroupFragment on ReportingGroup { name modified }',
  TaskRunFileFragment: 'fragment TaskRunFileFragment on TaskRunFile { name direction @include(if: $yes) }',
};

/** Fragments must be used, and all they use must be there. */
function withFragments(body: string): string {
  let text = body;
  for (const [name, definition] of Object.entries(fragments)) if (text.includes(`...${name}`)) text += ` ${definition}`;
  return text;
}

const stretches = [
  'first: 2',
  'last: 3, orderBy: CREATED_ASC',
  'first: 4, filter: { status: FAIL }',
  'first: 1, filter: { reportingGroupId: null }',
  'first: 0',
  'first: 2, filter: { status: $status, reportingGroupId: $group }',
  'first: 2, filter: $filter',
];
const argumentNames = ['orgId', 'projectId', 'taskId', 'id'];
/** A variable that may be null goes with an argument that may not, if it has a default; that it is null shows too late. */
const argumentForm = fc.constantFrom('literals', 'literals', 'literals', 'variables', 'variables', 'null');

const entity = fc
  .tuple(run, group)
  .map(([ofRun, ofGroup]) => `{ __typename ... on TaskRun ${ofRun} ... on ReportingGroup ${ofGroup} }`);

export function operations({ good, other, groups }: RunPaths): fc.Arbitrary<GeneratedOperation> {
  /** Of a variable in a filter, what is not given is something else than null; and not all that is given is a filter. */
  const filterVariables = fc.constantFrom<Record<string, unknown>>(
    {},
    { status: 'FAIL', group: groups[0], filter: { status: 'FAIL' } },
    { status: null, group: null, filter: { reportingGroupId: null } },
    { filter: [] },
  );
  const path = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...good) },
    { weight: 2, arbitrary: fc.constantFrom(...other) },
  );
  const representation = fc.oneof(
    path.map(([orgId, projectId, taskId, id]) => ({ __typename: 'TaskRun', orgId, projectId, taskId, id })),
    path.map((ids) => ({ __typename: 'TaskRun', id: ids[3] })),
    fc.constantFrom(...groups, ...other.map((ids) => ids[3]!)).map((id) => ({ __typename: 'ReportingGroup', id })),
    fc.constantFrom({ __typename: 'Task', id: '1' }, { __typename: 'TaskRun' }, {}, 'TaskRun', 1),
  );
  const root = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(path, argumentForm, directive, run).map((parts) => ({ kind: 'run' as const, parts })),
    },
    { weight: 1, arbitrary: directive.map((where) => ({ kind: 'viewer' as const, where })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.array(representation, { maxLength: 6 }), directive, entity)
        .map((parts) => ({ kind: 'entities' as const, parts })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(path, fc.constantFrom(...stretches), directive, connection)
        .map((parts) => ({ kind: 'list' as const, parts })),
    },
  );
  /** Many runs of which the same is asked. */
  const aliases = fc
    .tuple(fc.array(fc.tuple(path, argumentForm), { minLength: 4, maxLength: 9 }), run)
    .map(([runs, selection]) =>
      runs.map(([ids, form]) => ({ kind: 'run' as const, parts: [ids, form, '', selection] as const })),
    );
  const roots = fc.oneof(
    { weight: 3, arbitrary: fc.array(root, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: aliases },
  );
  return fc.tuple(roots, fc.boolean(), fc.boolean(), filterVariables).map(([roots, yes, no, filters]) => {
    const variables: Record<string, unknown> = { yes, no };
    const declared: string[] = [];
    const fields = roots.map((each, index) => {
      if (each.kind === 'viewer') return `v${index}: viewer ${each.where} { __typename s: subject subject }`;
      if (each.kind === 'entities') {
        const [representations, where, selection] = each.parts;
        declared.push(`$representations${index}: [_Any!]!`);
        variables[`representations${index}`] = representations;
        return `e${index}: _entities(representations: $representations${index}) ${where} ${selection}`;
      }
      if (each.kind === 'list') {
        const [[orgId, projectId, taskId], stretch, where, selection] = each.parts;
        const ids = `orgId: ${JSON.stringify(orgId)}, projectId: ${JSON.stringify(projectId)}`;
        return `l${index}: taskRuns(${ids}, taskId: ${JSON.stringify(taskId)}, ${stretch}) ${where} ${selection}`;
      }
      const [ids, form, where, selection] = each.parts;
      const call = argumentNames.map((name, position) => {
        if (form === 'literals') return `${name}: ${JSON.stringify(ids[position])}`;
        declared.push(`$${name}${index}: ${form === 'null' ? 'ID = "x"' : 'ID!'}`);
        variables[`${name}${index}`] = form === 'null' && name === 'id' ? null : ids[position];
        return `${name}: $${name}${index}`;
      });
      return `r${index}: taskRun(${call.join(', ')}) ${where} ${selection}`;
    });
    const body = withFragments(`{ ${fields.join(' ')} }`);
    const conditions = ['yes', 'no'].filter((name) => body.includes(`$${name})`));
    for (const name of ['yes', 'no']) if (!conditions.includes(name)) delete variables[name];
    for (const [name, type] of Object.entries({ status: 'TaskRunStatus', group: 'ID', filter: 'TaskRunFilter' })) {
      if (!new RegExp(`\\$${name}\\b`).test(body)) continue;
      declared.push(`$${name}: ${type}`);
      if (name in filters) variables[name] = filters[name];
    }
    const head = [...conditions.map((name) => `$${name}: Boolean!`), ...declared].join(', ');
    return { query: `query Generated${head ? `(${head})` : ''} ${body}`, variables };
  });
}
