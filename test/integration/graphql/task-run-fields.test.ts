import { arrangePermissionWorld, direct, idOf, world } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

const everything = `{ id taskId taskRevisionId response runData submitted created inputTokens outputTokens totalTokens
  inputProcessorTiming llmCallTiming chargedCredits isError llmRetries usedFallbackModel primaryFailureReason
  fallbackLlmModelId userId reportingGroupId reference contextId
  reportingGroup { id name description projectId created modified }
  files { name contentType sizeBytes direction created downloadUrl } }`;

const runRow = {
  id: idOf(100),
  task_id: world.taskOf.all_viewers,
  task_revision_id: idOf(101),
  response: { text: 'schön 🎉', nested: { list: [1, null, true, 0.1] } },
  run_data: { submitted: { text: 'Sample text' }, files: [] },
  created: '2024-01-16T13:33:25.247662Z',
  input_tokens: 1234,
  output_tokens: 567,
  total_tokens: 1801,
  input_processor_timing: 0.00015282,
  llm_call_timing: 1.346,
  charged_credits: '1.00',
  is_error: true,
  llm_retries: 3,
  used_fallback_model: true,
  primary_failure_reason: 'rate_limited',
  fallback_llm_model_id: idOf(102),
  user_id: idOf(103),
  reporting_group_id: idOf(104),
  reference: 'r'.repeat(64),
  context_id: 'ü'.repeat(64),
};

const bareRow = {
  id: idOf(110),
  task_id: world.taskOf.all_viewers,
  task_revision_id: idOf(101),
  run_data: {},
  created: '2024-01-16T13:33:25Z',
  input_tokens: 0,
  output_tokens: 0,
  total_tokens: 0,
  is_error: null,
  llm_retries: null,
  used_fallback_model: null,
};

describe("a run's fields", () => {
  const gateway = useGateway({
    async arrange(database) {
      await arrangePermissionWorld(database);
      await database.query(
        `INSERT INTO reporting_group VALUES ($1, $2, 'Marketing', 'What marketing spends', '2024-01-01T00:00:00.000001Z', '2024-01-02T03:04:05.678901Z')`,
        [idOf(104), world.project],
      );
      const strings = ['1.00', '0.5', '12', '0.000125', '123456789012345678901234567890.10', '-3'];
      const rows = [
        runRow,
        bareRow,
        { ...bareRow, id: idOf(111), response: 'just "text"' },
        ...strings.map((credits, index) => ({ ...bareRow, id: idOf(120 + index), charged_credits: credits })),
      ];
      for (const row of rows) {
        const columns = Object.keys(row);
        await database.query(
          `INSERT INTO task_run (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_record(null::task_run, $1)`,
          [JSON.stringify(row)],
        );
      }
      await database.query(
        `INSERT INTO task_run_file VALUES ($1, 1, 'b.csv', 'text/csv', 5000000000, 'OUTPUT', 'k/b', '2024-01-16T13:33:25.000009Z'),
             ($1, 0, 'a.png', 'image/png', 10, 'INPUT', 'k/a', '2024-01-16T13:33:25Z')`,
        [runRow.id],
      );
    },
  });

  const read = async (id: string, selection: string) =>
    (
      await gateway.dataOf(
        `query ($id: ID!) { taskRun(orgId: "${world.org}", projectId: "${world.project}", taskId: "${world.taskOf.all_viewers}", id: $id) ${selection} }`,
        { as: direct('viewer', 'project'), variables: { id } },
      )
    ).taskRun;

  it('return all values as they were stored', async () => {
    expect(await read(runRow.id, everything)).toEqual({
      id: runRow.id,
      taskId: runRow.task_id,
      taskRevisionId: runRow.task_revision_id,
      response: runRow.response,
      runData: runRow.run_data,
      submitted: { text: 'Sample text' },
      created: '2024-01-16T13:33:25.247662Z',
      inputTokens: 1234,
      outputTokens: 567,
      totalTokens: 1801,
      inputProcessorTiming: 0.00015282,
      llmCallTiming: 1.346,
      chargedCredits: '1.00',
      isError: true,
      llmRetries: 3,
      usedFallbackModel: true,
      primaryFailureReason: 'rate_limited',
      fallbackLlmModelId: idOf(102),
      userId: idOf(103),
      reportingGroupId: idOf(104),
      reference: 'r'.repeat(64),
      contextId: 'ü'.repeat(64),
      reportingGroup: {
        id: idOf(104),
        name: 'Marketing',
        description: 'What marketing spends',
        projectId: world.project,
        created: '2024-01-01T00:00:00.000001Z',
        modified: '2024-01-02T03:04:05.678901Z',
      },
      files: [
        {
          name: 'a.png',
          contentType: 'image/png',
          sizeBytes: 10,
          direction: 'INPUT',
          created: '2024-01-16T13:33:25.000000Z',
          downloadUrl: expect.stringContaining(`${gateway.url}/api/v1/org/${world.org}/`),
        },
        expect.objectContaining({ name: 'b.csv', sizeBytes: 5_000_000_000, direction: 'OUTPUT' }),
      ],
    });
  });

  it('read as their defaults, null or an empty list where nothing is stored', async () => {
    expect(await read(bareRow.id, everything)).toEqual({
      ...{ id: bareRow.id, taskId: bareRow.task_id, taskRevisionId: bareRow.task_revision_id },
      ...{ response: null, runData: {}, submitted: null, created: '2024-01-16T13:33:25.000000Z' },
      ...{ inputTokens: 0, outputTokens: 0, totalTokens: 0, inputProcessorTiming: null, llmCallTiming: null },
      ...{ chargedCredits: null, isError: false, llmRetries: 0, usedFallbackModel: false },
      ...{ primaryFailureReason: null, fallbackLlmModelId: null, userId: null, reportingGroupId: null },
      ...{ reference: null, contextId: null, reportingGroup: null, files: [] },
    });
  });

  it('keep a plain string response a string', async () => {
    expect(await read(idOf(111), '{ response }')).toEqual({ response: 'just "text"' });
  });

  it.each([
    [0, '1.00'],
    [1, '0.5'],
    [2, '12'],
    [3, '0.000125'],
    [4, '123456789012345678901234567890.10'],
    [5, '-3'],
  ])('keep the scale of credits (%#)', async (index, credits) => {
    expect(await read(idOf(120 + index), '{ chargedCredits }')).toEqual({ chargedCredits: credits });
  });

  it('return, for an id in upper case, the run with a lower-case id', async () => {
    expect(await read(runRow.id.toUpperCase(), '{ id }')).toEqual({ id: runRow.id });
  });

  it.each([
    ['a fragment', '{ ...F } } fragment F on TaskRun { response runData files { name } reportingGroup { name } '],
    ['an inline fragment', '{ ... on TaskRun { response runData files { name } reportingGroup { name } } }'],
    [
      'aliases',
      '{ response: response runData: runData files: files { name } reportingGroup: reportingGroup { name } }',
    ],
    ['an @include', '{ response @include(if: true) runData files @skip(if: false) { name } reportingGroup { name } }'],
  ])('return when selected through %s', async (_title, selection) => {
    expect(await read(runRow.id, selection)).toEqual({
      response: runRow.response,
      runData: runRow.run_data,
      files: [{ name: 'a.png' }, { name: 'b.csv' }],
      reportingGroup: { name: 'Marketing' },
    });
  });
});
