import { ArgsType, Directive, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { formatCount } from '../../format-count.js';
import type { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import type { TaskRunRecord } from '../../task-runs/columns/records.js';
import { runColumn } from '../../task-runs/columns/run-columns.js';
import { DateTimeScalar, JSONScalar, namedScalars, UUIDScalar } from '../scalars/index.js';
import { Bounded } from './bounds.js';
import { Node } from './node.js';

/** Declares a field for a column of the run, with the type, nullability and description from the entity. */
export function ColumnField(): PropertyDecorator {
  return (prototype, property) => {
    const { scalar, isNullable, default: nullReadsAs, description } = runColumn(String(property));
    const nullable = isNullable && nullReadsAs === undefined;
    Field(() => namedScalars[scalar], { nullable, description: description! })(prototype, property);
  };
}

export enum TaskRunStatus {
  SUCCESS = 'SUCCESS',
  FAIL = 'FAIL',
}

registerEnumType(TaskRunStatus, {
  name: 'TaskRunStatus',
  description: 'The outcome of a task run.',
  valuesConfig: {
    SUCCESS: { description: 'The run succeeded: `isError` is false.' },
    FAIL: { description: 'The run failed: `isError` is true.' },
  },
});

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
export class TaskRun implements Node, Omit<TaskRunRecord, 'pointerValues' | 'withheld'> {
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
    description: 'The inputs as they were submitted (`runData.submitted`); null if the run has none.',
  })
  @Directive('@tag(name: "payload")')
  submitted!: RawJson | null;

  @Field(() => JSONScalar, {
    nullable: true,
    description: 'The value at a path in `runData`; null if there is no value at the path.',
  })
  @Directive('@tag(name: "payload")')
  runDataAt!: RawJson | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "The size in bytes of the response's JSON text; null if there is no response. `response` need not be selected.",
  })
  @Directive('@tag(name: "payload")')
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
    description: `The message of a failed run: the first non-empty string at \`/detail/message\`, \`/error/message\`, \`/message\`, \`/detail\` or \`/error\` in its response, or the response itself if it is a string. At most ${formatCount(limits.failureMessageLength.value)} characters; the rest of the response is not read. Null if the run did not fail or has no message.`,
  })
  @Directive('@tag(name: "payload")')
  failureMessage!: string | null;

  @Field(() => String, {
    nullable: true,
    description: `The kind of a failure: the whole message without the parts that differ from run to run. Numbers, ids, paths and times are \`#\`, quoted text \`"…"\`; statuses such as \`HTTP 401\` and names such as \`gpt-4o\` are kept. \`No message\` if the failed run has no message, null if the run did not fail. At most ${formatCount(limits.failureLength.value)} characters.`,
  })
  @Directive('@tag(name: "payload")')
  failure!: string | null;

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

  @Field(() => String, {
    nullable: true,
    description: `The model that executed the run, from its JSON; null if the run has none, or if it has more than ${limits.modelLength.value} characters.`,
  })
  model!: string | null;
}

export enum FileDirection {
  INPUT = 'INPUT',
  OUTPUT = 'OUTPUT',
}

registerEnumType(FileDirection, {
  name: 'FileDirection',
  description: 'Whether a file is an input or an output of a task run.',
  valuesConfig: {
    INPUT: { description: 'Submitted with the run.' },
    OUTPUT: { description: 'Produced by the run.' },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'An input or output file of a task run. Its bytes are available at `downloadUrl`.',
})
export class TaskRunFile {
  @Field(() => String, { description: 'The file name, unique within its run; up to 255 characters.' })
  name!: string;

  @Field(() => String, { description: 'The media type, such as `image/png`.' })
  contentType!: string;

  @Field(() => Float, { description: 'The size in bytes. An integer that may exceed the range of Int.' })
  sizeBytes!: number;

  @Field(() => FileDirection, { description: 'Whether the file was submitted with the run or produced by it.' })
  direction!: FileDirection;

  @Field(() => DateTimeScalar, { description: 'When the file was stored.' })
  created!: string;
}

/**
 * The path of a task. Ids are `ID`, not `UUID`, so that a malformed one is an error of its field, not of the operation.
 */
@ArgsType()
export class TaskPathArgs {
  @Field(() => ID, { description: 'The organization: 8-4-4-4-12 hexadecimal digits.' })
  orgId!: string;

  @Field(() => ID, { description: 'The project in that organization.' })
  projectId!: string;

  @Field(() => ID, { description: 'The task in that project.' })
  taskId!: string;
}

/** The path of a run. */
@ArgsType()
export class TaskRunArgs extends TaskPathArgs {
  @Field(() => ID, { description: 'The run of that task.' })
  id!: string;
}

@ArgsType()
export class TaskRunsByIdsArgs extends TaskPathArgs {
  @Field(() => [ID], { description: `The runs of that task, at most ${limits.ids.value}.` })
  @Bounded({ maxItems: limits.ids.value })
  ids!: string[];
}

/** Declares an argument that narrows a JSON field. @param missingValueText ends its description */
function PathField(missingValueText: string, { isRequired = false } = {}): PropertyDecorator {
  return (prototype, property) => {
    Field(() => String, {
      nullable: !isRequired,
      description: `A JSON Pointer (RFC 6901), such as \`/items/0/label\`. Only the value at this path is read and returned. ${missingValueText}`,
    })(prototype, property);
    Bounded({ maxLength: limits.pointerLength.value })(prototype, property);
  };
}

@ArgsType()
export class PathArgs {
  @PathField('If there is no such value, the field is null. If omitted, the whole value is returned.')
  path?: string | null;
}

/** The argument of a field that is never null. */
@ArgsType()
export class PathToValueArgs {
  @PathField(
    'If there is no such value, the field is an error, because it cannot be null. If omitted, the whole value is returned.',
  )
  path?: string | null;
}

@ArgsType()
export class RequiredPathArgs {
  @PathField('If there is no such value, the field is null.', { isRequired: true })
  path!: string;
}

@ArgsType()
export class PreviewArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: limits.defaultPreviewLength.value,
    description: `The maximum length in characters (1–${formatCount(limits.previewLength.value)}). Longer text is truncated and ends with an ellipsis.`,
  })
  @Bounded({ minimum: 1, maximum: limits.previewLength.value })
  length!: number | null;
}
