import type { Json } from '../../../database/entities/task-run.entity.js';
import type { Random } from '../random.js';
import type { SampleFile } from '../sample-files/sample-file.js';

/** One question put to the model and its answer. */
export interface Exchange {
  readonly submitted: { readonly [key: string]: Json };
  /** A plain string or a map, as the task's output is set up. */
  readonly response: Json;
}

/** What a task does: its runs draw their content from here. */
export interface TaskKind {
  readonly name: string;
  readonly exchange: (random: Random) => Exchange;
  /** What callers attach to such a run. */
  readonly attachments: readonly SampleFile[];
}
