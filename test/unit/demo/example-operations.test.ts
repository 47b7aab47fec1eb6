import { type FieldNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { readExampleOperations } from '../../../src/demo/example-operations.js';
import { runColumns } from '../../../src/task-runs/columns/run-columns.js';

describe('the first example operation', () => {
  it('selects all fields of the REST reference', () => {
    const [{ query }] = readExampleOperations();
    const [operation] = parse(query).definitions as [OperationDefinitionNode];
    const [taskRun] = operation.selectionSet.selections as [FieldNode];
    const selected = taskRun.selectionSet!.selections.map((field) =>
      field.kind === Kind.FIELD ? field.name.value : '',
    );
    const columns = runColumns.map(({ propertyName }) => propertyName);
    expect(selected.sort()).toEqual([...columns, 'files', 'reportingGroup'].sort());
    expect(selected).toHaveLength(23);
  });
});
