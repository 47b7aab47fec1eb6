// The state of the list page, from the state of its requests.

/** Parameters of another page of the list. */
export interface PageParams {
  readonly [name: string]: string | null;
  readonly after: string | null;
  readonly before: string | null;
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export interface ListPages {
  readonly isFirst: boolean;
  /** `undefined` without an older page. */
  readonly older: PageParams | undefined;
  readonly newer: PageParams | undefined;
}

/** Returns the pages next to the one in the URL. */
export function pagesOf(params: URLSearchParams, pageInfo: PageInfo | undefined): ListPages {
  const isFirst = !params.has('after') && !params.has('before');
  return {
    isFirst,
    older: pageInfo?.hasNextPage ? { after: pageInfo.endCursor, before: null } : undefined,
    newer: pageInfo?.hasPreviousPage && !isFirst ? { before: pageInfo.startCursor, after: null } : undefined,
  };
}

interface ListState {
  /** The number of rows; `undefined` until they are read. */
  readonly rows: number | undefined;
  readonly hasNoAccess: boolean;
  /** Whether the latest search had no hit. */
  readonly isMiss: boolean;
  readonly hasError: boolean;
  /** Whether a filter caused the error. Its rows would be those of the previous filters. */
  readonly isFilterError: boolean;
  /** Whether the rows are those of an earlier request. */
  readonly isStale: boolean;
  /** Whether only a part of the runs was searched. */
  readonly isUnfinished: boolean;
}

/**
 * Returns the body of the page: rows, a sentence in their place, only the filters if one of them is invalid, or nothing
 * below an error.
 */
export function bodyOf(list: ListState): 'rows' | 'sentence' | 'filters' | 'nothing' {
  if (list.hasNoAccess || list.isMiss) return 'sentence';
  if (list.isFilterError) return 'filters';
  if (list.rows === undefined) return list.hasError ? 'nothing' : 'rows';
  return list.rows === 0 && !list.isStale && !list.isUnfinished ? 'sentence' : 'rows';
}

/** Returns a sentence about filters that this version does not have, or `undefined` without any. */
export function unknownFiltersText(names: readonly string[]): string | undefined {
  const quoted = names.map((name) => `“${name}”`).join(', ');
  if (names.length === 0) return undefined;
  return names.length === 1
    ? `The filter ${quoted} no longer exists and was ignored.`
    : `The filters ${quoted} no longer exist and were ignored.`;
}
