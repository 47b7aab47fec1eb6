import { registerEnumType } from 'type-graphql';

export enum TaskRunStatsOrder {
  RUNS_DESC = 'RUNS_DESC',
  ERRORS_DESC = 'ERRORS_DESC',
  FALLBACKS_DESC = 'FALLBACKS_DESC',
  RETRIES_DESC = 'RETRIES_DESC',
  TOTAL_TOKENS_DESC = 'TOTAL_TOKENS_DESC',
  CHARGED_CREDITS_DESC = 'CHARGED_CREDITS_DESC',
  LAST_CREATED_DESC = 'LAST_CREATED_DESC',
}

registerEnumType(TaskRunStatsOrder, {
  name: 'TaskRunStatsOrder',
  description:
    'The order of groups of runs. Groups with equal measures are ordered by their `value`, byte by byte, the one without a value last.',
  valuesConfig: {
    RUNS_DESC: { description: 'Most runs first.' },
    ERRORS_DESC: { description: 'Most failed runs first.' },
    FALLBACKS_DESC: { description: 'Most runs with the fallback model first.' },
    RETRIES_DESC: { description: 'Most retries first.' },
    TOTAL_TOKENS_DESC: { description: 'Most tokens first.' },
    CHARGED_CREDITS_DESC: { description: 'Most credits first.' },
    LAST_CREATED_DESC: { description: 'The group of the newest run first.' },
  },
});
