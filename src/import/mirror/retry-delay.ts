// limit | Database and files | `Retry-After` of a mirrored service | ms | the command fails
const maxDelayMs = 3_600_000;

/** Returns milliseconds; null: a retry would not help, or only after more than an hour. `attempt` counts from 1. */
export function retryDelayOf(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  attempt: number,
  now: number,
): number | null {
  if (![429, 502, 503, 504].includes(status)) return null;
  const retryAfter = headers.get('retry-after');
  if (retryAfter === null) return 500 * 2 ** attempt;
  const delay = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return delay <= maxDelayMs ? Math.max(0, delay) : null;
}
