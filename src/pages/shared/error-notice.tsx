import { isAboutAccess, isTemporary, sentenceOf } from './api/error-sentence.js';

interface ErrorNoticeProps {
  readonly error: unknown;
  readonly onRetry: () => void;
  /** Additional actions. */
  readonly children?: React.ReactNode;
}

/** The reason why something is not shown, and what to do. */
export function ErrorNotice({ error, onRetry, children }: ErrorNoticeProps) {
  return (
    <div className="notice bad" role="alert">
      <p>
        {sentenceOf(error)}
        {isTemporary(error) && ' It is tried again until it works.'}
      </p>
      <div className="row">
        {!isAboutAccess(error) && (
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        )}
        {children}
      </div>
    </div>
  );
}
