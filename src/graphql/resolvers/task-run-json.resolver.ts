import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ByteBudget } from '../../admission/byte-budget.js';
import { validationFailed } from '../../errors/validation.js';
import { parsePointer } from '../../json/parse-pointer.js';
import { RawJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import { type PointerSource, pointerKey, toRawJson } from '../../task-runs/columns/json-pointer.js';
import type { TaskRunRecord } from '../../task-runs/columns/records.js';
import type { GatewayContext } from '../context.js';
import { malformedPath } from '../selection/run-selection.js';
import { PathArgs, PathToValueArgs, PreviewArgs, RequiredPathArgs, TaskRun } from '../types/run.js';

/**
 * A run's JSON: values, complete or at a path, and text, complete or truncated. All of it counts towards the response's
 * byte limit.
 */
@Resolver(() => TaskRun)
export class TaskRunJsonResolver {
  @FieldResolver()
  response(
    @Root() run: TaskRunRecord,
    @Args(() => PathArgs) { path }: PathArgs,
    @Ctx() { budget }: GatewayContext,
  ): RawJson | null {
    return path == null
      ? writeToBudget(run.response, budget.bytes)
      : valueAtPointer(run, 'response', path, budget.bytes);
  }

  @FieldResolver()
  submitted(
    @Root() run: TaskRunRecord,
    @Args(() => PathArgs) { path }: PathArgs,
    @Ctx() { budget }: GatewayContext,
  ): RawJson | null {
    return path == null
      ? writeToBudget(run.submitted, budget.bytes)
      : valueAtPointer(run, 'submitted', path, budget.bytes);
  }

  @FieldResolver()
  runData(
    @Root() run: TaskRunRecord,
    @Args(() => PathToValueArgs) { path }: PathToValueArgs,
    @Ctx() { budget }: GatewayContext,
  ): RawJson | null {
    if (path == null) return writeToBudget(run.runData, budget.bytes);
    const value = valueAtPointer(run, 'runData', path, budget.bytes);
    if (value === null) throw validationFailed(['path'], 'must point to a value. `runDataAt` returns null instead');
    return value;
  }

  @FieldResolver()
  runDataAt(
    @Root() run: TaskRunRecord,
    @Args(() => RequiredPathArgs) { path }: RequiredPathArgs,
    @Ctx() { budget }: GatewayContext,
  ): RawJson | null {
    return valueAtPointer(run, 'runDataAt', path, budget.bytes);
  }

  @FieldResolver()
  responseText(@Root() run: TaskRunRecord, @Ctx() { budget }: GatewayContext): string | null {
    return writeToBudget(textOf(run.response), budget.bytes);
  }

  @FieldResolver()
  runDataText(@Root() run: TaskRunRecord, @Ctx() { budget }: GatewayContext): string | null {
    return writeToBudget(textOf(run.runData), budget.bytes);
  }

  @FieldResolver()
  submittedText(@Root() run: TaskRunRecord, @Ctx() { budget }: GatewayContext): string | null {
    return writeToBudget(textOf(run.submitted), budget.bytes);
  }

  @FieldResolver()
  responsePreview(
    @Root() run: TaskRunRecord,
    @Args(() => PreviewArgs) { length }: PreviewArgs,
    @Ctx() { budget }: GatewayContext,
  ): string | null {
    return writeToBudget(truncate(run.responsePreview, length), budget.bytes);
  }

  @FieldResolver()
  submittedPreview(
    @Root() run: TaskRunRecord,
    @Args(() => PreviewArgs) { length }: PreviewArgs,
    @Ctx() { budget }: GatewayContext,
  ): string | null {
    return writeToBudget(truncate(run.submittedPreview, length), budget.bytes);
  }

  @FieldResolver()
  failureMessage(@Root() run: TaskRunRecord, @Ctx() { budget }: GatewayContext): string | null {
    return writeToBudget(run.failureMessage ?? null, budget.bytes);
  }

  @FieldResolver()
  failure(@Root() run: TaskRunRecord, @Ctx() { budget }: GatewayContext): string | null {
    return writeToBudget(run.failure ?? null, budget.bytes);
  }
}

/**
 * Counts the bytes that a value takes in the response. A string takes more than its length, because quotes are escaped.
 */
function writeToBudget<Value extends RawJson | string>(value: Value | null, budget: ByteBudget): Value | null {
  if (value instanceof RawJson) budget.write(value.text);
  else if (typeof value === 'string') budget.write(JSON.stringify(value));
  return value;
}

function valueAtPointer(
  run: TaskRunRecord,
  source: PointerSource,
  pointer: string,
  budget: ByteBudget,
): RawJson | null {
  if (parsePointer(pointer) === null) throw malformedPath();
  const text = run.pointerValues?.get(pointerKey({ source, pointer }));
  if (text === undefined) throw new Error(`The run was read without what ${source} requires.`);
  return writeToBudget(toRawJson(text, budget.maxBytes), budget);
}

function textOf(value: RawJson | null): string | null {
  return value instanceof RawJson ? value.text : null;
}

/** Truncates to a number of characters, counted as in PostgreSQL, never within a surrogate pair. */
function truncate(text: string | null | undefined, length: number | null): string | null {
  const maxLength = length ?? limits.defaultPreviewLength.value;
  if (text == null) return null;
  if (text.length <= maxLength) return text;
  const characters = [...text];
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}
