// What the processes of one gateway say to each other: the parent, which supervises, and those that serve requests.

export type WorkerMessage =
  | { readonly kind: 'listening'; readonly url: string; readonly greeting: string }
  /** It ends, and this is why. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Wants the metrics of all processes. */
  | { readonly kind: 'collect'; readonly id: number }
  /** Its own metrics, as the text of Prometheus. */
  | { readonly kind: 'measured'; readonly id: number; readonly text: string };

export type SupervisorMessage =
  | { readonly kind: 'measure'; readonly id: number }
  | { readonly kind: 'collected'; readonly id: number; readonly text: string };

/** Answers that are waited for, by the ids of their questions. */
export function createPendingRequests() {
  const pending = new Map<number, (text: string | undefined) => void>();
  let lastId = 0;
  return {
    /** @returns the text; undefined if none has come in time */
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
