import './failure.css';
import { useMemo } from 'react';
import { notVisible } from '../../shared/api/error-sentence.js';
import { shortId } from '../../shared/format/format-id.js';
import { countOf, formatDuration } from '../../shared/format/format-quantity.js';
import { type JsonTree, parseJson, plainText } from '../../shared/json/json-tree.js';
import type { Run } from '../operations.js';
import { TextWithTracebacks } from '../values/text-with-tracebacks.js';

interface FailureProps {
  readonly run: Run;
  /** The response's JSON, once it has been read. */
  readonly response: string | null;
  readonly hasPayload: boolean;
  /** Shown instead of the message without payload. */
  readonly withoutMessage?: string;
}

/** The failure of a run, and each countermeasure that was taken. Shows nothing for other runs. */
export function Failure({ run, response, hasPayload, withoutMessage = notVisible }: FailureProps) {
  const { isError, usedFallbackModel, primaryFailureReason, llmRetries } = run;
  const message = useMemo(() => wholeMessage(messageOf(run), response), [run, response]);
  if (!isError && !usedFallbackModel && primaryFailureReason === null && llmRetries === 0) return null;
  return (
    <section className={`failure ${isError ? 'bad' : 'warn'}`} aria-label="What went wrong">
      <h2>{isError ? 'Why it failed' : 'What went wrong before it succeeded'}</h2>
      {isError && (
        <div className="failure-message problem">
          <TextWithTracebacks text={hasPayload ? message : withoutMessage} />
        </div>
      )}
      <ol>
        {stepsOf(run).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}

/** Returns the message, or the beginning of a response without one. */
function messageOf({ failureMessage, responsePreview }: Run): string {
  return failureMessage ?? responsePreview ?? 'It has no response, so there is no message.';
}

/** The API truncates messages to 1,000 characters. */
const maxWholeMessage = 900;

/** Returns the complete text of a truncated message, from the response. */
function wholeMessage(message: string, response: string | null): string {
  if (message.length < maxWholeMessage || response === null) return message;
  const begin = message.replace(/…$/, '');
  const find = (tree: JsonTree | undefined): string | undefined => {
    if (tree?.kind === 'string') return [plainText(tree)].find((text) => text.startsWith(begin));
    for (const { value } of tree?.members ?? []) {
      const found = find(value);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return find(parseJson(response)) ?? message;
}

function stepsOf(run: Run): readonly string[] {
  const { isError, usedFallbackModel, primaryFailureReason, fallbackLlmModelId, llmRetries, llmCallTiming } = run;
  const modelName = fallbackLlmModelId && (run.fallbackLlmModel?.name ?? shortId(fallbackLlmModelId));
  const primary = primaryFailureReason !== null && `The primary model failed: ${primaryFailureReason}.`;
  const retries = llmRetries > 0 && `The call was retried: ${countOf(llmRetries, 'time')}.`;
  const model = modelName === null ? 'The fallback model' : `The fallback model ${modelName}`;
  const fallback = usedFallbackModel
    ? `${model} took over${isError ? ', and failed as well' : ' and succeeded'}.`
    : primary && 'No fallback model took over.';
  const duration = isError && llmCallTiming !== null && `It ended after ${formatDuration(llmCallTiming)}.`;
  return [primary, retries, fallback, duration].filter((step) => typeof step === 'string');
}
