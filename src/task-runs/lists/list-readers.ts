import type { ScheduledStatements } from '../../scheduling/register-statement.js';
import { CountReader } from './count-reader.js';
import { ListStatements } from './list-statements.js';
import { PageReader } from './page-reader.js';
import { ScanReader } from './scan-reader.js';

/** The list readers shared by all requests. */
export interface ListReaders {
  readonly pages: PageReader;
  readonly scans: ScanReader;
  readonly counts: CountReader;
}

export function createListReaders(scheduled: ScheduledStatements): ListReaders {
  const statements = new ListStatements(scheduled);
  const scans = new ScanReader(scheduled, statements);
  return { scans, pages: new PageReader(scheduled, statements, scans), counts: new CountReader(statements, scans) };
}
