import { countOf, formatSeconds } from '../../shared/format/format-quantity.js';
import { LongText } from '../../shared/json/json-view.js';
import type { Run } from './run-query.js';

/** What went wrong and what was done about it, step by step; nothing where nothing went wrong. */
export function Failure({ run }: { readonly run: Run }) {
  const { isError, usedFallbackModel, primaryFailureReason, llmRetries } = run;
  if (!isError && !usedFallbackModel && primaryFailureReason === null && llmRetries === 0) return null;
  return (
    <section className={`failure ${isError ? 'bad' : 'warn'}`} aria-label="What went wrong">
      <h2>{isError ? 'Why it failed' : 'What went wrong on the way'}</h2>
      {isError && (
        <p className="failure-message">
          <LongText text={messageOf(run)} />
        </p>
      )}
      <ol>
        {stepsOf(run).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}

/** The message, or the beginning of a response that has none in the places where messages are. */
function messageOf({ failureMessage, responsePreview }: Run): string {
  return failureMessage ?? responsePreview ?? 'It has no response, and so no message.';
}

function stepsOf(run: Run): readonly string[] {
  const { isError, usedFallbackModel, primaryFailureReason, fallbackLlmModelId, llmRetries, llmCallTiming } = run;
  const primary = primaryFailureReason !== null && `The primary model failed: ${primaryFailureReason}.`;
  const retries = llmRetries > 0 && `The call was retried: ${countOf(llmRetries, 'time')}.`;
  const model = fallbackLlmModelId === null ? 'The fallback model' : `The fallback model ${fallbackLlmModelId}`;
  const fallback = usedFallbackModel
    ? `${model} took over${isError ? ', and failed as well' : ' and succeeded'}.`
    : primary && 'No fallback model took over.';
  const duration = isError && llmCallTiming !== null && `It was given up after ${formatSeconds(llmCallTiming)}.`;
  return [primary, retries, fallback, duration].filter((step) => typeof step === 'string');
}
