import { validationFailed } from '../errors/validation.js';
import { formatCount } from '../format-count.js';
import type { Limit } from '../limits.js';

/** Counts the objects that a request has asked for. */
export class LimitCounts {
  /** Totals by limit and group. */
  readonly #totals = new Map<string, number>();

  /**
   * Counts requested objects over the whole operation.
   * @param loc path of the argument that requests them
   * @param group of the limit; if omitted, the whole request
   * @returns the total
   * @throws GatewayError VALIDATION_FAILED above the limit
   */
  count({ name, value }: Limit, amount: number, loc: readonly string[] = ['query'], group = ''): number {
    const key = group === '' ? name : `${name} ${group}`;
    const total = (this.#totals.get(key) ?? 0) + amount;
    this.#totals.set(key, total);
    if (total <= value) return total;
    const max = formatCount(value);
    throw validationFailed(loc, `must not request more than ${max} ${name}`, 'too_long');
  }
}
