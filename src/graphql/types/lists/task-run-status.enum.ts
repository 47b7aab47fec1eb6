import { registerEnumType } from 'type-graphql';

export enum TaskRunStatus {
  SUCCESS = 'SUCCESS',
  FAIL = 'FAIL',
}

registerEnumType(TaskRunStatus, {
  name: 'TaskRunStatus',
  description: 'How a task run ended.',
  valuesConfig: {
    SUCCESS: { description: 'It did not fail: `isError` is false.' },
    FAIL: { description: 'It failed: `isError` is true.' },
  },
});
