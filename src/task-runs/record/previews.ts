// Short texts from JSON of any size. The rest of the JSON does not leave the database.

import { limits } from '../../limits.js';
import { FieldGroup, type FieldGroups } from './field-groups.js';

/** SQL: the message of a run, which counts only if the run failed. */
const failureMessage = 'failure_message(run.response)';

/** SQL: the kind of failure that a run would be. Statements, filters and dimensions have it from here. */
export const failureKind = `failure_kind(${failureMessage})`;

/** The beginning of a text of a row `run` of `read_run`. */
interface Preview {
  readonly part: FieldGroups;
  readonly name: 'responsePreview' | 'submittedPreview' | 'failureMessage' | 'failure';
  /** SQL: the whole text. */
  readonly text: string;
  readonly column: 'response' | 'run_data';
  /** Returns SQL for the most characters. */
  readonly lengthFor: (previewLength: string | null) => string;
}

// Reads one character more, to know whether there are more.
const cutLater: Preview['lengthFor'] = (previewLength) => `${previewLength} + 1`;

/** The preview of a string has no quotes and escapes; that of other JSON is its text. */
export const previews: readonly Preview[] = [
  {
    part: FieldGroup.responsePreview,
    name: 'responsePreview',
    column: 'response',
    text: "run.response #>> '{}'",
    lengthFor: cutLater,
  },
  {
    part: FieldGroup.submittedPreview,
    name: 'submittedPreview',
    column: 'run_data',
    text: "run.run_data #>> '{submitted}'",
    lengthFor: cutLater,
  },
  {
    part: FieldGroup.failureMessage,
    name: 'failureMessage',
    column: 'response',
    text: failureMessage,
    lengthFor: () => String(limits.failureMessageLength.value),
  },
  {
    part: FieldGroup.failure,
    name: 'failure',
    column: 'response',
    text: failureKind,
    lengthFor: () => String(limits.failureLength.value),
  },
];
