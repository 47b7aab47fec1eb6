import { registerEnumType } from 'type-graphql';

export enum FileDirection {
  INPUT = 'INPUT',
  OUTPUT = 'OUTPUT',
}

registerEnumType(FileDirection, {
  name: 'FileDirection',
  description: 'Whether a file went into a task run or came out of it.',
  valuesConfig: {
    INPUT: { description: 'Submitted with the run.' },
    OUTPUT: { description: 'Produced by the run.' },
  },
});
