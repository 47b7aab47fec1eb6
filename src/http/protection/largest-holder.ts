import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';

/** Memory that a request holds until its response is sent. */
export interface Holding {
  readonly callerId: string;
  readonly raw: ServerResponse;
}

export interface Holder<Each> {
  readonly callerId: string;
  readonly bytes: number;
  readonly oldest: Each;
}

/** The caller that holds most; undefined where nobody holds anything. @param holdings oldest first */
export function largestHolder<Each extends Holding>(
  holdings: readonly Each[],
  bytesOf: (holding: Each) => number,
): Holder<Each> | undefined {
  const holders = new Map<string, Holder<Each>>();
  for (const holding of holdings) {
    const { callerId } = holding;
    const { bytes = 0, oldest = holding } = holders.get(callerId) ?? {};
    holders.set(callerId, { callerId, bytes: bytes + bytesOf(holding), oldest });
  }
  return [...holders.values()].toSorted((one, other) => other.bytes - one.bytes)[0];
}

/** The caller of the request's token or link. */
export function callerOfLog({ logFields: { caller, linkSubject } }: FastifyRequest): string {
  return caller?.id ?? linkSubject ?? 'nobody';
}
