import { declareLimit } from '../limits.js';

const maxChargeMs = declareLimit(5000, {
  section: 'HTTP',
  name: 'time for which the log line of a request waits for its cancelled statements',
  unit: 'ms',
  shownAs: 's',
  beyond: 'they are missing from `cost`',
});

/** The statements that a request has sent or shared, and their cost. A WebSocket counts as one request. */
export class RequestUsage {
  /** The number of statements sent. */
  statements = 0;
  /** The points that the request has cost. */
  points = 0;
  #endedStatements = 0;
  #onCharged: (() => void) | undefined;

  /** Called when a statement has ended and was charged, even after the end of the request. */
  endStatement(): void {
    this.#endedStatements += 1;
    if (this.#endedStatements === this.statements) this.#onCharged?.();
  }

  /** Calls `action` once all statements have ended. A cancelled statement ends, and is charged, after the response. */
  whenCharged(action: () => void): void {
    if (this.#endedStatements === this.statements) {
      action();
      return;
    }
    const timer = setTimeout(() => this.#onCharged?.(), maxChargeMs).unref();
    this.#onCharged = () => {
      clearTimeout(timer);
      this.#onCharged = undefined;
      action();
    };
  }
}
