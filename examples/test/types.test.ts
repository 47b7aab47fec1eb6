// The generated types of the gateway's scalars.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import type { OneRunQuery, UsageReportQuery } from '../generated/graphql.js';
import type { Json } from '../json.js';

type Run = NonNullable<OneRunQuery['taskRun']>;
type Statistics = NonNullable<UsageReportQuery['taskRunStats']>;
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

// The compiler checks these: a scalar typed otherwise is an error here.
const scalarsAsTyped: [
  id: Equal<Run['id'], string>,
  created: Equal<Run['created'], string>,
  chargedCredits: Equal<Run['chargedCredits'], string | null>,
  response: Equal<Run['response'], Json | null>,
  inputTokens: Equal<Statistics['inputTokens'], string>,
] = [true, true, true, true, true];

it('the generated types contain every scalar', () => {
  assert.ok(scalarsAsTyped.every(Boolean));
  const types = readFileSync(new URL('../../generated/graphql.ts', import.meta.url), 'utf8');
  assert.doesNotMatch(types, /\bany\b/);
  assert.doesNotMatch(types, /: never\b(?! })/);
});
