import { Duration } from '../../shared/format/duration.js';
import { shortId } from '../../shared/format/format-id.js';
import { formatCount, formatCredits } from '../../shared/format/format-quantity.js';
import { formatAge, formatTime, timeZone } from '../../shared/format/format-time.js';
import { ShortId } from '../../shared/short-id.js';
import { valueText } from '../filters/value-filter.js';
import { urlOf } from '../navigation.js';
import type { Run } from '../operations.js';
import type { RunPath } from '../run-url.js';

interface FactsProps {
  readonly run: Run;
  readonly path: RunPath;
}

/** A run's usage and relations. */
export function Facts({ run, path }: FactsProps) {
  return (
    <>
      <dl className="facts amounts panel">
        <Fact name="LLM call">{run.llmCallTiming !== null && <Duration seconds={run.llmCallTiming} />}</Fact>
        <Fact name="Input processors">
          {run.inputProcessorTiming !== null && <Duration seconds={run.inputProcessorTiming} />}
        </Fact>
        <Fact name="Tokens">
          {formatCount(run.totalTokens)}
          <small className="faint">
            {formatCount(run.inputTokens)} in, {formatCount(run.outputTokens)} out
          </small>
        </Fact>
        <Fact name="Credits">{run.chargedCredits && formatCredits(run.chargedCredits)}</Fact>
        <Fact name="Retries">{run.llmRetries}</Fact>
        <Fact name="Fallback model">
          {run.usedFallbackModel ? 'used' : 'not used'}
          {run.fallbackLlmModelId !== null && (
            <small className="faint" title={run.fallbackLlmModelId}>
              {run.fallbackLlmModel?.name ?? shortId(run.fallbackLlmModelId)}
            </small>
          )}
        </Fact>
      </dl>
      <Relations run={run} path={path} />
    </>
  );
}

/** The time of a run, and what it belongs to. Values link to the runs that share them. */
export function Relations({ run, path }: FactsProps) {
  const listOf = (param: string, value: string) => {
    const { orgId: org, projectId: project, taskId: task } = path;
    return urlOf('runs', new URLSearchParams({ org, project, task, [param]: value }));
  };
  const link = (param: string, value: string | null, text = value) =>
    value === null ? null : <a href={listOf(param, value)}>{text}</a>;
  const linkWithId = (param: 'user' | 'revision', id: string, name: string | null | undefined) => (
    <ShortId id={id} label={`the id of the ${param}`}>
      {link(param, id, name ?? shortId(id))}
    </ShortId>
  );
  return (
    <dl className="facts">
      <Fact name={`Created, in ${timeZone}`}>
        <time dateTime={run.created} title={run.created}>
          {formatTime(run.created)}
        </time>
        <small className="faint">{formatAge(run.created)}</small>
      </Fact>
      {run.failure !== null && (
        <Fact name="Kind of failure">
          {link('is', valueText('failure', '', JSON.stringify(run.failure)), run.failure)}
        </Fact>
      )}
      <Fact name="Reporting group">{link('group', run.reportingGroup?.id ?? null, run.reportingGroup?.name)}</Fact>
      <Fact name="Reference">{link('reference', run.reference)}</Fact>
      <Fact name="Context">{link('context', run.contextId)}</Fact>
      <Fact name="User">{run.userId !== null && linkWithId('user', run.userId, run.user?.name)}</Fact>
      <Fact name="Task revision">{linkWithId('revision', run.taskRevisionId, run.taskRevision.name)}</Fact>
      <Fact name="Run">
        <ShortId id={run.id} label="the id of the run" />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children || children === 0 ? children : <span className="none">none</span>}</dd>
    </div>
  );
}
