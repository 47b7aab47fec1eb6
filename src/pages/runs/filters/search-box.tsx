import { useState } from 'react';
import { isAboutAccess, noSuchRun, sentenceOf } from '../../shared/api/error-sentence.js';
import { requestGraphql } from '../../shared/api/graphql-client.js';
import { formatCount } from '../../shared/format/format-quantity.js';
import { changedParams, navigate, type ParamChanges, setParams, urlOf, useLocation } from '../navigation.js';
import { countFoundQuery, findRunQuery } from '../operations.js';
import { type Scope, scopeParameters, useHasPayload } from '../scope/scope.js';
import type { Facets } from './facets.js';
import { facetFields, filterOf, filterParams, firstPage, measures, textFields } from './filter-fields.js';
import { parseSearchText } from './search-text.js';

interface SearchBoxProps {
  readonly scope: Scope | undefined;
  readonly facets: Facets;
  readonly onFocus: () => void;
}

/** A possible meaning of a text, with the URL change that lists its runs. */
interface Meaning {
  /** Completes `3 with `. */
  readonly name: string;
  readonly changes: ParamChanges;
  readonly isPayload?: boolean;
  /** Shown if the API rejects it. */
  readonly rejection?: string;
}

interface Found extends Meaning {
  /** The number of runs; `undefined` if the API rejects the filter, for example because search is disabled. */
  readonly count: string | undefined;
}

/** The counts of the meanings, or the reason for their absence, among the runs of a URL. */
type Result = { readonly among: string } & ({ readonly found: readonly Found[] } | { readonly failure: string });

/** Finds a run by its id, or runs by anything else. Shows how many runs match each meaning of the text. */
export function SearchBox({ scope, facets, onFocus }: SearchBoxProps) {
  const { params } = useLocation();
  const hasPayload = useHasPayload(scope);
  const [text, setText] = useState('');
  const [latest, setResult] = useState<Result>();
  const result = latest && latest.among === among(params, 'found' in latest ? latest.found : []) ? latest : undefined;
  const search = async () => {
    if (scope === undefined) return;
    const meant = parseSearchText(
      text,
      measures,
      [...facetFields, ...textFields].map(({ param }) => param),
    );
    if (meant.kind === 'id') {
      const path = await pathOfRun(meant.id);
      if (path !== undefined) return navigate(urlOf(path));
    }
    const meanings = meaningsOf(meant.kind === 'id' ? { kind: 'text', text: meant.id } : meant, params, facets);
    const found = await Promise.all(
      meanings
        .filter(({ isPayload = false }) => hasPayload || !isPayload)
        .map((meaning) => count(meaning, scope, params)),
    );
    const best = found.find((meaning) => meaning.count !== undefined && meaning.count !== '0');
    if (best !== undefined) setParams({ ...best.changes, ...firstPage });
    if (best === undefined && meant.kind === 'id') fail(noSuchRun);
    else if (found.length === 0) fail('No value has this name.');
    else setResult({ found, among: among(params, found) });
  };
  const fail = (failure: string) => setResult({ failure, among: among(params) });
  const start = () => {
    setResult(undefined);
    if (text.trim() === '') setParams({ ...withoutText, ...firstPage });
    else search().catch((error) => fail(sentenceOf(error)));
  };
  return (
    <form
      className="search-box screen-only"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <label>
        <span className="faint">Find</span>
        <input
          id="find"
          type="search"
          placeholder={`id, reference, name, ${hasPayload ? 'words, /path=value' : 'tokens>=1000'}`}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onFocus={onFocus}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      <output className="row small">
        {result !== undefined && 'failure' in result && <span className="problem">{result.failure}</span>}
        {result !== undefined &&
          'found' in result &&
          result.found.map((meaning) => (
            <button
              key={meaning.name}
              type="button"
              className="link"
              disabled={meaning.count === undefined || meaning.count === '0'}
              onClick={() => setParams({ ...withoutText, ...meaning.changes, ...firstPage })}
            >
              {meaning.count === undefined
                ? (meaning.rejection ?? `${meaning.name}: cannot be searched`)
                : `${meaning.count} ${meaning.name}`}
            </button>
          ))}
      </output>
    </form>
  );
}

/** Filters that the next text replaces. */
const withoutText: ParamChanges = { words: null, reference: null, context: null };

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
        ? [{ name: `with this ${meant.name}`, changes: { [meant.name]: meant.text } }]
        : namedValues(meant.name, meant.text, facets);
    case 'text':
      return [
        { name: 'by reference', changes: { ...withoutText, reference: meant.text } },
        { name: 'by context', changes: { ...withoutText, context: meant.text } },
        ...facetFields.flatMap(({ param }) => namedValues(param, meant.text, facets)),
        {
          name: /\s/.test(meant.text) ? 'with these words' : 'with this word',
          changes: { ...withoutText, words: meant.text },
          isPayload: true,
          rejection: 'words are not searched here: try /path=value',
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
