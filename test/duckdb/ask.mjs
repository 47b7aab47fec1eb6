// Prints the rows of a query in DuckDB as JSON: ask.mjs FOLDER SQL

import { DuckDBInstance } from '@duckdb/node-api';

const [folder, sql] = process.argv.slice(2);
process.chdir(folder);
const connection = await (await DuckDBInstance.create()).connect();
const reader = await connection.runAndReadAll(sql);
process.stdout.write(JSON.stringify(reader.getRowObjectsJson()));
