/** A document as a list has it, not yet parsed. */
export interface ListedDocument {
  /** By which clients ask for it, without `sha256:`. */
  readonly id: string;
  /** Of its operation, where the list names it. */
  readonly name?: string;
  readonly text: string;
  /** The file that lists it. */
  readonly file: string;
}

/** An id as lists have it: GraphQL over HTTP puts the name of the digest before it. */
export function toBareId(id: string): string {
  return id.replace(/^sha256:/, '');
}
