/** The languages of types. Apart from render-types.ts, which loads quicktype, so that the command line does not. */
export const typeLanguages = ['typescript', 'json-schema', 'python'] as const;

export type TypeLanguage = (typeof typeLanguages)[number];
