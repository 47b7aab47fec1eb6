import { type FieldNode, type GraphQLSchema, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { createSchema } from '../../../../src/graphql/schema/schema.js';
import { runSelection } from '../../../../src/graphql/selection/run-selection.js';
import { FieldGroup } from '../../../../src/task-runs/columns/field-groups.js';

const { none, details, response, files } = FieldGroup;

describe('the run selection of an operation', () => {
  let schema: GraphQLSchema;
  beforeAll(async () => {
    schema = await createSchema();
  });

  const selectionOf = (document: string) => {
    const { definitions } = parse(document);
    const [operation] = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    return runSelection({
      schema,
      variableValues: {},
      fieldNodes: operation!.selectionSet.selections as readonly FieldNode[],
      fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
    });
  };

  it.each([
    ['{ r { orgId projectId taskId organization { id } project { id } task { id __typename } } }', none],
    ['{ r { user { id } } }', details],
    ['{ r { fallbackLlmModel { id } } }', details],
    ['{ r { response files { name } } }', response | files],
    ['{ e { ... on TaskRun { response } ... on ReportingGroup { name description created } } }', response],
    ['{ e { ... on _Entity { __typename ... on TaskRun { files { name } } } } }', files],
    ['{ e { ...G ...R } } fragment G on ReportingGroup { created } fragment R on TaskRun { response }', response],
  ])('reads only the field groups of %s', (document, fieldGroups) => {
    expect(selectionOf(document)).toEqual({ fieldGroups, pointers: [] });
  });

  it('takes the length of the longest preview, whatever its variable says', () => {
    const [operation] = parse(
      'query ($length: Int) { r { responsePreview a: responsePreview(length: 7) submittedPreview(length: $length) } }',
    ).definitions as [OperationDefinitionNode];
    const fieldNodes = operation.selectionSet.selections as readonly FieldNode[];
    for (const [length, previewLength] of [
      [1000, 1000],
      [1, 200],
      [null, 200],
    ] as const) {
      expect(runSelection({ schema, fragments: {}, fieldNodes, variableValues: { length } })).toEqual({
        fieldGroups: FieldGroup.responsePreview | FieldGroup.submittedPreview,
        pointers: [],
        previewLength,
      });
    }
    for (const length of [0, -1, 1001]) {
      expect(() => runSelection({ schema, fragments: {}, fieldNodes, variableValues: { length } })).toThrow(
        expect.objectContaining({
          extensions: expect.objectContaining({
            detail: [
              {
                loc: ['length'],
                msg: expect.stringContaining('must be between 1 and 1,000, not '),
                type: 'value_error',
              },
            ],
          }),
        }),
      );
    }
  });

  it('allows six previews at most', () => {
    const previews = (count: number) =>
      Array.from({ length: count }, (_, index) => `p${index}: responsePreview(length: ${index + 1})`);
    expect(selectionOf(`{ r { ${previews(6)} } }`).previewLength).toBe(6);
    expect(() => selectionOf(`{ r { ${previews(7)} } }`)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ reason: 'VALIDATION_FAILED' }) }),
    );
  });

  it.each([
    ['responseText', response],
    ['runDataText', FieldGroup.runData],
    ['submittedText', FieldGroup.submitted],
  ])('reads the JSON that %s is the text of', (field, fieldGroups) => {
    expect(selectionOf(`{ r { ${field} } }`)).toEqual({ fieldGroups, pointers: [] });
  });

  it('includes fields below more fragments than calls can be nested', () => {
    const chain = Array.from({ length: 5000 }, (_, index) => `fragment F${index} on Any { ...F${index + 1} }`);
    const document = `{ r { group: reportingGroup { ...F0 } } } ${chain.join(' ')} fragment F5000 on Any { id }`;
    expect(selectionOf(document).fieldGroups).toBe(FieldGroup.reportingGroup);
  });

  it('follows the variables in JSON pointers, for the same field nodes', () => {
    const [operation] = parse('query ($path: String) { r { response(path: $path) } }').definitions as [
      OperationDefinitionNode,
    ];
    const fieldNodes = operation.selectionSet.selections as readonly FieldNode[];
    const selectionFor = (path: string | null) =>
      runSelection({ schema, fragments: {}, fieldNodes, variableValues: { path } });
    expect(selectionFor(null)).toEqual({ fieldGroups: response, pointers: [] });
    for (const pointer of ['/a', '/b']) {
      expect(selectionFor(pointer)).toEqual({ fieldGroups: none, pointers: [{ source: 'response', pointer }] });
    }
  });

  it('walks a fragment once, however often it is spread', () => {
    const doubling = Array.from(
      { length: 20 },
      (_, index) => `fragment F${index} on TaskRun { ...F${index + 1} ...F${index + 1} }`,
    );
    const document = `{ r { ...F0 } } ${doubling.join(' ')} fragment F20 on TaskRun { response }`;
    expect(selectionOf(document)).toEqual({ fieldGroups: response, pointers: [] });
  });
});
