import { parseFieldMap } from '../../src/import/rows/field-map.js';
import { createRunRowReader } from '../../src/import/rows/run-row.js';
import { block } from './documents.js';

it('the documented map makes a run of a row', async () => {
  const taskId = '01a01e2f-2000-71a3-9c64-0eae882a5626';
  const readRunRow = createRunRowReader({
    map: parseFieldMap(block('import-map').text),
    taskId,
    ignoresUnknown: false,
    acceptsDeletions: false,
    requiresRunData: false,
    file: null,
  });
  const row = {
    request_id: '"a"',
    time: '{"started":1705412005247}',
    latency: '1346',
    choices: '[{"message":{"content":"Hello"}}]',
    request: '{"prompt":"Hi"}',
  };
  const { runJson } = await readRunRow({
    number: 1,
    line: { bytes: Buffer.alloc(0), origin: 'a:1' },
    fields: new Map(Object.entries(row).map(([name, json]) => [name, { json }])),
  });
  expect(JSON.parse(runJson!)).toMatchObject({
    id: expect.stringMatching(/^018d127a-0d7f-/),
    task_id: taskId,
    created: '2024-01-16T13:33:25.247000Z',
    llm_call_timing: 1.346,
    response: 'Hello',
    run_data: { prompt: 'Hi' },
    task_revision_id: '01a01e2f-2000-7f0a-9c1d-2b7e9f3a4c5d',
  });
});
