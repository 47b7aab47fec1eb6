/** For which types are made. Apart from what makes them: quicktype is loaded when types are made, not with the program. */
export const typeLanguages = ['typescript', 'json-schema', 'python'] as const;

export type TypeLanguage = (typeof typeLanguages)[number];
