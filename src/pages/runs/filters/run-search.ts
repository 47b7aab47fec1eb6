// Searches runs by any text: counts the matches of each meaning of the text in the scope and in its organization.

import { useEffect, useRef, useState } from 'react';
import { isAboutAccess, noSuchRun, sentenceOf } from '../../shared/api/error-sentence.js';
import { requestGraphql } from '../../shared/api/graphql-client.js';
import { countOf, formatCount } from '../../shared/format/format-quantity.js';
import { changedParams, navigate, type ParamChanges, setParams, urlOf, useLocation } from '../navigation.js';
import { countFoundProjectsQuery, countFoundQuery, findRunQuery } from '../operations.js';
import { useHasPayload } from '../scope/scope.js';
import { paramsOfScope, type Scope, scopeParameters } from '../scope/scope-params.js';
import type { Facets } from './facets.js';
import { facetFields, filterOf, filterParams, firstPage, measures, textFields } from './filter-fields.js';
import type { Found, Meaning } from './found-runs.js';
import { parseSearchText, searchTextOf, textParams } from './search-text.js';

/** The counts of the meanings of a text among the runs of a URL. */
export interface Result {
  readonly among: string;
  readonly text: string;
  readonly found: readonly Found[];
  /** The reason for missing counts. */
  readonly failure?: string;
  readonly isMiss: boolean;
}

/** The text of the search box, and its matches. */
export interface RunSearch {
  readonly text: string;
  readonly result: Result | undefined;
  setText(text: string): void;
  /** Searches the text in the page's scope, or in another one, which becomes the page's scope. */
  start(within?: Scope): void;
  clear(): void;
}

/** A text that was typed while the URL contained another one. */
interface Typed {
  readonly text: string;
  readonly inUrl: string;
}

/** Finds a run by its id, or runs by anything else. */
export function useRunSearch(scope: Scope | undefined, facets: Facets): RunSearch {
  const { params } = useLocation();
  const hasPayload = useHasPayload(scope);
  const [typed, setTyped] = useState<Typed>();
  const textInUrl = searchTextOf(params);
  const text = typed?.inUrl === textInUrl ? typed.text : textInUrl;
  const [latest, setLatest] = useState<Result>();
  const searches = useRef(0);
  const search = async (text: string, within: Scope, number: number) => {
    const meant = parseSearchText(text, measures, [...searchNames.keys()]);
    if (meant.kind === 'id') {
      const runPath = await pathOfRun(meant.id);
      if (runPath !== undefined) return navigate(urlOf(runPath));
    }
    const toScope = within === scope ? {} : { ...paramsOfScope(within), ...outsideOfScope };
    const inScope = changedParams(params, toScope);
    const meanings = meaningsOf(meant.kind === 'id' ? { kind: 'text', text: meant.id } : meant, params, facets);
    const allowed = meanings.filter(({ isPayload = false }) => hasPayload || !isPayload);
    const found = await Promise.all(allowed.map((meaning) => count(meaning, within, inScope)));
    if (number !== searches.current) return;
    const best = found.find((meaning) => meaning.count !== undefined && meaning.count !== '0');
    const isText = meant.kind === 'text' || meant.kind === 'id';
    const changes = { ...toScope, ...(best?.changes ?? (isText && withoutText)), ...((best || isText) && firstPage) };
    if (Object.keys(changes).length > 0) setParams(changes);
    setTyped({ text, inUrl: searchTextOf(changedParams(params, changes)) });
    const failure =
      best !== undefined ? undefined : meant.kind === 'id' ? noSuchRun : found.length === 0 && 'No value matches.';
    const isMiss = found.every(({ count, rejection }) => count === '0' || (count === undefined && rejection));
    const result = { among: among(inScope, found), text, found, isMiss, ...(failure && { failure }) };
    setLatest(result);
    const withOrganization = await Promise.all(found.map((meaning) => countInOrganization(meaning, within, inScope)));
    if (number === searches.current) setLatest({ ...result, found: withOrganization });
  };
  const clear = () => {
    searches.current++;
    setLatest(undefined);
  };
  const start = (text: string, within: Scope | undefined) => {
    clear();
    if (text.trim() === '') setParams({ ...withoutText, ...firstPage });
    else if (within !== undefined) {
      search(text, within, searches.current).catch((error) =>
        setLatest({ among: among(params), text, found: [], failure: sentenceOf(error), isMiss: false }),
      );
    }
  };
  const asked = params.get('find');
  useEffect(() => {
    if (asked === null || scope === undefined) return;
    setParams({ find: null }, { replace: true });
    setTyped({ text: asked, inUrl: textInUrl });
    start(asked, scope);
  }, [asked, scope === undefined]);
  return {
    text,
    result: latest && latest.among === among(params, latest.found) ? latest : undefined,
    setText(newText) {
      setTyped({ text: newText, inUrl: textInUrl });
      if (newText === '') clear();
    },
    start: (within = scope) => start(text, within),
    clear() {
      clear();
      setTyped({ text: '', inUrl: textInUrl });
    },
  };
}

/** The parameters of filters by the names that may precede a colon. */
const searchNames: ReadonlyMap<string, string> = new Map(
  [...facetFields, ...textFields].map(({ param }) => [param.replace(/^in-/, ''), param]),
);

/** Filters that the next text replaces. */
export const withoutText: ParamChanges = Object.fromEntries(textParams.map((param) => [param, null]));

/** Removes parameters that have no meaning in another scope. */
export const outsideOfScope: ParamChanges = { ...firstPage, peek: null, marked: null };

/** Returns what was searched: scope, period and filters, without those that the text's meanings set. */
function among(params: URLSearchParams, found: readonly Found[] = []): string {
  const set = new Set([withoutText, ...found.map(({ changes }) => changes)].flatMap(Object.keys));
  return String([...params].filter(([name]) => [...scopeParameters, ...filterParams].includes(name) && !set.has(name)));
}

/**
 * Returns the path of a run, relative to the gateway's root, or `undefined` if it does not exist or the caller may not
 * see it.
 */
async function pathOfRun(id: string): Promise<string | undefined> {
  const { data, errors } = await requestGraphql(findRunQuery, { id });
  const run = data?.node;
  if (run?.id) return `runs/${run.orgId}/${run.projectId}/${run.taskId}/${run.id}`;
  const error = errors.find((apiError) => !isAboutAccess(apiError));
  if (error !== undefined) throw error;
  return undefined;
}

function meaningsOf(
  meant: Exclude<ReturnType<typeof parseSearchText>, { kind: 'id' }>,
  params: URLSearchParams,
  facets: Facets,
): readonly Meaning[] {
  switch (meant.kind) {
    case 'limits':
      return [{ name: `with ${Object.values(meant.limits).join(' to ')}`, changes: meant.limits }];
    case 'value':
      return meant.texts.map((text) => ({
        name: `with ${text}`,
        changes: { is: [params.get('is'), text].filter(Boolean).join(' & ') },
        isPayload: true,
      }));
    case 'named':
      return textFields.some(({ param }) => param === meant.name)
        ? [
            {
              name: `with this ${meant.name}`,
              changes: { [meant.name]: meant.text },
              isWide: meant.name in withoutText,
            },
          ]
        : namedValues(searchNames.get(meant.name)!, meant.text, facets);
    case 'text':
      return [
        { name: 'by reference', changes: { ...withoutText, reference: meant.text }, isWide: true },
        { name: 'by context', changes: { ...withoutText, context: meant.text }, isWide: true },
        ...facetFields.flatMap(({ param }) => namedValues(param, meant.text, facets)),
        {
          name: /\s/.test(meant.text) ? 'with these words' : 'with this word',
          changes: { ...withoutText, words: meant.text },
          isPayload: true,
          isWide: true,
          rejection: 'texts are not searched here: try /path=value',
        },
      ];
  }
}

/** Returns a meaning for the loaded values of a facet whose names contain the text. */
function namedValues(param: string, text: string, facets: Facets): readonly Meaning[] {
  const values = (facets.get(param) ?? []).filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  if (values.length === 0) return [];
  const label = facetFields.find((field) => field.param === param)!.label.toLowerCase();
  return [
    {
      name: `by ${label} ${values.map(({ name }) => name).join(', ')}`,
      changes: { ...withoutText, [param]: values.map(({ value }) => value) },
    },
  ];
}

async function count(meaning: Meaning, scope: Scope, params: URLSearchParams): Promise<Found> {
  const filter = filterOf(changedParams(params, meaning.changes));
  const { data } = await requestGraphql(countFoundQuery, { ...scope, filter });
  const found = data?.taskRuns?.countUpTo;
  return { ...meaning, count: found ? formatCount(found.count) + (found.isExact ? '' : '+') : undefined };
}

/** Adds the number of matches in the whole organization, if they can be counted. */
async function countInOrganization(meaning: Found, { orgId }: Scope, params: URLSearchParams): Promise<Found> {
  if (!meaning.isWide || meaning.count === undefined) return meaning;
  const filter = filterOf(changedParams(params, meaning.changes));
  const { data } = await requestGraphql(countFoundProjectsQuery, { orgId, filter });
  const found = data?.taskRunStats;
  if (!found) return meaning;
  const inOrganization = { count: formatCount(found.runs), projects: countOf(found.groupBy.length, 'project') };
  return { ...meaning, inOrganization };
}
