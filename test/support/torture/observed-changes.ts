import { parseChangeCursor } from '../../../src/task-runs/changes/change-cursor.js';

/** A run with the marks that its writers have left. */
export interface RunState {
  readonly id: string;
  readonly reference: string | null;
  readonly files: readonly { readonly name: string }[];
}

/** What a reader has received, of which it keeps what the guarantee is about. */
export class ObservedChanges {
  readonly #versions = new Set<string>();
  readonly #newest = new Map<string, string>();
  readonly #faults: string[] = [];
  #last = { xid: -1n, id: '' };

  /** @param cursor omitted where there is none, and no order */
  add(run: RunState, cursor?: string): void {
    const version = versionOf(run);
    if (this.#versions.has(version)) this.#faults.push(`twice: ${version}`);
    this.#versions.add(version);
    this.#newest.set(run.id, version);
    if (cursor === undefined) return;
    const { xid, id } = parseChangeCursor(cursor).position!;
    const { xid: lastXid, id: lastId } = this.#last;
    this.#last = { xid: BigInt(xid), id };
    const isBehind = this.#last.xid > lastXid || (this.#last.xid === lastXid && id > lastId);
    if (!isBehind) this.#faults.push(`before what was received: ${xid} ${id}`);
    if (id !== run.id) this.#faults.push(`with the cursor of another: ${run.id}`);
  }

  get count(): number {
    return this.#versions.size;
  }

  /** Everything that breaks the guarantee, once all that there is was read. */
  faultsAgainst(runs: readonly RunState[]): string[] {
    const missing = runs.filter((run) => this.#newest.get(run.id) !== versionOf(run));
    return [
      ...this.#faults,
      ...missing.map((run) => `not the newest: ${versionOf(run)}, but ${this.#newest.get(run.id)}`),
    ].slice(0, 10);
  }
}

function versionOf({ id, reference, files }: RunState): string {
  return [id, reference, ...files.map(({ name }) => name).sort()].join(' | ');
}
