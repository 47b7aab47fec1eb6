import type { Host } from '../../libpq/connection-target.js';

/** How long a host that failed comes after the others: one that never responds costs its time limit once, not each time. */
const failedPenaltyMs = 10_000;
/** The same for one that plays another role: that is known at once, and changes in a failover. */
const unsuitablePenaltyMs = 1000;

interface HostOrderOptions {
  /** Whether connections go to the hosts at random, and not to the one that took the last. */
  readonly isBalanced: boolean;
  /** Milliseconds, by any clock that does not jump. */
  readonly now: () => number;
}

interface HostState {
  readonly host: Host;
  /** Until when it comes after the others. */
  avoidedUntil: number;
}

/** Remembers which hosts took connections and which did not. None is ever given up. */
export class HostOrder {
  readonly #hosts: readonly HostState[];
  readonly #isBalanced: boolean;
  readonly #now: () => number;
  #preferred: Host | undefined;

  constructor(hosts: readonly Host[], { isBalanced, now }: HostOrderOptions) {
    this.#hosts = hosts.map((host) => ({ host, avoidedUntil: Number.NEGATIVE_INFINITY }));
    this.#isBalanced = isBalanced;
    this.#now = now;
  }

  /** The host to try now. */
  next(): Host {
    const usable = this.#hosts.filter((known) => !this.#isAvoided(known));
    if (usable.length > 0) {
      const index = this.#isBalanced ? Math.floor(Math.random() * usable.length) : 0;
      return (usable.find(({ host }) => host === this.#preferred) ?? usable[index]!).host;
    }
    return this.#hosts.reduce((one, other) => (other.avoidedUntil < one.avoidedUntil ? other : one)).host;
  }

  /** Whether all hosts but this one have failed or do not suit. */
  isLastUsable(host: Host): boolean {
    return this.#hosts.every((known) => known.host === host || this.#isAvoided(known));
  }

  markConnected(host: Host): void {
    this.#find(host).avoidedUntil = Number.NEGATIVE_INFINITY;
    if (!this.#isBalanced) this.#preferred = host;
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
