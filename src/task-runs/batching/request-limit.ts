/**
 * Limits a total of one request, wherever in its operation the parts are.
 * @returns a function that throws `rejection()` beyond the limit
 */
export function createRequestLimit(max: number, rejection: () => Error): (count: number) => void {
  let total = 0;
  return (count) => {
    total += count;
    if (total > max) throw rejection();
  };
}
