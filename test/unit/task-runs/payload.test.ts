// All fields, filters, dimensions and groups of columns are either payload or usage.

import { assertEnumType, assertInputObjectType, assertObjectType, type GraphQLSchema } from 'graphql';
import { exportGroups } from '../../../src/export/export-columns.js';
import { createSchema } from '../../../src/graphql/schema/schema.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import {
  hasPayload,
  isPayload,
  maskedColumns,
  type RunPart,
  runParts,
  withoutPayload,
} from '../../../src/task-runs/columns/payload.js';
import { runColumns } from '../../../src/task-runs/columns/run-columns.js';
import { scopeKindOfGroupings, toGroupings } from '../../../src/task-runs/statistics/groupings.js';
import { parseRunFilter, type RunFilterInput, scopeKindOf } from '../../../src/task-runs/visibility/run-filter.js';

const namesOf = (parts: Readonly<Record<string, RunPart>>, part: RunPart) =>
  Object.keys(parts).filter((name) => parts[name] === part);

describe('the classification of the parts of a run', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    const modelPointer = { source: 'runData', pointer: '/model', isModel: true } as const;
    schema = await createSchema({ modelPointer, sharesRuns: true });
  });
  const fieldsOf = (type: string) => assertObjectType(schema.getType(type)).getFields();

  it('contains a row for each field, filter, dimension and group of columns, and no other', () => {
    const filters = Object.keys(assertInputObjectType(schema.getType('TaskRunFilter')).getFields());
    const dimensions = assertEnumType(schema.getType('TaskRunDimension')).getValues();
    const sorted = (names: readonly string[]) => names.toSorted();
    const rows = (kind: keyof typeof runParts) => sorted(Object.keys(runParts[kind]));
    expect(rows('fields')).toEqual(sorted(Object.keys(fieldsOf('TaskRun'))));
    expect(rows('filters')).toEqual(sorted(filters.filter((name) => !['AND', 'OR', 'NOT'].includes(name))));
    expect(rows('dimensions')).toEqual(sorted(dimensions.map(({ name }) => name)));
    expect(rows('columnGroups')).toEqual(sorted(exportGroups));
  });

  it('equals the tags of the schema', () => {
    const tagged = Object.values(fieldsOf('TaskRun')).filter(({ astNode, extensions }) =>
      JSON.stringify([astNode?.directives, extensions]).includes('"payload"'),
    );
    expect(tagged.map(({ name }) => name).toSorted()).toEqual(namesOf(runParts.fields, 'payload').toSorted());
    const dimensions = assertEnumType(schema.getType('TaskRunDimension')).getValues();
    const taggedDimensions = dimensions.filter(({ extensions }) => JSON.stringify(extensions).includes('"payload"'));
    expect(taggedDimensions.map(({ name }) => name)).toEqual(namesOf(runParts.dimensions, 'payload'));
  });

  it('counts what has no row as payload', () => {
    expect(isPayload('fields', 'no such field')).toBe(true);
    expect(isPayload('fields', 'constructor')).toBe(true);
  });

  it('leaves no group of payload in a selection of usage', () => {
    const all = Object.values(FieldGroup).reduce((groups: number, group) => groups | group, 0);
    const pointers = [{ source: 'response', pointer: '' }] as const;
    const selection = withoutPayload({ fieldGroups: all, pointers, previewLength: 3 });
    expect(selection).toEqual({ fieldGroups: FieldGroup.details | FieldGroup.reportingGroup, pointers: [] });
    expect(hasPayload(all)).toBe(true);
    expect(hasPayload(selection.fieldGroups)).toBe(false);
  });

  it('masks each column of the table that is not usage', () => {
    const masked = [...maskedColumns('visible').matchAll(/CASE WHEN visible THEN task_run\.(\w+) END AS \1/g)];
    expect(masked.map(([, column]) => column)).toEqual(['response', 'run_data', 'response_bytes', 'run_data_bytes']);
    for (const { databaseName } of runColumns) expect(maskedColumns('visible')).toContain(`task_run.${databaseName}`);
  });
});

describe('the scope of a filter', () => {
  const payloadFilters: RunFilterInput[] = [
    { hasResponse: true },
    { response: [{ path: '/a', exists: true }] },
    { submitted: [{ path: '', eq: '1' }] },
    { runData: [{ path: '/a', gt: '1' }] },
    { search: 'word' },
    { failureIn: ['a kind'] },
    { failureFirstSeenAfter: '-1d' },
  ];
  const kindOf = (filter: RunFilterInput) => scopeKindOf(parseRunFilter(filter, 0));

  it('includes a case for each filter that is payload', () => {
    const names = payloadFilters.flatMap((filter) => Object.keys(filter)).toSorted();
    expect(names).toEqual(namesOf(runParts.filters, 'payload').toSorted());
  });

  it.each(payloadFilters)('equals that of payload for %j, as the only condition and at any depth', (filter) => {
    expect(kindOf(filter)).toBe('payload');
    expect(kindOf({ status: 'FAIL', ...filter })).toBe('payload');
    expect(kindOf({ AND: [{ status: 'FAIL' }, { AND: [filter] }] })).toBe('payload');
    if ('search' in filter) return;
    expect(kindOf({ NOT: filter })).toBe('payload');
    expect(kindOf({ OR: [{ hasFiles: true }, { NOT: { AND: [filter] } }] })).toBe('payload');
  });

  it('equals that of usage for any other filter, and for null', () => {
    expect(kindOf({ hasFiles: true, primaryFailureReasonContains: 'rate', status: 'FAIL' })).toBe('usage');
    expect(kindOf({ NOT: { hasFiles: true } })).toBe('usage');
    expect(kindOf({ hasResponse: null, response: null, search: null })).toBe('usage');
    expect(scopeKindOf(parseRunFilter({ hasFiles: true }, 0), 'payload')).toBe('payload');
  });
});

describe('the scope of a report', () => {
  const kindOf = (...dimensions: readonly (keyof typeof runParts.dimensions)[]) => {
    const leaf = { measures: [], percentiles: [], splits: [] };
    const nested = dimensions.reduceRight<Parameters<typeof toGroupings>[0]>((statistics, by) => {
      const path = isPayload('dimensions', by) ? { path: '/a' } : {};
      return { ...leaf, splits: [{ dimension: { by, ...path }, top: { orderBy: 'RUNS_DESC', first: 3 }, statistics }] };
    }, leaf);
    return scopeKindOfGroupings(toGroupings(nested));
  };

  it('equals that of payload if any grouping in it is about payload', () => {
    for (const by of namesOf(runParts.dimensions, 'payload') as (keyof typeof runParts.dimensions)[]) {
      expect(kindOf(by)).toBe('payload');
      expect(kindOf('STATUS', by)).toBe('payload');
      expect(kindOf(by, 'STATUS')).toBe('payload');
    }
  });

  it('equals that of usage for all others', () => {
    expect(kindOf()).toBe('usage');
    for (const by of namesOf(runParts.dimensions, 'usage') as (keyof typeof runParts.dimensions)[]) {
      expect(kindOf(by, 'USER')).toBe('usage');
    }
  });
});
