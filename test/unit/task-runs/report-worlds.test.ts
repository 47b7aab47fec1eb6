// The report finds changes, and only changes: in generated worlds of 5 to 200 tasks with 20 to 5,000 runs in each period.

import { randomInt } from 'node:crypto';
import { type Change, findChanges } from '../../../src/task-runs/reports/find-changes.js';
import { createSamples } from '../../support/random-samples.js';
import { createWorld, type WorldChange } from '../../support/report-worlds.js';

const isThorough = process.env.THOROUGH === '1';
const worlds = isThorough ? 200 : 40;
/** The thorough test draws another seed each time. The usual one never fails by chance. */
const seed = Number(process.env.SEED ?? (isThorough ? randomInt(2 ** 31) : 20261201));
/** At most these many worlds may be wrong. */
const limits = { withoutChange: Math.floor(worlds / 100), changed: worlds / 20 };

it(`at most ${limits.withoutChange} of ${worlds} worlds without a change have a finding, by seed ${seed}`, () => {
  const samples = createSamples(seed);
  const wrong = Array.from({ length: worlds }, () => findChanges(createWorld(samples, null).figures)).filter(
    (changes) => changes.length > 0,
  );
  expect(wrong.length > limits.withoutChange ? wrong : []).toEqual([]);
}, 120_000);

const changes: readonly (WorldChange & { readonly rule: Change['rule'] })[] = [
  { part: 'task', figure: 'rate', rule: 'failure_rate_rose' },
  { part: 'task', figure: 'p95', rule: 'p95_rose' },
  { part: 'revision', figure: 'rate', rule: 'failure_rate_rose' },
  { part: 'revision', figure: 'p95', rule: 'p95_rose' },
  { part: 'kind', figure: 'rate', rule: 'failure_grew' },
];

it(`at least ${worlds - limits.changed} of ${worlds} worlds have their change as the first finding, by seed ${seed}`, () => {
  const samples = createSamples(seed);
  const missed = Array.from({ length: worlds }, (_, index) => {
    const change = changes[index % changes.length]!;
    const { figures, changed } = createWorld(samples, change);
    const [first] = findChanges(figures);
    const { rule, taskId = null, revisionId = null, kind = null } = first ?? {};
    const expected = change.part === 'kind' ? { kind: changed.kind } : { ...changed, kind: null };
    const found = change.part === 'kind' ? { kind } : { taskId, revisionId, kind };
    const isFirst = rule === change.rule && JSON.stringify(found) === JSON.stringify(expected);
    return isFirst ? [] : [{ change, changed, first }];
  }).flat();
  expect(missed.length > limits.changed ? missed : []).toEqual([]);
}, 120_000);
