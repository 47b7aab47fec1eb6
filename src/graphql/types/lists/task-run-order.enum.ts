import { registerEnumType } from 'type-graphql';

export enum TaskRunOrder {
  CREATED_DESC = 'CREATED_DESC',
  CREATED_ASC = 'CREATED_ASC',
}

registerEnumType(TaskRunOrder, {
  name: 'TaskRunOrder',
  description: 'The order of a list of task runs. Runs created in the same microsecond are in the order of their ids.',
  valuesConfig: {
    CREATED_DESC: { description: 'The newest run first.' },
    CREATED_ASC: { description: 'The oldest run first.' },
  },
});
