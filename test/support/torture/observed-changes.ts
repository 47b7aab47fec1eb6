import { createChangeCursors } from '../../../src/task-runs/changes/change-cursor.js';

/** A run with the marks that its writers have left. */
export interface RunState {
  readonly id: string;
  readonly reference: string | null;
  readonly files: readonly { readonly name: string }[];
}

/** The changes that a reader has received, as far as the guarantee concerns them. */
export class ObservedChanges {
  readonly #versions = new Set<string>();
  readonly #newest = new Map<string, string>();
  readonly #duplicates: string[] = [];
  readonly #received: { readonly id: string; readonly cursor: string }[] = [];

  /** @param cursor omitted for events without a cursor and an order */
  add(run: RunState, cursor?: string): void {
    const version = versionOf(run);
    if (this.#versions.has(version)) this.#duplicates.push(`returned twice: ${version}`);
    this.#versions.add(version);
    this.#newest.set(run.id, version);
    if (cursor !== undefined) this.#received.push({ id: run.id, cursor });
  }

  get count(): number {
    return this.#versions.size;
  }

  /**
   * Everything that breaks the guarantee, once all that there is was read.
   * @param cursorKey of the database, hexadecimal
   */
  violationsAgainst(runs: readonly RunState[], cursorKey: string): string[] {
    const missing = runs.filter((run) => this.#newest.get(run.id) !== versionOf(run));
    return [
      ...this.#duplicates,
      ...this.#misplaced(cursorKey),
      ...missing.map((run) => `not the newest: ${versionOf(run)}, but ${this.#newest.get(run.id)}`),
    ].slice(0, 10);
  }

  #misplaced(cursorKey: string): string[] {
    const cursors = createChangeCursors(Buffer.from(cursorKey, 'hex'));
    let last = { xid: -1n, id: '' };
    return this.#received.flatMap(({ id: runId, cursor }) => {
      const { xid, id } = cursors.parse(cursor).position!;
      const isBehind = BigInt(xid) > last.xid || (BigInt(xid) === last.xid && id > last.id);
      last = { xid: BigInt(xid), id };
      return [
        ...(isBehind ? [] : [`before what was received: ${xid} ${id}`]),
        ...(id === runId ? [] : [`with the cursor of another: ${runId}`]),
      ];
    });
  }
}

function versionOf({ id, reference, files }: RunState): string {
  return [id, reference, ...files.map(({ name }) => name).sort()].join(' | ');
}
