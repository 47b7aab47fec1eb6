import { Directive, Field, Int, ObjectType } from 'type-graphql';
import type { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import type { TaskRunRecord } from '../../task-runs/record/records.js';
import { JSONScalar, UUIDScalar } from '../scalars/index.js';
import { ColumnField } from './column-field.js';
import { TaskRunStatus } from './lists/task-run-status.enum.js';
import { Node } from './node.js';

const textDescription = (field: string) =>
  `The JSON text of \`${field}\` as a string, in which numbers keep their full precision. Null if there is no value.`;

const previewDescription = (field: string) =>
  `The beginning of \`${field}\`, for display: a string without quotes, or other JSON as its text. Null if there is no value. The rest of the value is not read from the database.`;

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'The complete record of one execution of an LLM task: its inputs, response, timing, usage and errors.',
})
@Directive('@key(fields: "orgId projectId taskId id")')
@Directive('@key(fields: "id")')
export class TaskRun implements Node, Omit<TaskRunRecord, 'pointerValues' | 'storedCreated'> {
  @ColumnField() id!: string;

  @Field(() => UUIDScalar, { description: 'The organization the run belongs to.' })
  orgId!: string;

  @Field(() => UUIDScalar, { description: 'The project the run belongs to.' })
  projectId!: string;

  @ColumnField() taskId!: string;
  @ColumnField() taskRevisionId!: string;

  @ColumnField()
  @Directive('@tag(name: "payload")')
  response!: RawJson | null;

  @ColumnField()
  @Directive('@tag(name: "payload")')
  runData!: RawJson;

  @Field(() => JSONScalar, {
    nullable: true,
    description: 'The inputs as they were submitted (`runData.submitted`); null if there are none.',
  })
  @Directive('@tag(name: "payload")')
  submitted!: RawJson | null;

  @Field(() => JSONScalar, {
    nullable: true,
    description: 'The value at a path in `runData`; null if the path leads to no value.',
  })
  runDataAt!: RawJson | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "The size in bytes of the response's JSON text; null if there is no response. It does not require `response` to be selected.",
  })
  responseBytes!: number | null;

  @Field(() => String, { nullable: true, description: textDescription('response') })
  @Directive('@tag(name: "payload")')
  responseText!: string | null;

  @Field(() => String, { nullable: true, description: textDescription('runData') })
  @Directive('@tag(name: "payload")')
  runDataText!: string | null;

  @Field(() => String, { nullable: true, description: textDescription('submitted') })
  @Directive('@tag(name: "payload")')
  submittedText!: string | null;

  @Field(() => String, { nullable: true, description: previewDescription('response') })
  @Directive('@tag(name: "payload")')
  responsePreview!: string | null;

  @Field(() => String, { nullable: true, description: previewDescription('submitted') })
  @Directive('@tag(name: "payload")')
  submittedPreview!: string | null;

  @Field(() => TaskRunStatus, {
    description: 'The outcome of the run: `isError` as the enum that filters and statistics use.',
  })
  status!: TaskRunRecord['status'];

  @Field(() => String, {
    nullable: true,
    description: `The message of a failed run: the first non-empty string at \`/detail/message\`, \`/error/message\`, \`/message\`, \`/detail\` or \`/error\` in its response, or the response itself if it is a string. At most ${limits.failureMessageLength.value.toLocaleString('en')} characters; the rest of the response is not read. Null if the run did not fail or has no message.`,
  })
  @Directive('@tag(name: "payload")')
  failureMessage!: string | null;

  @ColumnField() created!: string;
  @ColumnField() inputTokens!: number;
  @ColumnField() outputTokens!: number;
  @ColumnField() totalTokens!: number;
  @ColumnField() inputProcessorTiming!: number | null;
  @ColumnField() llmCallTiming!: number | null;
  @ColumnField() chargedCredits!: string | null;
  @ColumnField() isError!: boolean;
  @ColumnField() llmRetries!: number;
  @ColumnField() usedFallbackModel!: boolean;
  @ColumnField() primaryFailureReason!: string | null;
  @ColumnField() fallbackLlmModelId!: string | null;
  @ColumnField() userId!: string | null;
  @ColumnField() reportingGroupId!: string | null;
  @ColumnField() reference!: string | null;
  @ColumnField() contextId!: string | null;
}
