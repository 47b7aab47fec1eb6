// The URIs of runs and their parts for agents, which read them in pieces.

export const runParts = ['response', 'run-data', 'files'] as const;
export type RunPart = (typeof runParts)[number];

export interface RunAddress {
  readonly id: string;
  /** The part; `null` for the run itself. */
  readonly part: RunPart | null;
  /** The position of the first character. */
  readonly offset: number;
}

export function runUri(id: string, part: RunPart | null, offset = 0): string {
  return `task-run://${id}${part === null ? '' : `/${part}`}${offset === 0 ? '' : `?offset=${offset}`}`;
}

const pattern = new RegExp(`^task-run://([0-9a-f-]{36})(?:/(${runParts.join('|')}))?(?:\\?offset=(\\d{1,15}))?$`, 'i');

/** Returns `null` for a URI that is not that of a run. */
export function parseRunUri(uri: string): RunAddress | null {
  const [, id, part = null, offset = '0'] = pattern.exec(uri) ?? [];
  return id === undefined ? null : { id, part: part as RunPart | null, offset: Number(offset) };
}
