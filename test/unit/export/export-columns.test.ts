import {
  defaultExportGroups,
  type ExportGroup,
  exportColumns,
  exportGroups,
  exportSelection,
  nameOfColumn,
} from '../../../src/export/export-columns.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import { runColumns } from '../../../src/task-runs/columns/run-columns.js';

const namesOf = (...groups: readonly ExportGroup[]) => exportColumns(groups).map(nameOfColumn);

describe('The columns of an export', () => {
  it('include all columns of a run and its files, each once', () => {
    expect(exportColumns(exportGroups).map(nameOfColumn).toSorted()).toEqual(
      [...runColumns.map(({ databaseName }) => databaseName), 'files'].toSorted(),
    );
  });

  it('follow the order of the groups, whatever the order of the selection', () => {
    expect(namesOf('timing', 'usage', 'timing')).toEqual([
      'input_tokens',
      'output_tokens',
      'total_tokens',
      'charged_credits',
      'input_processor_timing',
      'llm_call_timing',
    ]);
    expect(namesOf('files', 'core').slice(-2)).toEqual(['context_id', 'files']);
  });

  it('include all but the files by default', () => {
    expect(namesOf(...defaultExportGroups)).toEqual(namesOf('core', 'usage', 'timing', 'io'));
  });

  it('contain the model as the last of the group core, where its place is known', () => {
    const names = exportColumns(['usage', 'core'], { hasModels: true }).map(nameOfColumn);
    expect(names.slice(names.indexOf('context_id')).slice(0, 3)).toEqual(['context_id', 'model', 'input_tokens']);
    expect(exportColumns(['usage'], { hasModels: true }).map(nameOfColumn)).toEqual(namesOf('usage'));
    const pointer = { source: 'runData', pointer: '/model', isModel: true } as const;
    expect(exportSelection(['core'], pointer).pointers).toEqual([pointer]);
    expect(exportSelection(['io'], pointer).pointers).toEqual([]);
  });

  it('determine all that is read', () => {
    expect(exportSelection(['core'])).toEqual({ fieldGroups: FieldGroup.details, pointers: [] });
    expect(exportSelection(['io', 'files']).fieldGroups).toBe(
      FieldGroup.details | FieldGroup.response | FieldGroup.runData | FieldGroup.files,
    );
  });
});
