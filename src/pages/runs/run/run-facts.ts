// The figures and relations of a run by name, in the order of the page.

import { shortId } from '../../shared/format/format-id.js';
import { exactSeconds, formatCount, formatCredits, formatDuration } from '../../shared/format/format-quantity.js';
import { formatAge, formatTime, timeZone } from '../../shared/format/format-time.js';
import { valueText } from '../filters/value-filter.js';
import type { Run } from '../operations.js';

export interface Fact {
  readonly name: string;
  readonly text: string;
  /** A smaller line below the text. */
  readonly detail?: string | undefined;
  /** The exact value of a rounded or shortened text. */
  readonly exact?: string;
  /** The value that a button copies. */
  readonly id?: string;
  /** The parameter and value of the list of runs that share the fact. */
  readonly filter?: readonly [param: string, value: string];
}

export interface Facts {
  readonly known: readonly Fact[];
  /** Names of facts without a value. */
  readonly empty: readonly string[];
}

/** A fact, or the name of one without a value. */
type MaybeFact = Fact | string;

/** Returns duration, tokens and credits of a run. */
export function figuresOf(run: Run): Facts {
  return split([
    seconds('LLM call', run.llmCallTiming),
    {
      name: 'Tokens',
      text: formatCount(run.totalTokens),
      detail: `${formatCount(run.inputTokens)} in, ${formatCount(run.outputTokens)} out`,
    },
    run.chargedCredits === null ? 'Credits' : { name: 'Credits', text: formatCredits(run.chargedCredits) },
    { name: 'Retries', text: String(run.llmRetries) },
    seconds('Input processors', run.inputProcessorTiming),
  ]);
}

/**
 * Returns the time of a run, and what it belongs to.
 * @param model `undefined` if the schema has no models
 */
export function relationsOf(run: Run, model: string | null | undefined, now?: number): Facts {
  const { created, failure, reportingGroup, user, taskRevision, fallbackLlmModel } = run;
  return split([
    {
      name: 'Created',
      text: formatTime(created),
      exact: `${created}, shown in ${timeZone}`,
      detail: formatAge(created, now),
    },
    ...(model === undefined ? [] : [text('Model', model, 'model')]),
    run.usedFallbackModel ? fallback(run.fallbackLlmModelId, fallbackLlmModel?.name) : 'Fallback model',
    named('Task revision', run.taskRevisionId, taskRevision.name, 'revision'),
    ...(failure === null ? [] : [{ name: 'Kind of failure', text: failure, filter: ['failure', failure] as const }]),
    named('User', run.userId, user?.name, 'user'),
    reportingGroup === null
      ? 'Reporting group'
      : { name: 'Reporting group', text: reportingGroup.name, filter: ['group', reportingGroup.id] },
    copied('Reference', run.reference, 'reference'),
    copied('Context', run.contextId, 'context'),
    { name: 'Run', text: shortId(run.id), id: run.id },
  ]);
}

function split(facts: readonly MaybeFact[]): Facts {
  return {
    known: facts.filter((fact) => typeof fact === 'object'),
    empty: facts.filter((fact) => typeof fact === 'string'),
  };
}

function seconds(name: string, value: number | null): MaybeFact {
  return value === null ? name : { name, text: formatDuration(value), exact: exactSeconds(value) };
}

function text(name: string, value: string | null, param: string): MaybeFact {
  return value === null ? name : { name, text: value, filter: [param, value] };
}

/** Returns a fact whose value programs use, so that people copy it. */
function copied(name: string, value: string | null, param: string): MaybeFact {
  return value === null ? name : { name, text: shortId(value), id: value, filter: [param, value] };
}

/** Returns a fact about something that has an id and, if its organization named it, a name. */
function named(name: string, id: string | null, ownName: string | null | undefined, param: string): MaybeFact {
  return id === null ? name : { name, text: ownName ?? shortId(id), id, filter: [param, id] };
}

function fallback(id: string | null, name: string | null | undefined): Fact {
  const fact = { name: 'Fallback model' };
  if (id === null) return { ...fact, text: 'used' };
  const filter = ['is', valueText('fallbackModel', '', JSON.stringify(id))] as const;
  return { ...fact, text: name ?? shortId(id), id, filter };
}
