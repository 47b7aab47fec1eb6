import { Fragment } from 'react';
import { setParams } from '../navigation.js';
import { useHasPayload, useScopesAround } from '../scope/scope.js';
import { paramsOfScope, type Scope } from '../scope/scope-params.js';
import { firstPage } from './filter-fields.js';
import { type Found, foundPlaces } from './found-runs.js';
import { outsideOfScope, type RunSearch, withoutText } from './run-search.js';

interface SearchBoxProps {
  readonly scope: Scope | undefined;
  readonly search: RunSearch;
  readonly onFocus: () => void;
}

/** Shows where a text was searched, and how many runs and projects match each of its meanings there. */
export function SearchBox({ scope, search, onFocus }: SearchBoxProps) {
  const hasPayload = useHasPayload(scope);
  const { text, result } = search;
  return (
    <form
      className="search-box screen-only"
      onSubmit={(event) => {
        event.preventDefault();
        search.start();
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
          onChange={({ target }) => search.setText(target.value)}
        />
      </label>
      <output className="row small">
        {result?.failure !== undefined && <span className="problem">{result.failure}</span>}
        {result && result.found.length > 0 && <FoundRuns scope={scope} found={result.found} />}
      </output>
    </form>
  );
}

export function focusSearch(): void {
  document.getElementById('find')?.focus();
}

interface FoundRunsProps {
  readonly scope: Scope | undefined;
  readonly found: readonly Found[];
}

/** Shows the number of runs for each meaning in the scope and, below an organization, the further ones in all of it. */
function FoundRuns({ scope, found }: FoundRunsProps) {
  const scopes = useScopesAround(scope);
  const [here, organization] = [scopes[0], scopes.length > 1 ? scopes.at(-1) : undefined];
  const around = organization && {
    name: organization.name,
    changes: { ...paramsOfScope(organization.scope), ...outsideOfScope },
  };
  return foundPlaces(found, here?.name ?? '', around).map(({ text, links }) => (
    <Fragment key={text}>
      <span className="faint">{text}</span>
      {links.map((link) => (
        <button
          key={link.text}
          type="button"
          className="link"
          disabled={link.isDisabled}
          onClick={() => setParams({ ...withoutText, ...link.changes, ...firstPage })}
        >
          {link.text}
        </button>
      ))}
    </Fragment>
  ));
}
