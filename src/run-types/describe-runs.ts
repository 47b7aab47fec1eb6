// Describes the runs from which types were inferred.

import type { Comparison, Disagreement } from './disagreements.js';
import { maxLevels } from './nesting.js';

export interface SampledRuns {
  /** In the order in which they were read. */
  readonly runIdsByRevision: ReadonlyMap<string, readonly string[]>;
  /** Runs whose JSON did not fit. */
  readonly tooLarge: readonly string[];
  /** Runs whose JSON has too many lists and objects in each other. */
  readonly tooDeep: readonly string[];
  readonly comparison: Pick<Comparison, 'disagreements' | 'isCut'>;
}

const maxIds = 10;
const maxPaths = 20;

/** Returns lines without line breaks. */
export function describeRuns({ runIdsByRevision, tooLarge, tooDeep, comparison }: SampledRuns): string[] {
  const revisions = [...runIdsByRevision].map(([revision, { length }]) => `- ${runs(length)} of revision ${revision}`);
  const total = [...runIdsByRevision.values()].reduce((sum, { length }) => sum + length, 0);
  const all = comparison.disagreements();
  const shown = all.slice(0, maxPaths);
  return [
    `Inferred from the ${total === 1 ? 'latest successful run' : `latest ${total} successful runs`}:`,
    ...revisions,
    ...describeOmitted(tooLarge, 'did not fit into memory'),
    ...describeOmitted(tooDeep, `is nested deeper than ${maxLevels} levels`),
    all.length === 0 ? 'They agree.' : `They disagree at ${all.length === 1 ? 'one place' : `${all.length} places`}:`,
    ...shown.map((each) => `- ${describe(each, revisionOfAll)}`),
    ...(all.length > shown.length ? [`- and ${all.length - shown.length} more`] : []),
    ...(comparison.isCut ? ['They have too many places for all of them to be compared.'] : []),
  ];

  function revisionOfAll(ids: readonly string[]): string | undefined {
    if (runIdsByRevision.size === 1) return undefined;
    const idSet = new Set(ids);
    const [matching] = [...runIdsByRevision].filter(([, ofRevision]) => {
      return ofRevision.length === idSet.size && ofRevision.every((id) => idSet.has(id));
    });
    return matching?.[0];
  }
}

function describeOmitted(ids: readonly string[], reason: string): string[] {
  return ids.length > 0 ? [`Without ${runs(ids.length)} whose JSON ${reason}: ${listIds(ids)}.`] : [];
}

/** Describes a disagreement. The runs of every kind but the most frequent are named. */
function describe({ path, kinds }: Disagreement, revisionOfAll: (ids: readonly string[]) => string | undefined) {
  const described = kinds.map(({ kind, runIds }, index) => {
    const revision = revisionOfAll(runIds);
    const which =
      revision === undefined ? (index === 0 ? '' : ` (${listIds(runIds)})`) : ` (all of revision ${revision})`;
    return `${kind} in ${runs(runIds.length)}${which}`;
  });
  // Names can be any text, and must not end the comment or the line that they are in.
  return `${JSON.stringify(path).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, unicodeEscape)}: ${described.join('; ')}`;
}

function unicodeEscape(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

function listIds(ids: readonly string[]): string {
  const omitted = ids.length - maxIds;
  return `${ids.slice(0, maxIds).join(', ')}${omitted > 0 ? ` and ${omitted} more` : ''}`;
}

function runs(count: number): string {
  return `${count} ${count === 1 ? 'run' : 'runs'}`;
}
