import { Field, Float, ID, InputType, Int } from 'type-graphql';
import type { RunFilterInput } from '../../../task-runs/scope/run-filter.js';
import { DateTimeScalar, DecimalScalar } from '../../scalars/index.js';
import { TaskRunStatus } from './task-run-status.enum.js';
import { TextFilter } from './text-filter.input.js';

/** Ids are `ID`, as in the path of a run: a malformed one is an error of its field, not of the operation. */
@InputType({
  description:
    'Which task runs to take. Whatever is given must hold; null counts as not given, where nothing else is said.',
})
export class TaskRunFilter implements RunFilterInput {
  @Field(() => TaskRunStatus, { nullable: true, description: 'Runs that ended like this.' })
  status?: TaskRunStatus | null;

  @Field(() => ID, { nullable: true, description: 'Runs of this task revision.' })
  taskRevisionId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Runs of this reporting group; null: runs without a group.' })
  reportingGroupId?: string | null;

  @Field(() => String, { nullable: true, description: "Runs of the project's reporting group of exactly this name." })
  reportingGroupName?: string | null;

  @Field(() => ID, { nullable: true, description: 'Runs that this user executed.' })
  userId?: string | null;

  @Field(() => TextFilter, { nullable: true, description: 'Runs whose `reference` is like this.' })
  reference?: TextFilter | null;

  @Field(() => TextFilter, { nullable: true, description: 'Runs whose `contextId` is like this.' })
  contextId?: TextFilter | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Runs created at this moment or later.' })
  createdAfter?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Runs created before this moment.' })
  createdBefore?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Runs that the fallback model answered, or those it did not.' })
  usedFallbackModel?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'Runs that this fallback model answered.' })
  fallbackLlmModelId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Runs whose `primaryFailureReason` holds this text somewhere, in exactly these letters.',
  })
  primaryFailureReasonContains?: string | null;

  @Field(() => Int, { nullable: true, description: 'Runs with at least so many retries.' })
  minLlmRetries?: number | null;

  @Field(() => Float, { nullable: true, description: 'Runs whose LLM call took at least so many seconds.' })
  minLlmCallTiming?: number | null;

  @Field(() => Int, { nullable: true, description: 'Runs of at least so many tokens in total.' })
  minTotalTokens?: number | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'Runs charged at least so many credits.' })
  minChargedCredits?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Runs with files, or those without.' })
  hasFiles?: boolean | null;
}
