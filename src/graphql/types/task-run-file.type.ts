import { Field, Float, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../scalars/index.js';
import { FileDirection } from './file-direction.enum.js';

@ObjectType({
  simpleResolvers: true,
  description: 'An input or output file of a task run. Its bytes are available at `downloadUrl`.',
})
export class TaskRunFile {
  @Field(() => String, { description: 'The file name, unique within its run; up to 255 characters.' })
  name!: string;

  @Field(() => String, { description: 'The media type, such as `image/png`.' })
  contentType!: string;

  @Field(() => Float, { description: 'The size in bytes. An integer that may exceed the range of Int.' })
  sizeBytes!: number;

  @Field(() => FileDirection, { description: 'Whether the file was submitted with the run or produced by it.' })
  direction!: FileDirection;

  @Field(() => DateTimeScalar, { description: 'When the file was stored.' })
  created!: string;
}
