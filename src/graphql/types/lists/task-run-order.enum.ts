import { registerEnumType } from 'type-graphql';

export enum TaskRunOrder {
  CREATED_DESC = 'CREATED_DESC',
  CREATED_ASC = 'CREATED_ASC',
  LLM_CALL_TIMING_DESC = 'LLM_CALL_TIMING_DESC',
  LLM_CALL_TIMING_ASC = 'LLM_CALL_TIMING_ASC',
  CHARGED_CREDITS_DESC = 'CHARGED_CREDITS_DESC',
  CHARGED_CREDITS_ASC = 'CHARGED_CREDITS_ASC',
  TOTAL_TOKENS_DESC = 'TOTAL_TOKENS_DESC',
  TOTAL_TOKENS_ASC = 'TOTAL_TOKENS_ASC',
  LLM_RETRIES_DESC = 'LLM_RETRIES_DESC',
  LLM_RETRIES_ASC = 'LLM_RETRIES_ASC',
}

registerEnumType(TaskRunOrder, {
  name: 'TaskRunOrder',
  description:
    'The order of a list of task runs. Runs created in the same microsecond are ordered by id. In an order by another value, runs without a value come last, and runs with equal values are ordered newest first. All runs of the list are read for each page in such an order.',
  valuesConfig: {
    CREATED_DESC: { description: 'The newest run first.' },
    CREATED_ASC: { description: 'The oldest run first.' },
    LLM_CALL_TIMING_DESC: { description: 'The run with the longest LLM call first.' },
    LLM_CALL_TIMING_ASC: { description: 'The run with the shortest LLM call first.' },
    CHARGED_CREDITS_DESC: { description: 'The run with the most credits charged first.' },
    CHARGED_CREDITS_ASC: { description: 'The run with the fewest credits charged first.' },
    TOTAL_TOKENS_DESC: { description: 'The run with the most tokens first.' },
    TOTAL_TOKENS_ASC: { description: 'The run with the fewest tokens first.' },
    LLM_RETRIES_DESC: { description: 'The run with the most retries first.' },
    LLM_RETRIES_ASC: { description: 'The run with the fewest retries first.' },
  },
});
