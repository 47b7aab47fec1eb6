import { CreateTaskRunTables1764000000000 } from './1764000000000-create-task-run-tables.js';

/** In the order in which they run. */
export const migrations = [CreateTaskRunTables1764000000000];
