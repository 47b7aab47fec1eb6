import { ArgsType, type ClassType, Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { BigIntScalar, DateTimeScalar, DecimalScalar } from '../scalars/index.js';
import { RunAccess } from './access.js';
import { Bounded } from './bounds.js';
import { TaskRun } from './run.js';
import { RunFilterArgs, RunScopeArgs } from './run-filter.js';

export enum TaskRunOrder {
  CREATED_DESC = 'CREATED_DESC',
  CREATED_ASC = 'CREATED_ASC',
  LLM_CALL_TIMING_DESC = 'LLM_CALL_TIMING_DESC',
  LLM_CALL_TIMING_ASC = 'LLM_CALL_TIMING_ASC',
  CHARGED_CREDITS_DESC = 'CHARGED_CREDITS_DESC',
  CHARGED_CREDITS_ASC = 'CHARGED_CREDITS_ASC',
  TOTAL_TOKENS_DESC = 'TOTAL_TOKENS_DESC',
  TOTAL_TOKENS_ASC = 'TOTAL_TOKENS_ASC',
  LLM_RETRIES_DESC = 'LLM_RETRIES_DESC',
  LLM_RETRIES_ASC = 'LLM_RETRIES_ASC',
}

registerEnumType(TaskRunOrder, {
  name: 'TaskRunOrder',
  description:
    'The order of a list of task runs. Runs created in the same microsecond are ordered by id. When ordered by another value, runs without a value come last, and runs with equal values are ordered newest first. Fetching a page in such an order reads all runs in the list.',
  valuesConfig: {
    CREATED_DESC: { description: 'Newest run first.' },
    CREATED_ASC: { description: 'Oldest run first.' },
    LLM_CALL_TIMING_DESC: { description: 'Longest LLM call first.' },
    LLM_CALL_TIMING_ASC: { description: 'Shortest LLM call first.' },
    CHARGED_CREDITS_DESC: { description: 'Most credits charged first.' },
    CHARGED_CREDITS_ASC: { description: 'Fewest credits charged first.' },
    TOTAL_TOKENS_DESC: { description: 'Most tokens first.' },
    TOTAL_TOKENS_ASC: { description: 'Fewest tokens first.' },
    LLM_RETRIES_DESC: { description: 'Most retries first.' },
    LLM_RETRIES_ASC: { description: 'Fewest retries first.' },
  },
});

/** Adds an order and a range to the arguments that select runs. */
function withPage<Scope extends RunFilterArgs>(scopeArgs: ClassType<Scope>) {
  @ArgsType()
  abstract class RunPageArgs extends (scopeArgs as ClassType<RunFilterArgs>) {
    @Field(() => TaskRunOrder, { defaultValue: TaskRunOrder.CREATED_DESC, description: 'The order of the list.' })
    orderBy!: TaskRunOrder;

    @Field(() => Int, {
      nullable: true,
      description: `Returns the first N runs (1–${limits.pageSize.value}; default ${limits.defaultPageSize.value}).`,
    })
    @Bounded({ minimum: 1, maximum: limits.pageSize.value })
    first?: number | null;

    @Field(() => String, { nullable: true, description: 'Returns runs after this cursor of the same list.' })
    @Bounded({ maxLength: limits.cursorLength.value })
    after?: string | null;

    @Field(() => Int, {
      nullable: true,
      description: `Returns the last N runs (1–${limits.pageSize.value}). Cannot be combined with \`first\`.`,
    })
    @Bounded({ minimum: 1, maximum: limits.pageSize.value })
    last?: number | null;

    @Field(() => String, { nullable: true, description: 'Returns runs before this cursor of the same list.' })
    @Bounded({ maxLength: limits.cursorLength.value })
    before?: string | null;
  }
  return RunPageArgs as ClassType<Scope & RunPageArgs>;
}

@ArgsType()
export class TaskRunsArgs extends withPage(RunScopeArgs) {}

/** The arguments of a list on a task, project or organization. */
@ArgsType()
export class RunPageArgs extends withPage(RunFilterArgs) {}

@ObjectType({ simpleResolvers: true, description: 'A task run in a list.' })
export class TaskRunEdge {
  @Field(() => TaskRun, { nullable: true, description: 'The run; null, with an error, if it cannot be shown.' })
  node!: TaskRun | null;

  @Field(() => String, {
    description:
      'The position of the run in this list, for `after` and `before`. It is valid only with the same filter and order.',
  })
  cursor!: string;
}

@ObjectType({ simpleResolvers: true, description: 'The position of a page in its list.' })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean, {
    description: 'Whether the list has more items after the page. Always true if `last` and `before` are given.',
  })
  hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: 'Whether the list has items before the page. Always true if `after` is given without `last`.',
  })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the first item, or of the position where a backward scan ended. Null if the page is empty and the list ends.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The cursor of the last item, or of the position where the scan ended. Null if the page is empty and the list ends.',
  })
  endCursor!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: `How far the list was scanned for the runs of a page. If no index can answer the filter, runs are tested one by one in the order of the list, at most ${formatCount(limits.scannedRuns.value)} per operation. ${limits.entriesPerScannedRun.value} index entries count as one run.`,
})
export class ListScan {
  @Field(() => Boolean, {
    description:
      'Whether the page is full or the last of the list. If false, the cursors of `pageInfo` continue where the scan ended, even if the page is empty.',
  })
  isComplete!: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the last tested run was created. Null if the page is complete.',
  })
  scannedTo!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A page of task runs that the caller may see, as defined by the Relay connection specification.',
})
export class TaskRunConnection {
  @Field(() => [TaskRunEdge], { description: 'The runs of the page with their cursors.' })
  edges!: TaskRunEdge[];

  @Field(() => [TaskRun], {
    nullable: 'items',
    description: 'The runs of the page. An item is null, with an error, if its run cannot be shown.',
  })
  nodes!: (TaskRun | null)[];

  @Field(() => PageInfo, { description: 'The position of the page in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of runs in the whole list. They are counted only if this field is selected, which reads all runs of the list. Null, with an error, if that takes too long.',
  })
  totalCount?: Promise<number> | undefined;

  @Field(() => ListScan, { description: 'How far the list was scanned for the runs of the page.' })
  scan!: ListScan;

  @Field(() => RunAccess, {
    description:
      'Which runs the list includes from the tasks on which the caller has a role. ALL: all runs of all these tasks. OWN: for at least one of these tasks, only the runs that the caller executed itself.',
  })
  runAccess!: RunAccess;
}

@ArgsType()
export class CountUpToArgs {
  @Field(() => Int, {
    defaultValue: 10_000,
    description: `Stops at N runs (1–${formatCount(limits.countUpTo.value)}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.countUpTo.value })
  max!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A count that stops at a maximum.' })
export class BoundedCount {
  @Field(() => Int, { description: 'The number of runs, or a lower bound.' })
  count!: number;

  @Field(() => Boolean, { description: 'Whether these are all of the runs.' })
  isExact!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'Totals of all runs of a context.' })
export class TaskRunContextTotals {
  @Field(() => Int, { description: 'The number of runs.' })
  runs!: number;

  @Field(() => Int, { description: 'The number of runs that failed.' })
  errors!: number;

  @Field(() => BigIntScalar, { description: 'The number of retries of LLM calls in all runs.' })
  retries!: string;

  @Field(() => BigIntScalar, { description: 'Tokens submitted to models.' })
  inputTokens!: string;

  @Field(() => BigIntScalar, { description: 'Tokens generated by models.' })
  outputTokens!: string;

  @Field(() => BigIntScalar, { description: 'Tokens in total.' })
  totalTokens!: string;

  @Field(() => DecimalScalar, { description: 'The exact sum of the charged credits.' })
  chargedCredits!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the first run was created.' })
  from!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the last run was created.' })
  to!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A conversation: the runs in a project that have the same `contextId` and that the caller may see. They may belong to different tasks.',
})
export class TaskRunContext {
  @Field(() => String, { description: 'The `contextId` that its runs have in common.' })
  contextId!: string;

  @Field(() => TaskRunContextTotals, { description: 'Totals of all runs of the context.' })
  totals!: TaskRunContextTotals;
}

@ArgsType()
export class ContextRunsArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Returns the first N runs (1–${limits.pageSize.value}; default ${limits.defaultPageSize.value}).`,
  })
  @Bounded({ minimum: 1, maximum: limits.pageSize.value })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Returns runs after this cursor of the same context.' })
  @Bounded({ maxLength: limits.cursorLength.value })
  after?: string | null;
}
