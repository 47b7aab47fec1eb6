import { isAboutAccess, isTemporary, sentenceOf } from '../api/error-sentence.js';
import { Notice } from './notice.js';
import { RetryCountdown } from './retry-countdown.js';

interface ErrorNoticeProps {
  readonly error: unknown;
  readonly onRetry: () => void;
  /** Additional actions. */
  readonly children?: React.ReactNode;
}

/** The reason why something is not shown, and what to do. */
export function ErrorNotice({ error, onRetry, children }: ErrorNoticeProps) {
  const retry = !isAboutAccess(error) && (
    <button type="button" onClick={onRetry}>
      Try again
    </button>
  );
  const actions = (retry || children) && (
    <>
      {retry}
      {children}
    </>
  );
  return (
    <Notice isProblem actions={actions}>
      {sentenceOf(error)}
      {isTemporary(error) && <RetryCountdown error={error} />}
    </Notice>
  );
}
