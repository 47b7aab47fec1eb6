// Short texts out of JSON of any size: what is not returned of it does not leave the database.

import { limits } from '../../limits.js';
import { FieldGroup, type FieldGroups } from './field-groups.js';

/** SQL: the message in the response of a failed run. The response is unpacked twice, whichever text it is. */
const failureMessage = `CASE jsonb_typeof(run.response)
  WHEN 'string' THEN nullif(run.response #>> '{}', '')
  WHEN 'object' THEN (
    SELECT value #>> '{}' FROM jsonb_to_record(run.response) AS failure (detail jsonb, error jsonb, message jsonb),
      unnest(ARRAY[detail -> 'message', error -> 'message', message, detail, error]) WITH ORDINALITY AS candidate (value, number)
    WHERE jsonb_typeof(value) = 'string' AND value <> '""' ORDER BY number LIMIT 1
  ) END`;

/** A text of a row `run` of `read_run` that is read up to a length. */
interface Preview {
  readonly part: FieldGroups;
  readonly name: 'responsePreview' | 'submittedPreview' | 'failureMessage';
  /** SQL: the text that it begins. */
  readonly text: string;
  readonly column: 'response' | 'run_data';
  /** SQL: its characters at most. */
  readonly lengthFor: (previewLength: string | null) => string;
}

// One character more tells whether there are more.
const cutLater: Preview['lengthFor'] = (previewLength) => `${previewLength} + 1`;

/** They begin a string as it is, without quotes and escapes, and other JSON as its text. */
export const previews: readonly Preview[] = [
  {
    ...{ part: FieldGroup.responsePreview, name: 'responsePreview', column: 'response' },
    ...{ text: "run.response #>> '{}'", lengthFor: cutLater },
  },
  {
    ...{ part: FieldGroup.submittedPreview, name: 'submittedPreview', column: 'run_data' },
    ...{ text: "run.run_data #>> '{submitted}'", lengthFor: cutLater },
  },
  {
    ...{ part: FieldGroup.failureMessage, name: 'failureMessage', column: 'response' },
    ...{ text: failureMessage, lengthFor: () => String(limits.failureMessageLength.value) },
  },
];
