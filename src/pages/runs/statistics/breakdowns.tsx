import { useEffect, useRef } from 'react';
import type { ApiError } from '../../shared/api/error-sentence.js';
import { ErrorNotice } from '../../shared/error-notice.js';
import { useCommitted } from '../../shared/use-committed.js';
import { setParams, urlOf } from '../navigation.js';
import { useHasPayload } from '../scope/scope.js';
import type { Scope } from '../scope/scope-params.js';
import { type Dimension, dimensionOf, dimensions, type Group, isOffered } from './dimensions.js';
import { MeasureTable } from './measure-table.js';
import { noveltyOf } from './novelty.js';
import { periodOf } from './period.js';
import { maxGroups, useBreakdowns } from './statistics-query.js';

interface BreakdownsProps {
  readonly scope: Scope | undefined;
  readonly params: URLSearchParams;
  /** Parameters of the list of all these runs. */
  readonly listParams: URLSearchParams;
}

/** The runs grouped by one chosen dimension, or by several for an overview. */
export function Breakdowns({ scope, params, listParams }: BreakdownsProps) {
  const { shown, groups } = useBreakdowns(scope, params);
  const chosen = dimensionOf(params);
  const hasPayload = useHasPayload(scope);
  const offered = dimensions.filter(
    (dimension) => dimension === chosen || ((hasPayload || !dimension.isPayload) && isOffered(dimension, scope)),
  );
  const path = params.get('path') ?? '';
  const statistics = groups.response?.data?.taskRunStats;
  const period = periodOf(params, Date.now());
  const rowsOf = (dimension: Dimension, found: readonly Group[]) =>
    inOrder(dimension, found).map((group) => {
      const filter = dimension.filterOf(group, path);
      const hasTimes = chosen !== undefined || dimension.isChronological;
      return {
        key: JSON.stringify([group.value, group.json]),
        name: dimension.nameOf(group, scope),
        ...(dimension.hasIds && group.value !== null && { title: group.value }),
        measures: group,
        ...(dimension.name === 'FAILURE' && { novelty: noveltyOf(timesOf(group), period) }),
        ...(filter && { address: urlOf('runs', withFilter(listParams, filter)) }),
        ...(hasTimes && { times: [group.firstCreated, group.lastCreated] }),
      };
    });
  return (
    <section className="breakdowns stack" aria-label="Breakdowns" aria-busy={groups.isLoading}>
      <div className="fields">
        <label>
          <span className="faint">Break down by</span>
          <select value={chosen?.name ?? ''} onChange={({ target }) => setParams({ split: target.value, path: null })}>
            <option value="">Overview</option>
            {offered.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {chosen?.source && (
          <PathField key={chosen.name} path={path} example={chosen.example} isBad={isPathError(groups.error)} />
        )}
      </div>
      {groups.error !== undefined && !isPathError(groups.error) && (
        <ErrorNotice error={groups.error} onRetry={groups.reload} />
      )}
      <div className={`statistics-figures stack ${groups.isStale ? 'stale' : ''}`}>
        {shown.map((dimension) => {
          const found = statistics?.[dimension.name];
          if (found === undefined) return null;
          const isCut = found.length === (chosen ? maxGroups.chosen : maxGroups.overview);
          return (
            <div key={dimension.name} className="stack">
              <MeasureTable
                title={dimension.source ? `${dimension.label}: ${path}` : dimension.label}
                rows={rowsOf(dimension, found)}
              />
              {isCut && (
                <small>
                  Only {found.length} groups are shown.{' '}
                  {!chosen && (
                    <button type="button" className="link" onClick={() => setParams({ split: dimension.name })}>
                      Show more
                    </button>
                  )}
                </small>
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}

function timesOf({ firstSeen, previous }: Group) {
  return { firstSeen: firstSeen ?? null, before: previous?.runs };
}

/** Sorts revisions by their first run, newest first, because an old one may still be in use. */
function inOrder({ isChronological = false }: Dimension, groups: readonly Group[]): readonly Group[] {
  if (!isChronological) return groups;
  return groups.toSorted((one, other) => (other.firstCreated ?? '').localeCompare(one.firstCreated ?? ''));
}

/** Returns whether the API rejected the path of a breakdown. */
function isPathError(error: unknown): boolean {
  const detail = (error as ApiError | undefined)?.extensions?.detail as readonly { readonly loc: readonly unknown[] }[];
  return detail?.some(({ loc }) => loc.join('.') === 'groupBy.path') ?? false;
}

interface PathFieldProps {
  readonly path: string;
  readonly example: string | undefined;
  readonly isBad: boolean;
}

/** A field that has the initial focus if no path is chosen. */
function PathField({ path, example = '', isBad }: PathFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (path === '') field.current!.focus();
  }, []);
  const committed = useCommitted(path, (typed) => {
    const text = typed.trim();
    setParams({ path: text === '' || text.startsWith('/') ? text : `/${text}` });
  });
  return (
    <label>
      <span className="faint">Path</span>
      <input
        ref={field}
        type="text"
        placeholder={example}
        aria-invalid={isBad}
        autoComplete="off"
        spellCheck={false}
        {...committed}
      />
      {isBad && (
        <span className="field-error problem small" role="alert">
          {`“${path}” is not a path. A path has a slash before each name, as in ${example}.`}
        </span>
      )}
    </label>
  );
}

/** Adds a value filter to the existing one. */
function withFilter(params: URLSearchParams, filter: Readonly<Record<string, string>>): URLSearchParams {
  const filtered = new URLSearchParams(params);
  for (const [name, value] of Object.entries(filter)) {
    const present = name === 'is' && filtered.get('is');
    filtered.set(name, present ? `${present} & ${value}` : value);
  }
  return filtered;
}
