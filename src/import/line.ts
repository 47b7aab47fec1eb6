/** A line of an export, or the text of one run that came some other way. */
export interface Line {
  readonly bytes: Buffer;
  /** Names it to an operator: `runs-00001.jsonl:17`. */
  readonly origin: string;
  /** Why it cannot be imported, where that is known beforehand. */
  readonly fault?: string;
}
