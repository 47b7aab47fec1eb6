/** A line of an export, or the text of a run from another source. */
export interface Line {
  readonly bytes: Buffer;
  /** The name of the line in messages, such as `runs-00001.jsonl:17`. */
  readonly origin: string;
  /** The reason why it cannot be imported, if it is known already. */
  readonly fault?: string;
}
