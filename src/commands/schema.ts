// Prints schema.graphql. Standard output is the schema and nothing else.

import { createSchema } from '../graphql/schema.js';
import { toSchemaText } from '../graphql/schema-text.js';

process.stdout.write(toSchemaText(await createSchema()));
