import type { Breakdown, Measures } from '../operations.js';
import type { Scope } from '../scope/scope-params.js';

/** Measures, together with those of the previous period if there is one. */
export type ComparedMeasures = Measures & { readonly previous?: Measures | null };

/** Contains the fields of its dimension. */
export type Group = Breakdown['groupBy'][number];

/** Changes of the URL; `null` removes a parameter. */
export type Filter = Readonly<Record<string, string>>;

export interface Dimension {
  /** The name in the API. */
  readonly name: string;
  readonly label: string;
  /** Fields of each group that are selected in addition to its measures. */
  readonly fields?: string;
  /** Whether groups are ordered newest first, and show the first and last run. */
  readonly isChronological?: boolean;
  /** Whether its values are payload. */
  readonly isPayload?: boolean;
  /** The JSON to which a path applies. */
  readonly source?: 'response' | 'submitted' | 'runData';
  /** An example of such a path. */
  readonly example?: string;
  /** Returns the name of a group. In an organization, the name of its project follows, because names repeat. */
  nameOf(group: Group, scope: Scope | undefined): string;
  /** Whether `value` is an id, which a short name does not show. */
  readonly hasIds?: boolean;
  /** Returns the filter that lists the group's runs, or `undefined` if the API has none. */
  filterOf(group: Group, path: string): Filter | undefined;
}
