import { registerEnumType } from 'type-graphql';

export enum TaskRunStatus {
  SUCCESS = 'SUCCESS',
  FAIL = 'FAIL',
}

registerEnumType(TaskRunStatus, {
  name: 'TaskRunStatus',
  description: 'The outcome of a task run.',
  valuesConfig: {
    SUCCESS: { description: 'The run succeeded: `isError` is false.' },
    FAIL: { description: 'The run failed: `isError` is true.' },
  },
});
