import { CopyButton } from '../../shared/copy-button.js';
import { initialState } from '../../shared/initial-state-of-page.js';
import { Icon } from '../icon.js';
import { type RunPath, urlOfRun } from '../run-url.js';
import { asCurl, inGraphiql } from './share.js';
import { ShareButton } from './share-button.js';

interface RunActionsProps {
  readonly path: RunPath;
  /** The address of the comparison. */
  readonly comparison: string;
  readonly isMarked: boolean;
  readonly onMark: () => void;
}

/** Everything that can be done with a run. */
export function RunActions({ path, comparison, isMarked, onMark }: RunActionsProps) {
  return (
    <>
      <a className="as-button" href={comparison}>
        <Icon name="compare" /> Compare
      </a>
      <button type="button" className="ghost" aria-pressed={isMarked} onClick={onMark}>
        <Icon name="select" /> Select
      </button>
      <CopyButton className="ghost" text={() => urlOfRun(path)} label="link">
        <Icon name="link" /> Copy link
      </CopyButton>
      {initialState.sharing !== undefined && <ShareButton path={path} />}
      {/* Opens another document, because this one would lose its token. */}
      <a className="as-button ghost" href={inGraphiql(path)} target="_blank" rel="noreferrer">
        <Icon name="code" /> As GraphQL
      </a>
      <CopyButton className="ghost" text={() => asCurl(path)} label="as curl">
        <Icon name="terminal" /> As curl
      </CopyButton>
    </>
  );
}
