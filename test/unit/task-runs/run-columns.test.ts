// A column that only the entity has, and a filter that only the table has, are part of everything derived from these.

import { type GraphQLInputObjectType, type GraphQLObjectType, type GraphQLSchema, printType } from 'graphql';
import { Column, getMetadataArgsStorage } from '../../../src/database/entities/decorators.js';
import { TaskRunEntity } from '../../../src/database/entities/task-run.entity.js';
import { Description } from '../../../src/database/entity-columns.js';
import type { RunFilterInput } from '../../../src/task-runs/visibility/run-filter.js';

const timing = Column('double precision', { name: 'queue_timing', nullable: true });
timing(TaskRunEntity.prototype, 'queueTiming');
Description('Seconds in the queue; null if unknown.')(TaskRunEntity.prototype, 'queueTiming');
Column('boolean', { name: 'is_forgotten', nullable: true, default: false })(TaskRunEntity.prototype, 'isForgotten');

// Importing these modules derives everything else from columns and filters.
const { compareColumn } = await import('../../../src/task-runs/visibility/filter-row.js');
const { runFilters } = await import('../../../src/task-runs/visibility/run-filters.js');
const description = 'Runs that waited at least N seconds.';
const minQueueTiming = compareColumn('queueTiming' as never, '>=', description);
Object.assign(runFilters, { minQueueTiming });

const { createSqlParameters } = await import('../../../src/database/sql-parameters.js');
const { ColumnField, TaskRun } = await import('../../../src/graphql/types/run.js');
ColumnField()(TaskRun.prototype, 'queueTiming');
const { createSchema } = await import('../../../src/graphql/schema/schema.js');
const { exportColumns, exportGroups, nameOfColumn } = await import('../../../src/export/export-columns.js');
const { listRunsOperation } = await import('../../../src/rest/lists/list-runs.js');
const { componentSchemas } = await import('../../../src/rest/openapi/schemas.js');
const { presentRun } = await import('../../../src/rest/run-presenter.js');
const { toRuns } = await import('../../../src/task-runs/columns/columnar-run.js');
const { FieldGroup } = await import('../../../src/task-runs/columns/field-groups.js');
const { columnList } = await import('../../../src/database/fragment.js');
const { joinedProjection, singleProjection } = await import('../../../src/task-runs/columns/projection.js');
const { parseRunFilter, runConditions } = await import('../../../src/task-runs/visibility/run-filter.js');

const columns = getMetadataArgsStorage()
  .filterColumns(TaskRunEntity)
  .filter(({ options }) => options.select !== false);
const properties = columns.map(({ propertyName }) => propertyName);
const restNames = columns.map(({ propertyName, options }) => options.name ?? propertyName);
const whole = { fieldGroups: FieldGroup.details, pointers: [] };
const path = { orgId: 'org', projectId: 'project', taskId: 'task' };
const valueByType: Readonly<Record<string, unknown>> = {
  timestamptz: '2024-01-16T13:33:25',
  numeric: '1.00',
  'double precision': 0.25,
};
const values = columns.map(({ propertyName, options }) => [
  propertyName,
  [valueByType[String(options.type)] ?? `the ${propertyName}`],
]);
const [run] = toRuns({ runs: Object.fromEntries(values), response: '"r"', runData: '{}' }, () => ({
  path,
  selection: whole,
  maxBytes: 1000,
})) as unknown as [Parameters<typeof presentRun>[0] & { queueTiming: number }];
const presented = () => JSON.parse(presentRun(run, { reportingGroup: null, files: [], downloadUrls: [] }));

describe('a column of the entity', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await createSchema();
  });
  const graphqlFields = () => Object.keys((schema.getType('TaskRun') as GraphQLObjectType).getFields());

  it('reaches the record, REST and exports; a test notices a missing field of GraphQL', () => {
    const projection = joinedProjection({
      fieldGroups: FieldGroup.details,
      includesTaskId: true,
      returnedFacts: [],
    });
    const { sql: query } = projection.queryOver('read_run', []);
    const missingIn = (names: readonly string[], all = properties) => all.filter((name) => !names.includes(name));
    const selectedNames = projection.columns.map(([name]) => name);
    expect({
      select: missingIn(selectedNames),
      query: missingIn([...query.matchAll(/'(\w+)', json_agg/g)].map(([, name]) => name!)),
      record: properties.filter((name) => !(name in run)),
      rest: missingIn(Object.keys(presented()), restNames),
      restSchema: missingIn(Object.keys((componentSchemas.TaskRun as { properties: object }).properties), restNames),
      exports: missingIn(exportColumns(exportGroups).map(nameOfColumn), restNames),
      graphql: missingIn(graphqlFields()),
    }).toEqual({
      // Separate expressions instead of those for the other columns.
      ...{ select: ['response', 'runData'], query: ['response', 'runData'] },
      ...{ record: [], rest: [], restSchema: [], exports: [], graphql: ['isForgotten'] },
    });
  });

  it('carries its description into every API', () => {
    expect(printType(schema.getType('TaskRun')!)).toContain(
      '  """Seconds in the queue; null if unknown."""\n  queueTiming: Float\n',
    );
    expect((componentSchemas.TaskRun as { properties: object }).properties).toMatchObject({
      queue_timing: {
        type: ['number', 'null'],
        format: 'double',
        description: 'Seconds in the queue; null if unknown.',
      },
      is_forgotten: { type: ['boolean', 'null'], default: false },
    });
  });

  it('appears with its own value in the record and over REST, after all that the REST reference has', () => {
    expect(run.queueTiming).toBe(0.25);
    expect(restNames.slice(-2)).toEqual(['queue_timing', 'is_forgotten']);
    expect(Object.keys(presented()).slice(-4)).toEqual([...restNames.slice(-3), 'reporting_group']);
    expect(presented().queue_timing).toBe(0.25);
  });

  it('reads as its default where null is stored', () => {
    expect(columnList(singleProjection({ fieldGroups: FieldGroup.details, returnedFacts: [] }).columns).sql).toContain(
      'run.queue_timing AS "queueTiming", coalesce(run.is_forgotten, false) AS "isForgotten"',
    );
  });
});

describe('a row of the table of filters', () => {
  it("becomes a field of GraphQL's input and a parameter of REST", async () => {
    const { minQueueTiming: field } = (
      (await createSchema()).getType('TaskRunFilter') as GraphQLInputObjectType
    ).getFields();
    expect([String(field!.type), field!.description]).toEqual(['Float', description]);
    expect(listRunsOperation.parameters.query.min_queue_timing).toEqual({ type: 'number', description });
  });

  it('becomes a checked condition in SQL with its value as a parameter', () => {
    const { add, values: bound } = createSqlParameters();
    const filter = parseRunFilter({ minQueueTiming: 1.5, status: 'FAIL' } as RunFilterInput, 0);
    expect(JSON.stringify(filter)).toBe('{"isError":true,"minQueueTiming":1.5}');
    expect(runConditions(filter, 'project', add)).toBe(
      ' AND run.is_error AND run.queue_timing >= $1::double precision',
    );
    expect(bound).toEqual([1.5]);
  });

  it('takes a text as long as its column and no longer', () => {
    const [condition] = compareColumn('contextId', '<=', 'Up to this context.').conditions;
    const { add } = createSqlParameters();
    expect(condition!.parse!('x'.repeat(64), ['maxContextId'], {}, 0, null)).toBe('x'.repeat(64));
    expect(() => condition!.parse!('x'.repeat(65), ['maxContextId'], {}, 0, null)).toThrow('must have at most');
    expect(condition!.sql('x', add, 'project')).toBe('run.context_id <= $1::varchar');
  });

  it('keeps its form in a parsed filter, on which the cursors of clients depend', () => {
    const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';
    const text = { startsWith: 'c', in: ['b'], eq: 'a' };
    const filter = parseRunFilter(
      {
        ...{ hasFiles: true, minChargedCredits: '1.00', minTotalTokens: 1, minLlmCallTiming: 1, minLlmRetries: 1 },
        ...{ primaryFailureReasonContains: 'x', fallbackLlmModelId: id, usedFallbackModel: false },
        ...{
          createdBefore: '2025-01-02T00:00:00Z',
          createdAfter: '2025-01-01T00:00:00Z',
          contextId: text,
          reference: text,
        },
        ...{ userId: id, reportingGroupName: 'g', reportingGroupId: null, taskRevisionId: id, status: 'SUCCESS' },
      },
      0,
    );
    const lower = id.toLowerCase();
    expect(Object.entries(filter)).toEqual([
      ['isError', false],
      ['taskRevisionId', lower],
      ['reportingGroupId', null],
      ['reportingGroupName', 'g'],
      ['userId', lower],
      ...['reference', 'contextId'].flatMap((label) => [
        [`${label}Equals`, 'a'],
        [`${label}In`, ['b']],
        [`${label}StartsWith`, 'c'],
      ]),
      ['createdAfter', '2025-01-01T00:00:00.000000Z'],
      ['createdBefore', '2025-01-02T00:00:00.000000Z'],
      ['usedFallbackModel', false],
      ['fallbackLlmModelId', lower],
      ['primaryFailureReasonContains', 'x'],
      ['minLlmRetries', 1],
      ['minLlmCallTiming', 1],
      ['minTotalTokens', 1],
      ['minChargedCredits', '1.00'],
      ['hasFiles', true],
    ]);
  });
});
