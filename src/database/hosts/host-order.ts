import type { Host } from '../../libpq/connection-target.js';

/**
 * The time for which a failed host is tried last. Otherwise a host that never responds would cost its time limit on
 * every attempt.
 */
const failedPenaltyMs = 10_000;
/** The same for a host with another role. The role is detected immediately, and changes in a failover. */
const unsuitablePenaltyMs = 1000;

interface HostState {
  readonly host: Host;
  /** The time until which the host is tried after the others. */
  avoidedUntil: number;
}

/** Orders hosts by whether they accepted connections. Failed hosts are retried later. */
export class HostOrder {
  readonly #hosts: readonly HostState[];
  readonly #now: () => number;
  #preferred: Host | undefined;

  /** @param now returns milliseconds from a monotonic clock */
  constructor(hosts: readonly Host[], now: () => number) {
    this.#hosts = hosts.map((host) => ({ host, avoidedUntil: Number.NEGATIVE_INFINITY }));
    this.#now = now;
  }

  /** Returns the host to try next. */
  next(): Host {
    const usable = this.#hosts.filter((known) => !this.#isAvoided(known));
    if (usable.length > 0) return (usable.find(({ host }) => host === this.#preferred) ?? usable[0]!).host;
    return this.#hosts.reduce((one, other) => (other.avoidedUntil < one.avoidedUntil ? other : one)).host;
  }

  /** Returns whether all other hosts have failed or have another role. */
  isLastUsable(host: Host): boolean {
    return this.#hosts.every((known) => known.host === host || this.#isAvoided(known));
  }

  markConnected(host: Host): void {
    this.#find(host).avoidedUntil = Number.NEGATIVE_INFINITY;
    this.#preferred = host;
  }

  markFailed(host: Host): void {
    this.#avoid(host, failedPenaltyMs);
  }

  markUnsuitable(host: Host): void {
    this.#avoid(host, unsuitablePenaltyMs);
  }

  #avoid(host: Host, milliseconds: number): void {
    this.#find(host).avoidedUntil = this.#now() + milliseconds;
    if (this.#preferred === host) this.#preferred = undefined;
  }

  #find(host: Host): HostState {
    return this.#hosts.find((known) => known.host === host)!;
  }

  #isAvoided({ avoidedUntil }: HostState): boolean {
    return this.#now() < avoidedUntil;
  }
}
