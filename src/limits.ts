// All limits of an operation: the name in docs/limits.md, the value, the variable that sets it, and the error above the
// limit. `LimitCounts` counts the limits of a whole request over all parts of the operation. Other limits are declared
// where they apply. `npm run docs` prints all of them.

/** A heading of docs/limits.md. */
type Section =
  | 'HTTP'
  | 'A GraphQL operation'
  | 'Lists and statistics'
  | 'Tokens and keys'
  | 'Database and files'
  | 'Inside';

/** The unit of a value, and the larger unit that its row shows instead. */
type Unit =
  | { readonly unit?: 'bits' | 'characters' | 's' }
  | { readonly unit: 'ms'; readonly shownAs?: 's' }
  | { readonly unit: 'bytes'; readonly shownAs?: 'KiB' | 'MiB' };

/** A row of docs/limits.md, without its value. */
export type LimitRow = Unit & {
  readonly section: Section;
  readonly name: string;
  /** The last column; omitted if exceeding the limit has no consequence. */
  readonly beyond?: string;
};

/** Returns the value. `npm run docs` reads both arguments from the source, so they must consist of literals. */
export function declareLimit(value: number, _row: LimitRow): number {
  return value;
}

export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly variable?: string;
  /** The code or reason; omitted if the parts above the limit are left out. */
  readonly error?: string;
  /** The last column of docs/limits.md, if it contains more than the error. */
  readonly beyond?: string;
}

const error = 'VALIDATION_FAILED';

const operationLimits = {
  documentTokens: {
    name: 'lexical tokens of a document, and selections with fragments expanded',
    value: 20_000,
    error: 'GRAPHQL_PARSE_FAILED',
    beyond: '`GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`',
  },
  /** graphql-js counts the document's lines for each error. */
  documentLines: { name: 'lines of a document', value: 10_000, error, beyond: '`VALIDATION_FAILED` for the request' },
  /** Parsers, validation and coercion are recursive. */
  levels: {
    name: "levels of a document, variables, `filter` (REST), a tool's arguments",
    value: 64,
    error,
    beyond: '`GRAPHQL_VALIDATION_FAILED`, `VALIDATION_FAILED`',
  },
  /** graphql-js repeats an object of variables in each of its errors. */
  variableMembers: {
    name: 'members of one object in the variables',
    value: 1000,
    error,
    beyond: '`VALIDATION_FAILED` for the request',
  },
  /** For each object, graphql-js looks up each of a filter's forty members. */
  variableObjects: {
    name: 'objects in the variables, excluding entity representations',
    value: 2000,
    error,
    beyond: '`VALIDATION_FAILED` for the request',
  },
  variableListed: {
    name: 'values in all lists of the variables, excluding entity representations',
    value: 20_000,
    error,
    beyond: '`VALIDATION_FAILED` for the request',
  },
  /** graphql-js stops at this number, and adds an error about that. */
  documentErrors: {
    name: 'errors of a document or its variables',
    value: 5,
    beyond: 'one final error states that there are more',
  },
  /** A message may quote the whole request. */
  messageLength: { name: "characters of an error's message", value: 500, beyond: 'its middle is omitted' },
  /** An error contains the locations of all merged or conflicting fields. */
  errorLocations: { name: 'locations of an error', value: 5, beyond: 'the others are omitted' },
  /**
   * GraphiQL's introspection has about three hundred, with fragments expanded. Each is returned for each of many types.
   */
  introspectionSelections: {
    name: 'selections of an operation with `__schema` or `__type`',
    value: 500,
    error: 'GRAPHQL_VALIDATION_FAILED',
  },

  /**
   * A run has about forty fields. Each alias is written for each run, and a short document must not cause a huge
   * response.
   */
  runFields: { name: 'fields of a run and of its relations', value: 200, error },
  /** With all splits, there are about three hundred. Each is returned for each group, under each alias. */
  statisticsFields: { name: 'fields of statistics', value: 400, error },
  wholeJsonNames: { name: "aliases of a run's whole JSON", value: 6, error },
  /** Each preview is truncated for each run. */
  previewNames: { name: 'previews of a run', value: 6, error },
  previewLength: { name: 'characters of a preview', value: 1000, error },
  failureMessageLength: { name: "characters of a failed run's message", value: 1000 },
  /** The SQL function `failure_kind_v2` truncates kinds to this length. */
  failureLength: { name: 'characters of a kind of failure', value: 200 },
  defaultPreviewLength: { name: 'characters of a preview by default', value: 200 },
  /**
   * To get the beginning of a value's text, the database reads the whole value, which takes about 20 ms per megabyte.
   */
  previewedBytes: {
    name: 'bytes of JSON that a page reads for previews',
    value: 134_217_728,
    error: 'RESPONSE_TOO_LARGE',
  },
  /** An error for each run costs more than a value. */
  malformedPointers: {
    name: 'malformed JSON Pointers with their own errors',
    value: 2,
    error,
    beyond: '`VALIDATION_FAILED` for the run',
  },
  pointerLength: { name: 'characters of a JSON Pointer', value: 1000, error },
  ids: { name: 'ids in `taskRunsByIds`', value: 100, error },

  runs: { name: 'runs', value: 300, error },
  /** Each may return 100 runs of any size, count all runs, or take seconds, while an alias costs a client nothing. */
  lists: { name: 'lists and statistics', value: 20, error },
  /** Access to each is decided separately. */
  nodesWithLists: { name: 'objects with the same nested list or statistic', value: 100, error },
  nodeListRuns: { name: 'runs in a list nested in several objects', value: 1000, error },
  /** Each writes a line. */
  shares: { name: 'links to runs', value: 10, error },
  entities: { name: 'entities', value: 300, error },
  /**
   * A single list may have 20,000. Writing all of these fields takes a quarter of a second, during which no other
   * request is served.
   */
  listFields: { name: 'fields of all lists', value: 100_000, error },
  /** The same number as for one page. */
  pointers: { name: 'JSON Pointers', value: 20_000, error },
  responseBytes: {
    name: "bytes of a response's JSON fields, and of the JSON read for it",
    value: 33_554_432,
    variable: 'MAX_RESPONSE_BYTES',
    error: 'RESPONSE_TOO_LARGE',
    beyond: '`RESPONSE_TOO_LARGE` for the field',
  },

  points: {
    name: 'estimated points',
    value: 100_000,
    variable: 'MAX_COST',
    error: 'COST_ESTIMATED_TOO_EXPENSIVE',
  },
} as const satisfies Readonly<Record<string, Limit>>;

const listLimits = {
  permissions: { name: 'permissions in one test (REST)', value: 100, error },
  visibleProjects: { name: 'organizations in `viewer`, and projects', value: 10_000 },
  pageSize: { name: '`first` and `last`', value: 100, error },
  defaultPageSize: { name: 'runs on a page by default', value: 50 },
  restPageSize: { name: '`page_limit` (REST)', value: 100, error },
  defaultRestPageSize: { name: 'runs on a page by default (REST)', value: 100 },
  /** The error lists all of them. */
  unknownParameters: { name: 'unknown parameters in an error (REST)', value: 50 },
  changesWait: { name: 'seconds of `wait`', value: 20, error },
  /** A model reads the whole result. */
  toolTokens: {
    name: 'tokens in the result of a tool for agents, estimated as bytes / 3.5',
    value: 20_000,
    variable: 'MCP_RESULT_TOKENS',
    beyond: 'shorter text, then fewer items',
  },
  comparedLength: {
    name: 'characters of a value that `compare_runs` compares',
    value: 2_000_000,
    beyond: 'an error instead of its differences',
  },
  toolPieceLength: { name: "characters in a part of a payload (agents' tools)", value: 50_000, error },
  messageValues: { name: "values in an agent's message, without the arguments of its tool", value: 1000, error },
  cursorLength: { name: 'characters of a cursor', value: 200, error },
  shortTextLength: {
    name: 'characters of `reference`, `contextId`, `reportingGroupName` in a filter',
    value: 64,
    error,
  },
  textLength: { name: 'characters of `primaryFailureReasonContains`', value: 1000, error },
  searchLength: { name: 'characters of `search`', value: 200, error },
  modelLength: { name: 'characters of a model; a longer value at `MODEL_POINTER` is ignored', value: 200, error },
  texts: { name: 'values in a list of a filter', value: 100, error },
  filterConditions: { name: 'conditions in a filter, including nested ones', value: 100, error },
  /** Enough for every condition to be in a separate filter at the greatest depth. */
  nestedFilters: { name: 'nested filters in a filter', value: 500, error },
  filterDepth: { name: 'depth of nested filters', value: 5, error },
  decimalLength: { name: 'characters of `minChargedCredits` and `maxChargedCredits`', value: 100, error },
  /** Maximum number of digits that fit into a cursor of such a list. */
  orderedDigits: { name: 'digits before, and after, the decimal point that an order by credits compares', value: 20 },
  /** Reading a run from the table takes about 5 µs, and a test for words 50 µs. */
  scannedRuns: {
    name: 'runs that an operation scans',
    value: 100_000,
    beyond: 'the page ends, and the next one continues from there',
  },
  /** An entry of the widest index takes about 0.2 µs, or twice that if a step ends early. */
  entriesPerScannedRun: { name: 'index entries that count as one scanned run', value: 20 },
  groups: { name: '`first` of `groupBy`', value: 1000, error },
  defaultGroups: { name: 'groups in `groupBy` by default', value: 100 },
  countUpTo: { name: '`max` of `countUpTo`', value: 100_000, error },
  searchedRuns: {
    name: 'runs that a page reads through the search index',
    value: 10_000,
    beyond: 'the list is scanned',
  },
  /**
   * A bitmap of more runs may contain pages instead of runs, in which case the words of all runs on them are computed.
   */
  searchedAggregateRuns: {
    name: 'runs that a count, an order by a value or statistics read through the search index',
    value: 50_000,
    beyond: 'all runs that meet the other conditions are read',
  },
  contextRuns: { name: 'runs of a context with totals', value: 100_000, error },
  failureReasonLength: { name: "characters of the primary model's failure that a statistic compares", value: 1000 },
  groupValueLength: { name: 'characters of the `value` of a group', value: 1000 },
  groupJsonBytes: {
    name: 'bytes of `json` in all groups of a statistic',
    value: 4_194_304,
    error: 'RESPONSE_TOO_LARGE',
    beyond: '`RESPONSE_TOO_LARGE` for the field',
  },
  groupings: { name: 'groupings of a statistic', value: 16, error },
  cells: { name: 'buckets and groups of a statistic', value: 10_000, error },
  /** About ten megabytes. */
  statisticsValues: { name: 'fields in all buckets and groups of an operation', value: 500_000, error },
} as const satisfies Readonly<Record<string, Limit>>;

/** The keys are headings of docs/limits.md. */
export const limitsBySection = {
  'A GraphQL operation': operationLimits,
  'Lists and statistics': listLimits,
} satisfies Partial<Record<Section, Readonly<Record<string, Limit>>>>;

export const limits = { ...operationLimits, ...listLimits } as const;
