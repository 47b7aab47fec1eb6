/** Returns a number with commas between thousands, such as `12,345`. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString('en');
}
