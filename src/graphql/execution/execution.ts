// The state of an execution: its inputs, its errors, and the number of pending promises.

import { type FieldNode, GraphQLError, type GraphQLResolveInfo, locatedError } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';
import type { MaybePromise } from '../../maybe-promise.js';

/** The inputs, named as in `info`. */
export type ExecutionInputs = Pick<
  GraphQLResolveInfo,
  'schema' | 'fragments' | 'rootValue' | 'operation' | 'variableValues'
> & { readonly contextValue: unknown };

/** The container of a completed value, either an object in the result or a list. */
export type Container = Record<string | number, unknown>;

/** An object or list in the result, and its position. */
export class Position {
  /** Whether an error has nulled it or an ancestor, so that pending values below no longer count. */
  isNulled = false;

  constructor(
    readonly parent: Position | null,
    readonly container: Container,
    readonly key: string | number,
    readonly typename: string | undefined,
    readonly isNullable: boolean,
  ) {}
}

/** Returns the path in the format used in errors. @param position undefined at the root */
function toPathArray(position: Position, key: string | number): (string | number)[] {
  const path = [key];
  for (let at = position; at.parent; at = at.parent) path.push(at.key);
  return path.reverse();
}

/** Returns the path in the format used in `info`. */
export function toPath(position: Position, key: string | number, typename: string | undefined): Path {
  const { parent } = position;
  return { prev: parent === null ? undefined : toPath(parent, position.key, position.typename), key, typename };
}

/** The location of a value in the result, for its completion and its errors. */
export interface Slot {
  readonly fieldNodes: readonly FieldNode[];
  readonly container: Container;
  readonly key: string | number;
  readonly parent: Position;
  readonly isNullable: boolean;
}

/** Returned for a promised value, which is set in its container later. */
export const pending = Symbol('pending');

export class Execution {
  readonly root: Position;
  readonly result: { data: Record<string, unknown> | null } = { data: null };
  readonly errors: GraphQLError[] = [];
  processorMs = 0;
  #promises = 0;
  #onSettled: (() => void) | undefined;

  constructor(readonly inputs: ExecutionInputs) {
    this.root = new Position(null, this.result, 'data', undefined, true);
  }

  /** Sets the completed value once the promise is fulfilled. Until then it is null. */
  settle<At extends Slot>(
    promised: PromiseLike<unknown>,
    slot: At,
    complete: (value: unknown, slot: At, execution: Execution) => unknown,
  ): void {
    this.#promises += 1;
    // Delayed by a tick to match graphql-js' order of errors.
    const fail = (error: unknown) =>
      queueMicrotask(() => {
        this.#failPromised(error, slot);
        this.#countDown();
      });
    // Unlike an arbitrary thenable, a native promise calls back only once, and not before the sibling fields have been
    // read.
    Promise.resolve(promised).then((value) => {
      const startedAt = performance.now();
      try {
        const completed = complete(value, slot, this);
        if (completed !== pending) slot.container[slot.key] = completed;
      } catch (error) {
        return fail(error);
      } finally {
        this.processorMs += performance.now() - startedAt;
      }
      this.#countDown();
    }, fail);
  }

  /** Calls `finish` once no promise is pending, which may be immediately. */
  whenSettled<Result>(finish: () => Result): MaybePromise<Result> {
    if (this.#promises === 0) return finish();
    return new Promise((resolve, reject) => {
      this.#onSettled = () => {
        try {
          resolve(finish());
        } catch (error) {
          reject(error);
        }
      };
    });
  }

  /**
   * Records a value's error, and returns null.
   * @throws GraphQLError for a value that cannot be null, which fails the completion of its container
   */
  fail(rawError: unknown, slot: Slot): null {
    const error = locatedError(rawError, slot.fieldNodes, toPathArray(slot.parent, slot.key));
    if (!slot.isNullable) {
      slot.parent.isNulled = true;
      throw error;
    }
    this.#report(error, slot.parent);
    return null;
  }

  /** Records an error at the root, which makes the data null. */
  failRoot(error: unknown): void {
    this.result.data = null;
    this.root.isNulled = true;
    const { message } = error as Error;
    this.errors.push(
      error instanceof GraphQLError ? error : new GraphQLError(message, { originalError: error as Error }),
    );
  }

  /**
   * Records a promised value's error and propagates null, because the completion of its container has already returned.
   */
  #failPromised(rawError: unknown, { fieldNodes, parent, key, isNullable }: Slot): void {
    const error = locatedError(rawError, fieldNodes, toPathArray(parent, key));
    let ancestor: Position | null = parent;
    for (let isNull = isNullable; !isNull; ancestor = ancestor.parent) {
      // An earlier error has already nulled it.
      if (ancestor === null || ancestor.isNulled) return;
      ancestor.isNulled = true;
      isNull = ancestor.isNullable;
      if (isNull) ancestor.container[ancestor.key] = null;
    }
    this.#report(error, ancestor);
  }

  #report(error: GraphQLError, ancestor: Position | null): void {
    for (let at = ancestor; at !== null; at = at.parent) if (at.isNulled) return;
    this.errors.push(error);
  }

  #countDown(): void {
    this.#promises -= 1;
    if (this.#promises === 0) this.#onSettled?.();
  }
}
