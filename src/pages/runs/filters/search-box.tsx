import { type ParamChanges, setParams } from '../navigation.js';
import { useHasPayload, useScopesAround } from '../scope/scope.js';
import { paramsOfScope, type Scope } from '../scope/scope-params.js';
import { firstPage } from './filter-fields.js';
import { type Found, outsideOfScope, type RunSearch, withoutText } from './run-search.js';

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

interface FoundRunsProps {
  readonly scope: Scope | undefined;
  readonly found: readonly Found[];
}

/** Shows the number of runs for each meaning in the scope and, below an organization, the further ones in all of it. */
function FoundRuns({ scope, found }: FoundRunsProps) {
  const scopes = useScopesAround(scope);
  const isWhole = scope?.projectId === null;
  const counted = found.filter(({ inOrganization }) => inOrganization !== undefined);
  const further = counted.filter(({ inOrganization, count }) => inOrganization!.count !== count);
  const organization = scopes.at(-1);
  return (
    <>
      <span className="faint">In {scopes[0]?.name}:</span>
      {found.map((meaning) => (
        <FoundLink
          key={meaning.name}
          text={
            meaning.count === undefined
              ? (meaning.rejection ?? `${meaning.name}: cannot be searched`)
              : [`${meaning.count} ${meaning.name}`, isWhole && meaning.count !== '0' && placesOf(meaning)]
                  .filter(Boolean)
                  .join(' ')
          }
          isDisabled={meaning.count === undefined || meaning.count === '0'}
          changes={meaning.changes}
        />
      ))}
      {!isWhole && counted.length > 0 && (
        <span className="faint">
          In {organization?.name}:{further.length === 0 && ' nothing more'}
        </span>
      )}
      {!isWhole &&
        further.map((meaning) => (
          <FoundLink
            key={`${meaning.name} everywhere`}
            text={`${meaning.inOrganization!.count} ${meaning.name} ${placesOf(meaning)}`}
            changes={{ ...meaning.changes, ...paramsOfScope(organization!.scope), ...outsideOfScope }}
          />
        ))}
    </>
  );
}

function placesOf({ inOrganization }: Found): string | undefined {
  return inOrganization && `in ${inOrganization.projects}`;
}

interface FoundLinkProps {
  readonly text: string;
  readonly isDisabled?: boolean;
  readonly changes: ParamChanges;
}

function FoundLink({ text, isDisabled = false, changes }: FoundLinkProps) {
  return (
    <button
      type="button"
      className="link"
      disabled={isDisabled}
      onClick={() => setParams({ ...withoutText, ...changes, ...firstPage })}
    >
      {text}
    </button>
  );
}
