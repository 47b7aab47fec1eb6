/**
 * Limits what one request asks for in all, wherever in its operation that stands.
 * @returns a function that throws the rejection for what goes beyond
 */
export function createRequestLimit(max: number, rejection: () => Error): (count: number) => void {
  let total = 0;
  return (count) => {
    total += count;
    if (total > max) throw rejection();
  };
}
