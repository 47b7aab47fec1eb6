// Variables that look like mistakes but may be right, because an environment also contains variables of other programs.

import type { Reader } from './reader.js';
import { type VariableName, variableNames, variables } from './variables.js';

/** Variables of earlier versions, with a description of what they set. */
const removedVariables: Readonly<Record<string, string>> = {
  MAX_ENTITIES: 'an operation may have 300 entities',
  JWKS_MAX_STALE_SECONDS: 'keys are used for six hours while their source fails',
  FILES_TIMEOUT_MS: 'requests to the file store time out after 5,000 ms',
  FILES_S3_PATH_STYLE: 'the bucket is in the path of URLs with AWS_ENDPOINT_URL_S3, and in their host without it',
  MAX_DOCUMENT_TOKENS: 'a GraphQL document may have 20,000 tokens',
};

/** Shorter names are too similar to those of other programs. */
const minNameLength = 6;

const knownNames = new Set<string>(
  variableNames.flatMap((name) => (variables[name].isSecret ? [name, `${name}_FILE`] : [name])),
);

/** Returns warnings with names but no values, for each variable that resembles or used to be one of the gateway's. */
export function warningsOfNames(names: Iterable<string>): readonly string[] {
  return [...names].toSorted().flatMap((name) => {
    const removed = Object.hasOwn(removedVariables, name) ? removedVariables[name] : undefined;
    if (removed !== undefined) return [`${name} was removed and is ignored: ${removed}.`];
    if (knownNames.has(name) || name.length < minNameLength) return [];
    const meant = [...knownNames].find((known) => known.length >= minNameLength && isAlmost(name, known));
    return meant === undefined
      ? []
      : [`${name} is not a variable of the gateway and is ignored. Did you mean ${meant}?`];
  });
}

/** Warns about variables whose value has no effect because of another one. */
export function warnOfIneffective({ read, isSet, warn, invalid }: Reader, isEmbeddedDemo: boolean): void {
  const warnWhere = (name: VariableName, hasNoEffect: boolean, reason: string) => {
    if (isSet(name) && hasNoEffect && !invalid.has(name)) warn(name, `has no effect, because ${reason}.`);
  };
  const isUnlimited = read('COST_MODE') === 'off';
  warnWhere('RATE_LIMIT_POINTS', isUnlimited, 'COST_MODE is off');
  warnWhere('MAX_COST', isUnlimited, 'COST_MODE is off');
  warnWhere('RATE_LIMIT_EXEMPT', read('RATE_LIMIT_POINTS') === undefined, 'RATE_LIMIT_POINTS is not set');
  warnWhere('UI_CLIENT_ID', read('UI') === 'off', 'UI is off');
  warnWhere('SHARE_SIGNING_KEY', read('SHARE_LINKS') === 'off', 'SHARE_LINKS is off');
  warnWhere('TRUSTED_DOCUMENTS_EXEMPT', read('TRUSTED_DOCUMENTS_MODE') === 'off', 'TRUSTED_DOCUMENTS_MODE is off');
  warnWhere('MAX_REPLICA_LAG_MS', read('DATABASE_REPLICA_URLS').length === 0, 'DATABASE_REPLICA_URLS is not set');
  const s3Variables = ['FILES_DELIVERY', 'AWS_REGION', 'AWS_ENDPOINT_URL_S3'] as const;
  const credentials = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
  for (const name of [...s3Variables, ...credentials])
    warnWhere(name, read('FILES_URL')?.kind !== 's3', 'FILES_URL is not an s3: URL');
  warnWhere('MCP_RESULT_TOKENS', !read('MCP'), 'MCP is off');
  const isUntraced = read('OTEL_EXPORTER_OTLP_ENDPOINT') === undefined;
  const hasNoRatio = !read('OTEL_TRACES_SAMPLER').endsWith('ratio');
  warnWhere(
    'OTEL_TRACES_SAMPLER_ARG',
    !isUntraced && hasNoRatio,
    `OTEL_TRACES_SAMPLER is ${read('OTEL_TRACES_SAMPLER')}`,
  );
  const hasRuns = read('DEMO_RUNS_PER_MINUTE') > 0;
  warnWhere('DEMO_RUNS_PER_MINUTE', hasRuns && !isEmbeddedDemo, 'the demo does not run on the embedded database');
}

/**
 * Returns whether two names are similar: they differ by one letter, or by two in a long name, with two swapped letters
 * counting as one; or one name lacks the last words of the other, such as the unit.
 */
function isAlmost(name: string, known: string): boolean {
  const isCut = name.includes('_') && known.startsWith(`${name.toUpperCase()}_`);
  return isCut || distance(name.toUpperCase(), known) <= (known.length < 10 ? 1 : 2);
}

/** Returns the number of letters to add, remove, replace or swap with the next (optimal string alignment). */
function distance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2) return 3;
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    const [previous, beforeThat] = [rows[i - 1]!, rows[i - 2]];
    for (let j = 1; j <= to.length; j += 1) {
      const isSame = from[i - 1] === to[j - 1];
      row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (isSame ? 0 : 1));
      const isExchanged = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (beforeThat !== undefined && j > 1 && isExchanged) row[j] = Math.min(row[j]!, beforeThat[j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[from.length]![to.length]!;
}
