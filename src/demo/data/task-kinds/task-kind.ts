import type { Json } from '../../../database/entities/task-run.entity.js';
import type { Random } from '../random.js';
import type { SampleFile } from '../sample-files.js';

/** An input to the model and its response. */
export interface Exchange {
  readonly submitted: { readonly [key: string]: Json };
  /** A string or an object, depending on the task. */
  readonly response: Json;
}

/** A kind of task, which determines the content of its runs. */
export interface TaskKind {
  readonly name: string;
  readonly exchange: (random: Random) => Exchange;
  /** The files that callers attach to such runs. */
  readonly attachments: readonly SampleFile[];
}
