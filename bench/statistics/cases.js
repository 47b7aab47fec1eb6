// Statistics over all runs of the database, with handwritten SQL for the same figures, in each way that might be
// fastest.

const measures = (...names) => ({ measures: names, percentiles: [], splits: [] });
const by = (statistics, ...splits) => ({
  ...statistics,
  splits: splits.map(([dimension, below]) => ({ dimension, statistics: below })),
});
const tokens = measures('runs', 'inputTokens', 'outputTokens', 'totalTokens');
const nothing = measures();
const timing = { ...measures('llmCallTiming'), percentiles: ['llmCallTiming'] };
const hour = { by: 'HOUR', timeZone: 'UTC' };
const day = { by: 'DAY', timeZone: 'Europe/Berlin' };

const runs = 'FROM task_run WHERE task_id = ANY ($1::uuid[])';
const tokenSums = 'count(*) runs, sum(input_tokens) i, sum(output_tokens) o, sum(total_tokens) t';
const distribution = `count(llm_call_timing), avg(llm_call_timing), min(llm_call_timing), max(llm_call_timing),
  percentile_disc(ARRAY[0.5, 0.9, 0.95, 0.99]) WITHIN GROUP (ORDER BY llm_call_timing) p`;
const days = "date_trunc('day', created, 'Europe/Berlin')";
const overview = measures('runs', 'inputTokens', 'outputTokens', 'totalTokens', 'chargedCredits', 'errors');
const overviewSums = `${tokenSums}, sum(charged_credits) c, count(*) FILTER (WHERE is_error) e`;
const splits = {
  REVISION: 'task_revision_id',
  REPORTING_GROUP: 'reporting_group_id',
  TASK: 'task_id',
  FALLBACK_MODEL: 'fallback_llm_model_id',
};
const columns = [...Object.values(splits), days];

/** The 20 groups with the most credits. */
const top = (dimension) => ({
  ...nothing,
  splits: [
    {
      dimension: { by: dimension },
      statistics: measures('runs', 'chargedCredits'),
      top: { orderBy: 'CHARGED_CREDITS_DESC', first: 20 },
    },
  ],
});
const topByHand = (column) =>
  `SELECT ${column} k, count(*) n, sum(charged_credits) c ${runs} GROUP BY 1 ORDER BY 3 DESC NULLS LAST LIMIT 20`;

/** `selection` is in the form that the GraphQL API passes. */
export const statisticsCases = [
  { name: 'tokens', selection: tokens, byHand: [`SELECT ${tokenSums} ${runs}`] },
  {
    name: 'runs per hour',
    selection: by(nothing, [hour, measures('runs')]),
    byHand: [
      `SELECT date_trunc('hour', created, 'UTC') s, count(*) ${runs} GROUP BY 1 ORDER BY 1`,
      `SELECT date_bin('1 hour', created, 'epoch') s, count(*) ${runs} GROUP BY 1 ORDER BY 1`,
    ],
  },
  {
    name: 'runs per day',
    selection: by(nothing, [day, measures('runs')]),
    byHand: [
      `SELECT ${days} s, count(*) ${runs} GROUP BY 1 ORDER BY 1`,
      `SELECT ${days} s, sum(n) FROM (SELECT date_bin('1 hour', created, 'epoch') created, count(*) n ${runs} GROUP BY 1) h GROUP BY 1 ORDER BY 1`,
    ],
  },
  {
    name: 'tokens per day and revision',
    selection: by(nothing, [{ by: 'REVISION' }, by(nothing, [day, tokens])]),
    byHand: [
      `SELECT task_revision_id r, ${days} s, ${tokenSums} ${runs} GROUP BY 1, 2 ORDER BY 1, 2`,
      `SELECT r, ${days} s, sum(runs), sum(i), sum(o), sum(t) FROM (
         SELECT task_revision_id r, date_bin('1 hour', created, 'epoch') created, ${tokenSums} ${runs} GROUP BY 1, 2
       ) h GROUP BY 1, 2 ORDER BY 1, 2`,
    ],
  },
  { name: 'timing', selection: timing, byHand: [`SELECT ${distribution} ${runs}`] },
  {
    name: 'timing per day',
    selection: by(nothing, [day, timing]),
    byHand: [`SELECT ${days} s, ${distribution} ${runs} GROUP BY 1 ORDER BY 1`],
  },
  {
    name: 'timing per day and revision',
    selection: by(nothing, [{ by: 'REVISION' }, by(nothing, [day, timing])]),
    byHand: [`SELECT task_revision_id r, ${days} s, ${distribution} ${runs} GROUP BY 1, 2 ORDER BY 1, 2`],
  },
  {
    name: 'credits, and per group',
    selection: by(measures('chargedCredits'), [{ by: 'REPORTING_GROUP' }, measures('chargedCredits')]),
    byHand: [
      `SELECT reporting_group_id g, sum(charged_credits) ${runs} GROUP BY GROUPING SETS ((), (1))`,
      `WITH part AS (SELECT reporting_group_id g, sum(charged_credits) c ${runs} GROUP BY 1)
       SELECT g, sum(c) FROM part GROUP BY GROUPING SETS ((), (1))`,
    ],
  },
  {
    name: 'five splits side by side',
    selection: by(
      overview,
      ...[...Object.keys(splits).map((name) => ({ by: name })), day].map((dimension) => [dimension, overview]),
    ),
    byHand: [
      `SELECT ${columns.join(', ')}, ${overviewSums} ${runs} GROUP BY GROUPING SETS ((), (1), (2), (3), (4), (5))`,
      columns
        .map((column) => `SELECT json_agg(s) FROM (SELECT ${column} k, ${overviewSums} ${runs} GROUP BY 1) s`)
        .join(' UNION ALL '),
    ],
  },
  { name: 'the dearest users', selection: top('USER'), byHand: [topByHand('user_id')] },
  { name: 'the dearest contexts', selection: top('CONTEXT'), byHand: [topByHand('context_id')] },
  {
    name: "the dearest of the primary model's failures",
    selection: top('FAILURE_REASON'),
    byHand: [topByHand('left(primary_failure_reason, 1000)')],
  },
  {
    name: 'tokens per month, with labels',
    selection: by(nothing, [
      { by: 'MONTH', timeZone: 'Europe/Berlin' },
      { ...tokens, hasLabels: true },
    ]),
    byHand: [
      `SELECT date_trunc('month', created, 'Europe/Berlin') s, ${tokenSums} ${runs} GROUP BY 1 ORDER BY 1`,
      `SELECT date_trunc('month', created, 'Europe/Berlin') s, sum(runs), sum(i), sum(o), sum(t) FROM (
         SELECT date_bin('1 hour', created, 'epoch') created, ${tokenSums} ${runs} GROUP BY 1
       ) h GROUP BY 1 ORDER BY 1`,
    ],
  },
];
