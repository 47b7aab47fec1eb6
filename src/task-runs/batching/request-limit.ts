/**
 * Limits what one request asks for in all, wherever in its operation that stands.
 * @returns a function that throws the rejection for what goes beyond
 */
export function createRequestLimit(max: number, rejection: () => Error): (count: number) => void {
  let asked = 0;
  return (count) => {
    asked += count;
    if (asked > max) throw rejection();
  };
}
