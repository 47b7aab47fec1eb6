import { parseManifest } from '../../../src/import/manifest.js';

const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';
const file = { name: 'runs-00001.jsonl', rows: 1, bytes: 2, sha256: 'abc' };
const complete = {
  format: 'task-run-gateway-export',
  version: 1,
  kind: 'jsonl',
  org_id: id,
  project_id: id,
  task_id: null,
  watermark: 'x',
  complete: true,
  files: [file],
};
const withChanges = (changes: Readonly<Record<string, unknown>>) => JSON.stringify({ ...complete, ...changes });

describe('the manifest of an export', () => {
  it('describes the files in the folder', () => {
    const lower = id.toLowerCase();
    expect(parseManifest(withChanges({}))).toEqual({ orgId: lower, projectId: lower, files: [file] });
  });

  it.each([
    ['not JSON', '{', 'The manifest is not a JSON object.'],
    ['null', 'null', 'The manifest is not a JSON object.'],
    ['of another format', withChanges({ format: 'x' }), 'its format is not task-run-gateway-export'],
    ['of a later version', withChanges({ version: 2 }), 'The export has version 2, but this program reads version 1.'],
    ['of CSV', withChanges({ kind: 'csv' }), 'An export as csv cannot be imported. Export with --format jsonl.'],
    ['of Parquet', withChanges({ kind: 'parquet' }), 'An export as parquet cannot be imported'],
    ['not complete', withChanges({ complete: false }), 'The export is not complete. Run the export again'],
    ['without a project', withChanges({ project_id: null }), 'does not name an organization and a project'],
    ['without files', withChanges({ files: {} }), 'lists no files'],
    ['with no file', withChanges({ files: [null] }), 'a file that does not belong to an export: undefined'],
    [
      'with a path',
      withChanges({ files: [{ ...file, name: '../runs-00001.jsonl' }] }),
      'does not belong to an export: "../runs',
    ],
    [
      'with no rows',
      withChanges({ files: [{ ...file, rows: 'x' }] }),
      'lacks the row count, size or SHA-256 of runs-00001',
    ],
    [
      'with no digest',
      withChanges({ files: [{ ...file, sha256: 1 }] }),
      'lacks the row count, size or SHA-256 of runs-00001',
    ],
  ])('fails when it is %s', (_title, text, message) => {
    expect(() => parseManifest(text)).toThrow(message);
  });
});
