type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface CatalogueEntry {
  readonly code: string;
  /** The HTTP status of the REST response; GraphQL errors have it as `extensions.status`. */
  readonly status: number;
  readonly message: string;
  /** For who reads the list of errors; names of values are in backticks. */
  readonly when: string;
  readonly logLevel: LogLevel;
}
