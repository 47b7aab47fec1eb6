// The bodies of the REST twin as the REST reference types them.

import { resourceIdPattern } from '../../access/resource-id.js';
import type { JsonSchema } from './operation.js';

const described = (schema: JsonSchema, description: string): JsonSchema => ({ ...schema, description });
const orNull = (schema: JsonSchema): JsonSchema => ({ ...schema, type: [schema.type, 'null'] });

export const idSchema = { type: 'string', format: 'uuid', pattern: resourceIdPattern };
const id = idSchema;
const text = { type: 'string' };
const label = { type: 'string', maxLength: 64 };
const whole = { type: 'integer' };
const seconds = orNull({ type: 'number', format: 'double' });
const flag = { type: ['boolean', 'null'], default: false };
const time = { type: 'string', format: 'date-time' };

/** Of a run's path, in its order: the first that is malformed is the one that is named. */
export const runPathParameters = {
  org_id: described(id, 'The unique identifier of the organization.'),
  project_id: described(id, 'The unique identifier of the project.'),
  task_id: described(id, 'The specific Task to reference.'),
  task_run_id: described(id, 'The specific Task Run to reference.'),
};

const reportingGroup = objectOf({
  id: described(id, 'The unique identifier of the reporting group.'),
  name: described({ ...label, minLength: 1 }, 'Unique within the project.'),
  description: described(orNull({ type: 'string', maxLength: 500 }), 'What the group is for.'),
  project_id: described(id, 'The project the group belongs to.'),
  created: described(time, 'When the group was created.'),
  modified: described(time, 'When the group was last changed.'),
});

const taskRunFile = objectOf({
  name: described({ type: 'string', maxLength: 255 }, 'Unique within the run.'),
  content_type: described(text, 'The media type.'),
  size_bytes: described({ type: 'integer', format: 'int64' }, 'The size in bytes.'),
  direction: described(
    { type: 'string', enum: ['INPUT', 'OUTPUT'] },
    'Whether it went into the run or came out of it.',
  ),
  created: described(time, 'When the file was stored.'),
  download_url: described({ type: 'string', format: 'uri' }, 'Signed: it needs no token, and expires.'),
});

const taskRun = objectOf({
  task_id: described(id, 'The unique identifier of the Task associated with this run.'),
  task_revision_id: described(id, 'The unique identifier of the Task Revision associated with this run.'),
  response: described(
    {},
    'The structured response from the Task execution: a string or an object; null if there is none.',
  ),
  run_data: described({}, 'Additional data about the Task execution, including submitted inputs.'),
  id: described(id, 'The unique identifier of the Task Run.'),
  created: described(time, 'When the Task Run was created, to the microsecond.'),
  input_tokens: described(whole, 'The number of tokens submit as input to the model.'),
  output_tokens: described(whole, 'The number of tokens generated and output by the model.'),
  total_tokens: described(whole, 'The total token usage for the TaskRun.'),
  input_processor_timing: described(seconds, 'The time in seconds spent running input processors.'),
  llm_call_timing: described(seconds, 'The time in seconds for the LLM API call.'),
  charged_credits: described(
    orNull({ type: 'string', pattern: '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$' }),
    'The total credits charged for the TaskRun.',
  ),
  files: described(
    orNull({ type: 'array', items: { $ref: '#/components/schemas/TaskRunFile' } }),
    'List of file metadata objects with enriched information including download URLs.',
  ),
  is_error: described(flag, 'Whether the run failed.'),
  llm_retries: described(
    { type: ['integer', 'null'], default: 0 },
    'Number of retry attempts made during LLM execution.',
  ),
  used_fallback_model: described(flag, 'Whether the fallback model was used.'),
  primary_failure_reason: described(orNull(text), 'Reason the primary model failed.'),
  fallback_llm_model_id: described(orNull(id), 'Fallback model that was used.'),
  user_id: described(orNull(id), 'The unique identifier of the User who executed the task.'),
  reporting_group_id: described(orNull(id), 'The ID of the reporting group to associate with this task run.'),
  reference: described(orNull(label), 'An optional reference identifier for this task run.'),
  context_id: described(orNull(label), 'An optional context ID for grouping related task runs.'),
  reporting_group: {
    oneOf: [{ $ref: '#/components/schemas/ReportingGroup' }, { type: 'null' }],
    description: 'The reporting group associated with this task run.',
  },
});

const taskRunPage = objectOf({
  results: { type: 'array', items: { $ref: '#/components/schemas/TaskRun' } },
  pagination: objectOf({
    next_cursor: described(orNull(text), 'For `cursor`; null on the last page.'),
    has_next: { type: 'boolean' },
    page_limit: whole,
  }),
});

/** 422 alone lists what is wrong; every other error says one thing. */
const refusal = objectOf({
  detail: {
    type: 'object',
    properties: {
      message: text,
      reason: described(text, 'What programs go by.'),
      argument: described(text, 'The parameter that is malformed.'),
      permission: text,
      resource: text,
      retryAfter: described({ type: 'number' }, 'Seconds after which trying again makes sense.'),
      requestId: described(text, 'What the error was logged under.'),
    },
    required: ['message', 'reason'],
    additionalProperties: false,
  },
});

const validationRefusal = objectOf({
  detail: {
    type: 'array',
    minItems: 1,
    items: objectOf({
      loc: { type: 'array', items: { type: ['string', 'integer'] } },
      msg: text,
      type: text,
    }),
  },
});

export const componentSchemas = {
  TaskRun: taskRun,
  TaskRunPage: taskRunPage,
  TaskRunFile: taskRunFile,
  ReportingGroup: reportingGroup,
  Refusal: refusal,
  ValidationRefusal: validationRefusal,
};

/** Nothing is left out, and nothing else is in it. */
function objectOf(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
