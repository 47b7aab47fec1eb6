// Values that are available immediately for most requests, and promised for the others.

export type MaybePromise<Value> = Value | Promise<Value>;

/**
 * Returns the result of `next`: immediately for a value, so that nothing waits for a tick, and as a promise for a
 * promise.
 * @param onRejected handles the rejection of the promise. Like `then`, it does not handle errors thrown by `next`.
 * @throws what `next` throws for a value
 */
export function andThen<Value, Result, Fallback = never>(
  value: MaybePromise<Value>,
  next: (value: Value) => MaybePromise<Result>,
  onRejected?: (error: Error) => MaybePromise<Fallback>,
): MaybePromise<Result | Fallback> {
  return value instanceof Promise ? value.then(next, onRejected) : next(value);
}
