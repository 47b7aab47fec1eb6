// The beginnings of JSON values of any size. The rest of the JSON does not leave the database.

import { column, type Fragment, raw, sql } from '../../database/fragment.js';
import { limits } from '../../limits.js';
import { FieldGroup, type FieldGroups } from './field-groups.js';

/** SQL for a run's message, which is meaningful only if the run failed. */
const failureMessage = 'failure_message(run.response)';

/** SQL for the failure kind that a run would have. Statements, filters and dimensions all use this definition. */
export const failureKind = `failure_kind_v2(${failureMessage})`;

/** A JSON column, which may contain megabytes. */
export type JsonColumn = 'response' | 'run_data';

/** A preview of text in a row `run` of `read_run`. */
interface Preview {
  readonly part: FieldGroups;
  readonly name: 'responsePreview' | 'submittedPreview' | 'failureMessage' | 'failure';
  /** The complete text. */
  readonly text: Fragment;
  readonly source: JsonColumn;
  /** Returns the maximum number of characters. */
  readonly lengthFor: (previewLength: Fragment | null) => Fragment;
}

// Reads one extra character, to detect whether there are more.
const cutLater: Preview['lengthFor'] = (previewLength) => sql`${previewLength!} + 1`;
const overResponse = (text: string): Fragment => ({ sql: text, needs: column('run', 'response').needs });

/** A string's preview has neither quotes nor escapes; that of other JSON is its text. */
export const previews: readonly Preview[] = [
  {
    part: FieldGroup.responsePreview,
    name: 'responsePreview',
    source: 'response',
    text: overResponse("run.response #>> '{}'"),
    lengthFor: cutLater,
  },
  {
    part: FieldGroup.submittedPreview,
    name: 'submittedPreview',
    source: 'run_data',
    text: sql`${column('run', 'run_data')} #>> '{submitted}'`,
    lengthFor: cutLater,
  },
  {
    part: FieldGroup.failureMessage,
    name: 'failureMessage',
    source: 'response',
    text: overResponse(failureMessage),
    lengthFor: () => raw(String(limits.failureMessageLength.value)),
  },
  {
    part: FieldGroup.failure,
    name: 'failure',
    source: 'response',
    text: overResponse(failureKind),
    lengthFor: () => raw(String(limits.failureLength.value)),
  },
];
