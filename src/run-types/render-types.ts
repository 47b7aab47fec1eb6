// Infers types from JSON by quicktype, without enumerations, which a few samples would suggest wrongly, and without
// merging objects that look alike, which would make names optional.

import {
  InputData,
  jsonInputForTargetLanguage,
  type LanguageName,
  quicktype,
  type TargetLanguage,
} from 'quicktype-core';
import { PythonTarget } from './python-target.js';
import type { TypeLanguage } from './type-languages.js';

interface Target {
  readonly lang: LanguageName | TargetLanguage;
  readonly rendererOptions: Readonly<Record<string, string | boolean>>;
  readonly withNotes: (notes: readonly string[], source: string) => string;
}

const inLineComments = (mark: string) => (notes: readonly string[], source: string) =>
  `${notes.map((note) => `${mark} ${note}\n`).join('')}\n${source}`;

const targets: Readonly<Record<TypeLanguage, Target>> = {
  typescript: { lang: 'typescript', rendererOptions: { 'just-types': true }, withNotes: inLineComments('//') },
  'json-schema': { lang: 'schema', rendererOptions: {}, withNotes: inDescription },
  python: { lang: new PythonTarget(), rendererOptions: { 'python-version': '3.7' }, withNotes: inLineComments('#') },
};

const guesses = { inferEnums: false, combineClasses: false };

/**
 * @param notes lines about the runs behind the types, without line breaks
 * @param samples JSON texts of objects, from which the type is inferred
 */
export async function renderTypes(
  language: TypeLanguage,
  name: string,
  samples: readonly string[],
  notes: readonly string[],
): Promise<string> {
  const { lang, rendererOptions, withNotes } = targets[language];
  const input = jsonInputForTargetLanguage(lang);
  await input.addSource({ name, samples: [...samples] });
  const inputData = new InputData();
  inputData.addInput(input);
  const { lines } = await quicktype({ inputData, lang, rendererOptions, ...guesses });
  return withNotes(notes, `${lines.join('\n').trim()}\n`);
}

/** Names draft 7, which validators support by default. What quicktype uses has the same meaning there. */
function inDescription(notes: readonly string[], source: string): string {
  const { $schema: _, ...schema } = JSON.parse(source);
  const described = { $schema: 'http://json-schema.org/draft-07/schema#', description: notes.join('\n'), ...schema };
  return `${JSON.stringify(described, null, 2)}\n`;
}
