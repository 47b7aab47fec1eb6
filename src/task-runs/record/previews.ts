// Short texts from JSON of any size. The rest of the JSON does not leave the database.

import { limits } from '../../limits.js';
import { FieldGroup, type FieldGroups } from './field-groups.js';

/** SQL: the message in the response of a failed run. The response is decompressed twice for any message. */
const failureMessage = `CASE jsonb_typeof(run.response)
  WHEN 'string' THEN nullif(run.response #>> '{}', '')
  WHEN 'object' THEN (
    SELECT value #>> '{}' FROM jsonb_to_record(run.response) AS failure (detail jsonb, error jsonb, message jsonb),
      unnest(ARRAY[detail -> 'message', error -> 'message', message, detail, error]) WITH ORDINALITY AS candidate (value, number)
    WHERE jsonb_typeof(value) = 'string' AND value <> '""' ORDER BY number LIMIT 1
  ) END`;

/** The beginning of a text of a row `run` of `read_run`. */
interface Preview {
  readonly part: FieldGroups;
  readonly name: 'responsePreview' | 'submittedPreview' | 'failureMessage';
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
];
