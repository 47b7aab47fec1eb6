// Every limit of an operation: its name in docs/limits.md, its value, the variable that sets another, and the error beyond
// it. Those of a whole request are counted by its `RequestBudget`, wherever in the operation the parts are.

export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly variable?: string;
  /** The code or reason; omitted where what is beyond the limit is left out. */
  readonly error?: string;
}

const error = 'VALIDATION_FAILED';

export const limits = {
  documentTokens: {
    name: 'lexical tokens of a document, and selections with fragments expanded',
    value: 20_000,
    variable: 'MAX_DOCUMENT_TOKENS',
    error: 'GRAPHQL_PARSE_FAILED',
  },
  /** graphql-js counts a document's lines anew for each error. */
  documentLines: { name: 'lines of a document', value: 10_000, error },
  /** graphql-js repeats an object of variables in each of its errors. */
  variableMembers: { name: 'members of one object in the variables', value: 1000, error },
  /** graphql-js stops there, and says in one more error that it did. */
  documentErrors: { name: 'errors of a document or its variables', value: 5 },
  /** A message may quote all of a request. */
  messageLength: { name: "characters of an error's message", value: 500 },
  /** Of merged fields or conflicting ones, an error names all. */
  errorLocations: { name: 'locations of an error', value: 5 },
  /** GraphiQL's introspection has some three hundred, fragments expanded. Each is returned for each of many types. */
  introspectionSelections: {
    name: 'selections of an operation with `__schema` or `__type`',
    value: 500,
    error: 'GRAPHQL_VALIDATION_FAILED',
  },

  /** A run has some forty fields. Each alias is written for each run: a short document must not make a huge response. */
  runFields: { name: 'fields of a run and of what it holds', value: 200, error },
  /** With all their splits there are some three hundred. Each is returned for each group, under each of its aliases. */
  statisticsFields: { name: 'fields of statistics', value: 400, error },
  wholeJsonNames: { name: "names for a run's JSON as a whole", value: 6, error },
  /** Each is cut for each run. */
  previewNames: { name: 'previews of a run', value: 6, error },
  previewLength: { name: 'characters of a preview', value: 1000, error },
  defaultPreviewLength: { name: 'characters of a preview unless given', value: 200 },
  /** The database looks at all of a value for the beginning of its text, some 20 ms for a megabyte. */
  previewedBytes: {
    name: 'bytes of JSON of which a page has previews',
    value: 134_217_728,
    error: 'RESPONSE_TOO_LARGE',
  },
  /** They are reported at each run, which costs more than a value. */
  malformedPointers: { name: 'malformed JSON Pointers with an error of their own', value: 2, error },
  pointerLength: { name: 'characters of a JSON Pointer', value: 1000, error },
  ids: { name: 'ids of one `taskRunsByIds`', value: 100, error },

  runs: { name: 'runs', value: 300, error },
  /** Each may hold 100 runs of any size, count all, or take seconds, but an alias costs a client nothing. */
  lists: { name: 'lists and statistics', value: 20, error },
  entities: { name: 'entities', value: 300, variable: 'MAX_ENTITIES', error },
  /** A list alone may have 20,000. Writing all of these takes a quarter of a second, in which nobody else is served. */
  listFields: { name: 'fields of all lists', value: 100_000, error },
  /** As many as one page may have. */
  pointers: { name: 'JSON Pointers', value: 20_000, error },
  responseBytes: {
    name: "bytes of a response's JSON fields, and of those read for it",
    value: 33_554_432,
    variable: 'MAX_RESPONSE_BYTES',
    error: 'RESPONSE_TOO_LARGE',
  },

  permissions: { name: 'permissions that are tested at a time (REST)', value: 100, error },
  seenProjects: { name: 'organizations, and projects, of `viewer`', value: 10_000 },
  pageSize: { name: '`first` and `last`', value: 100, error },
  defaultPageSize: { name: 'runs on a page unless given', value: 50 },
  restPageSize: { name: '`page_limit` (REST)', value: 100, error },
  defaultRestPageSize: { name: 'runs on a page of REST unless given', value: 100 },
  /** Each is named with all that there are. */
  unknownParameters: { name: 'unknown parameters that an error names (REST)', value: 50 },
  changesWait: { name: 'seconds of `wait`', value: 20, error },
  cursorLength: { name: 'characters of a cursor', value: 200, error },
  shortTextLength: {
    name: 'characters of `reference`, `contextId`, `reportingGroupName` in a filter',
    value: 64,
    error,
  },
  textLength: { name: 'characters of `primaryFailureReasonContains`', value: 1000, error },
  texts: { name: 'values of `in`', value: 100, error },
  decimalLength: { name: 'characters of `minChargedCredits`', value: 100, error },
  groupings: { name: 'different splits of a statistic', value: 16, error },
  cells: { name: 'buckets and groups of a statistic', value: 10_000, error },
  /** Some ten megabytes. */
  statisticsValues: { name: 'fields in all buckets and groups of an operation', value: 500_000, error },
} as const satisfies Readonly<Record<string, Limit>>;
