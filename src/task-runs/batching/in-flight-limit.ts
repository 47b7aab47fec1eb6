/**
 * Limits what one request has in flight at a time: the root fields of an operation all begin in one tick, so that they
 * are counted together, and an operation that is executed again is not counted twice.
 */
export function createInFlightLimit(max: number, rejection: () => Error) {
  let inFlight = 0;
  return async <Result>(count: number, work: () => Promise<Result>): Promise<Result> => {
    inFlight += count;
    try {
      if (inFlight > max) throw rejection();
      return await work();
    } finally {
      inFlight -= count;
    }
  };
}
