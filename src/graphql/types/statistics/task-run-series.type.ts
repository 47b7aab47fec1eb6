import { InterfaceType } from 'type-graphql';

/** Its one field, `buckets`, has arguments and is resolved in `task-run-series.resolver.ts`. */
@InterfaceType({ description: 'A set of task runs that can be followed over time.' })
export abstract class TaskRunSeries {}
