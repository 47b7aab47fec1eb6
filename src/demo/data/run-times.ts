/** How far back runs were created, in milliseconds: 60 days. */
export const spanMs = 60 * 86_400_000;

/**
 * When the run of this index of `total` was created, in milliseconds since the epoch: the runs spread evenly over the
 * time before `endMs`, in order, so that ids that begin with the time fill the indexes from left to right.
 * `permille` moves it within its share.
 */
export function createdMsAt(index: number, total: number, endMs: number, permille: number, overMs = spanMs): number {
  return endMs - overMs + Math.floor((overMs / total) * (index + permille / 1000));
}
