import { createChangeCursors } from '../../../src/task-runs/changes/change-cursor.js';

/** A deletion as REST or GraphQL returns it. */
export type DeletedRun = { readonly id: string } | { readonly runId: string };

export function idOfDeleted(deleted: DeletedRun): string {
  return 'id' in deleted ? deleted.id : deleted.runId;
}

/** A run with the marks that its writers have left. */
export interface RunState {
  readonly id: string;
  readonly reference: string | null;
  readonly files: readonly { readonly name: string }[];
}

/** The changes that a reader has received, reduced to what the guarantee covers. */
export class ObservedChanges {
  readonly #versions = new Set<string>();
  readonly #deleted = new Set<string>();
  readonly #newest = new Map<string, string>();
  readonly #duplicates: string[] = [];
  readonly #received: { readonly id: string; readonly cursor: string }[] = [];

  /** @param cursor omitted for events that have neither a cursor nor an order */
  add(run: RunState, cursor?: string): void {
    const version = versionOf(run);
    if (this.#versions.has(version)) this.#duplicates.push(`returned twice: ${version}`);
    this.#versions.add(version);
    this.#newest.set(run.id, version);
    if (cursor !== undefined) this.#received.push({ id: run.id, cursor });
  }

  /** @param cursor omitted if there is neither a cursor nor an order */
  addDeletion(id: string, cursor?: string): void {
    // A run that moves back and forth is deleted from a task more than once.
    const deletion = `deleted: ${cursor ?? id}`;
    if (this.#versions.has(deletion)) this.#duplicates.push(`returned twice: ${deletion}`);
    this.#versions.add(deletion);
    this.#newest.set(id, deletion);
    this.#deleted.add(id);
    if (cursor !== undefined) this.#received.push({ id, cursor });
  }

  /** The number of runs whose deletion was received. */
  get deletedCount(): number {
    return this.#deleted.size;
  }

  get count(): number {
    return this.#versions.size;
  }

  /**
   * Returns all violations of the guarantee, once everything has been read.
   * @param cursorKey of the database, hexadecimal
   */
  violationsAgainst(runs: readonly RunState[], cursorKey: string): string[] {
    const present = new Set(runs.map(({ id }) => id));
    const undeleted = [...this.#newest].filter(([id, newest]) => !present.has(id) && !newest.startsWith('deleted: '));
    const missing = runs.filter((run) => this.#newest.get(run.id) !== versionOf(run));
    return [
      ...this.#duplicates,
      ...this.#misplaced(cursorKey),
      ...undeleted.map(([, newest]) => `not deleted: ${newest}`),
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
