// The rows of the table of one dimension.

import type { Scope } from '../scope/scope-params.js';
import type { ComparedMeasures, Dimension, Filter, Group } from './dimension.js';
import { noveltyOf, type ShownPeriod } from './novelty.js';

export interface MeasureRow {
  readonly key: string;
  readonly name: string;
  /** The complete id if the name is short. */
  readonly title?: string | undefined;
  /** Shown after the name. */
  readonly note?: string;
  /** How new the group is, shown instead of a note that the previous period had no runs; `null` if nothing is. */
  readonly novelty?: string | null;
  /** The URL of the list of runs. */
  readonly address?: string;
  readonly measures: ComparedMeasures;
  /** The times of the first and last run. */
  readonly times?: readonly (string | null)[];
}

interface BreakdownInput {
  readonly dimension: Dimension;
  readonly groups: readonly Group[];
  readonly path: string;
  readonly scope: Scope | undefined;
  readonly period: ShownPeriod;
  /** Returns the URL of the list of a group's runs. */
  readonly urlOfRuns: (filter: Filter) => string;
  /** Whether the user chose the dimension. Then its rows show the first and last run, as those of revisions always do. */
  readonly isChosen: boolean;
}

/** Returns a row for each group. Revisions are compared with the revision before, other groups with the previous period. */
export function rowsOf(input: BreakdownInput): readonly MeasureRow[] {
  const { dimension, path, scope, period, urlOfRuns, isChosen } = input;
  const groups = inOrder(dimension, input.groups);
  return groups.map((group, index) => {
    const filter = dimension.filterOf(group, path);
    return {
      key: JSON.stringify([group.value, group.json]),
      name: dimension.nameOf(group, scope),
      ...(dimension.hasIds && group.value !== null && { title: group.value }),
      measures: dimension.isChronological ? comparedWith(groups[index + 1], group) : group,
      ...(dimension.name === 'FAILURE' && { novelty: noveltyOf(timesOf(group), period) }),
      ...(filter && { address: urlOfRuns(filter) }),
      ...((isChosen || dimension.isChronological) && { times: [group.firstCreated, group.lastCreated] }),
    };
  });
}

/** Returns the dimensions worth a tab: those with several groups. @param found groups by the name of the dimension */
export function tabsOf(
  dimensions: readonly Dimension[],
  found: Readonly<Record<string, readonly Group[]>> | null | undefined,
): readonly Dimension[] {
  return dimensions.filter(({ name }) => (found?.[name]?.length ?? 0) > 1);
}

/** Sorts revisions by their first run, newest first, because an old one may still be in use. */
function inOrder({ isChronological = false }: Dimension, groups: readonly Group[]): readonly Group[] {
  if (!isChronological) return groups;
  return groups.toSorted((one, other) => (other.firstCreated ?? '').localeCompare(one.firstCreated ?? ''));
}

/** The numbers of runs of two revisions say nothing about them, so only rates and times are compared. */
function comparedWith(before: Group | undefined, group: Group): ComparedMeasures {
  return { ...group, previous: before ?? null };
}

function timesOf({ firstSeen, previous }: Group) {
  return { firstSeen: firstSeen ?? null, before: previous?.runs };
}

/** Adds a value filter to the existing one. */
export function withFilter(params: URLSearchParams, filter: Filter): URLSearchParams {
  const filtered = new URLSearchParams(params);
  for (const [name, value] of Object.entries(filter)) {
    const present = name === 'is' && filtered.get('is');
    filtered.set(name, present ? `${present} & ${value}` : value);
  }
  return filtered;
}
