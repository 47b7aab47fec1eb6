import { registerEnumType } from 'type-graphql';

export enum FileDirection {
  INPUT = 'INPUT',
  OUTPUT = 'OUTPUT',
}

registerEnumType(FileDirection, {
  name: 'FileDirection',
  description: 'Whether a file is an input or an output of a task run.',
  valuesConfig: {
    INPUT: { description: 'Submitted with the run.' },
    OUTPUT: { description: 'Produced by the run.' },
  },
});
