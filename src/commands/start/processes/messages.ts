// Messages between the processes of a gateway: the parent, which supervises, and the workers, which serve requests.

export type WorkerMessage =
  | { readonly kind: 'listening'; readonly url: string; readonly greeting: string }
  /** The worker could not start, and exits. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Requests the metrics of all processes. */
  | { readonly kind: 'collect'; readonly id: number }
  /** The worker's own metrics in Prometheus text format. */
  | { readonly kind: 'measured'; readonly id: number; readonly text: string };

export type SupervisorMessage =
  | { readonly kind: 'measure'; readonly id: number }
  | { readonly kind: 'collected'; readonly id: number; readonly text: string };

/** Creates requests that are matched with their responses by id. */
export function createPendingRequests() {
  const pending = new Map<number, (text: string | undefined) => void>();
  let lastId = 0;
  return {
    /** @returns the text of the response, or `undefined` if none arrived in time */
    request(send: (id: number) => void, timeoutMs: number): Promise<string | undefined> {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        const settle = (text: string | undefined) => {
          pending.delete(id);
          clearTimeout(timer);
          resolve(text);
        };
        const timer = setTimeout(settle, timeoutMs, undefined);
        pending.set(id, settle);
        send(id);
      });
    },
    respond: (id: number, text: string) => pending.get(id)?.(text),
  };
}
