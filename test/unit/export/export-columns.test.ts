import type { GatewayError } from '../../../src/errors/gateway-error.js';
import {
  exportColumns,
  exportGroups,
  exportSelection,
  nameOfColumn,
  parseExportGroups,
} from '../../../src/export/export-columns.js';
import { FieldGroup } from '../../../src/task-runs/record/field-groups.js';
import { runColumns } from '../../../src/task-runs/record/run-columns.js';

const namesOf = (fields: string | undefined) => exportColumns(parseExportGroups(fields)).map(nameOfColumn);

describe('The columns of an export', () => {
  it('include all columns of a run and its files, each once', () => {
    expect(exportColumns(exportGroups).map(nameOfColumn).toSorted()).toEqual(
      [...runColumns.map(({ databaseName }) => databaseName), 'files'].toSorted(),
    );
  });

  it('follow the order of the groups, whatever the order of the selection', () => {
    expect(namesOf('timing,usage,timing')).toEqual([
      'input_tokens',
      'output_tokens',
      'total_tokens',
      'charged_credits',
      'input_processor_timing',
      'llm_call_timing',
    ]);
    expect(namesOf('files,core').slice(-2)).toEqual(['context_id', 'files']);
  });

  it('include all but the files by default', () => {
    expect(namesOf(undefined)).toEqual(namesOf('core,usage,timing,io'));
  });

  it.each(['', 'core,', 'Core', 'core, usage', 'id', 'constructor'])('reject the unknown group in "%s"', (fields) => {
    let error: GatewayError | undefined;
    try {
      parseExportGroups(fields);
    } catch (thrown) {
      error = thrown as GatewayError;
    }
    expect(error!.extensions.detail).toEqual([
      {
        loc: ['query', 'fields'],
        msg: expect.stringContaining('must list some of core, usage, timing, io, files'),
        type: 'value_error',
      },
    ]);
  });

  it('determine all that is read', () => {
    expect(exportSelection(['core'])).toEqual({ fieldGroups: FieldGroup.details, pointers: [] });
    expect(exportSelection(['io', 'files']).fieldGroups).toBe(
      FieldGroup.details | FieldGroup.response | FieldGroup.runData | FieldGroup.files,
    );
  });
});
