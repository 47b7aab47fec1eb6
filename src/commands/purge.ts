import type { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { commandLine } from '../command-line.js';
import { databaseVariables, type ImportConfig, inspectImportConfig, storageVariables } from '../config/config.js';
import { formatCount } from '../format-count.js';
import type { PurgePace } from '../purge/batches.js';
import type { Traces } from '../purge/erase-person.js';
import type { TombstonesRule } from '../purge/forget-deletions.js';
import type { PurgePlan, PurgeRule, PurgeScope, TaskPurge, UserRule } from '../purge/purge-plan.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { confirm, processTerminal, type Terminal } from './confirm.js';
import { findExisting } from './find-resource.js';
import { batchTimeoutMs, createRunProgress, type ProgressOutput, stopSignal } from './long-running.js';
import { createPurgeOptions, formatTime, type PurgeRequest, readPurgeRequest } from './purge-options.js';
import { createTable, escapeUnprintable } from './terminal-text.js';
import { withDatabase } from './with-database.js';

export interface PurgeTerminal extends Terminal<ProgressOutput> {
  readonly signal: AbortSignal;
}

export function createPurgeCommand(): Command {
  const command = createPurgeOptions();
  return addVariableOptions(command, [...databaseVariables, ...storageVariables]).action(async () => {
    const [request, config] = readArguments(command, readPurgeRequest, inspectImportConfig);
    await purge(request, config, { ...processTerminal(), signal: stopSignal() });
  });
}

/**
 * Prints what is about to be deleted, asks, and deletes it.
 * @throws Error if there is no terminal to ask on, if another purge is running, or if the purge ends early
 */
export async function purge(
  { scope, rule, ...request }: PurgeRequest,
  { dataDir, database, files }: Pick<ImportConfig, 'dataDir' | 'database' | 'files'>,
  terminal: PurgeTerminal,
  now = Date.now(),
): Promise<void> {
  const { openProcessLock } = await import('../database/process-lock.js');
  const { output, signal } = terminal;
  const config = { dataDir, database: { ...database, timeoutMs: batchTimeoutMs } };
  await withDatabase(
    config,
    async (dataSource) => {
      if (scope !== 'all') await findExisting(dataSource, scope);
      const lock = await openProcessLock(dataSource, 'purge');
      if (!(await lock.tryToAcquire()))
        throw new Error('Another purge of this database is running. Wait until it ends.');
      if (rule.kind === 'tombstones') await forget(dataSource, scope, rule, request, terminal);
      else await deleteRuns(dataSource, { scope, rule, ...request }, files, terminal, formatTime(now));
      if (rule.kind !== 'runs') output.write(await describeMissingGrants(dataSource));
      if (signal.aborted) output.write('The purge was stopped. Run the command again to delete the rest.\n');
      await lock.release();
    },
    { poolSize: 2 },
  );
}

async function deleteRuns(
  dataSource: DataSource,
  { scope, rule, ...request }: PurgeRequest & { readonly rule: PurgeRule },
  files: ImportConfig['files'],
  terminal: PurgeTerminal,
  now: string,
): Promise<void> {
  const [
    { deleteRecordedFiles },
    { openStorage },
    { planPurge },
    { purgeRuns },
    { countTraces, eraseTraces, recordErasure },
  ] = await Promise.all([
    import('../database/file-deletions.js'),
    import('../files/open-storage.js'),
    import('../purge/purge-plan.js'),
    import('../purge/purge-runs.js'),
    import('../purge/erase-person.js'),
  ]);
  const { output, signal } = terminal;
  const plan = await planPurge(dataSource, scope, rule, now);
  const traces = rule.kind === 'user' ? await countTraces(dataSource, scope, rule) : null;
  if (rule.kind === 'runs')
    for (const id of await findMissing(dataSource, rule.ids)) output.write(`Run ${id} does not exist.\n`);
  output.write(describePlan(plan));
  if (rule.kind === 'user') output.write(describeTraces(traces!, rule));
  if (request.isDryRun) return;
  const total = totalOf(plan.tasks);
  if (total.runs > 0 || (traces !== null && traces.deletions + traces.names + traces.grants > 0)) {
    const erasure = traces === null ? '' : ', and erase the person';
    await confirmPurge(
      `Delete ${counted(total.runs, 'run')} and ${counted(total.files, 'file')}${erasure}?`,
      request,
      terminal,
    );
  }
  let purged = plan;
  if (rule.kind === 'user') {
    await recordErasure(dataSource, scope, rule);
    output.write('Imports now skip runs of this user_id that were created before the erasure.\n');
    // An import may have written runs in the meantime.
    purged = await planPurge(dataSource, scope, rule, now);
  }
  const { runs } = totalOf(purged.tasks);
  if (runs > 0) await withProgress(runs, request, terminal, (pace) => purgeRuns(dataSource, purged, pace));
  if (rule.kind === 'user' && !signal.aborted) await eraseTraces(dataSource, scope, rule);
  const storage = await openStorage(files);
  const deletedFiles = await deleteRecordedFiles(dataSource, (key) => storage.delete(key), signal).catch((cause) => {
    throw new Error('Some files were not deleted. Run the command again to delete them.', { cause });
  });
  if (deletedFiles > 0) output.write(`Deleted ${counted(deletedFiles, 'file')} from the file store.\n`);
}

async function forget(
  dataSource: DataSource,
  scope: PurgeScope,
  rule: TombstonesRule,
  request: Omit<PurgeRequest, 'scope' | 'rule'>,
  terminal: PurgeTerminal,
): Promise<void> {
  const { countOldDeletions, forgetDeletions } = await import('../purge/forget-deletions.js');
  const count = await countOldDeletions(dataSource, scope, rule);
  const deletions = counted(count, 'deletion');
  terminal.output.write(count === 0 ? 'There are no such deletions.\n' : `${deletions} before ${rule.before}.\n`);
  if (count === 0 || request.isDryRun) return;
  await confirmPurge(`Forget ${deletions}, and expire cursors older than the newest?`, request, terminal);
  const work = (pace: PurgePace) => forgetDeletions(dataSource, scope, rule, pace);
  await withProgress(count, request, terminal, work, 'deletions');
}

async function findMissing(dataSource: DataSource, ids: readonly string[]): Promise<readonly string[]> {
  const found: readonly { readonly id: string }[] = await dataSource.query(
    'SELECT id FROM task_run WHERE id = ANY ($1::uuid[])',
    [ids],
  );
  const known = new Set(found.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

async function withProgress(
  total: number,
  { batch, pauseMs }: Pick<PurgeRequest, 'batch' | 'pauseMs'>,
  { output, signal }: PurgeTerminal,
  work: (pace: PurgePace) => Promise<unknown>,
  noun = 'runs',
): Promise<void> {
  const progress = createRunProgress(output, total, Date.now, 0, noun);
  let done = 0;
  const onCommit = (rows: number) => {
    done = rows;
    progress.show(rows);
  };
  await work({ batch, pauseMs, signal, onCommit }).finally(() => progress.finish(done));
}

const confirmPurge = (question: string, { isConfirmed }: Pick<PurgeRequest, 'isConfirmed'>, terminal: PurgeTerminal) =>
  confirm(question, { isConfirmed, done: 'deleted', listCommand: commandLine('purge', '… --dry-run') }, terminal);

interface Totals {
  readonly runs: number;
  readonly files: number;
  readonly bytes: number;
}

function totalOf(tasks: readonly TaskPurge[]): Totals {
  const sum = (key: keyof Totals) => tasks.reduce((total, task) => total + task[key], 0);
  return { runs: sum('runs'), files: sum('files'), bytes: sum('bytes') };
}

function describePlan({ tasks }: PurgePlan): string {
  if (tasks.length === 0) return 'There are no such runs.\n';
  const rows = [
    ['project', 'task', 'id', 'runs', 'files', 'bytes', 'oldest (UTC)', 'newest (UTC)'],
    ...tasks.map((task) => [
      escapeUnprintable(task.projectName),
      escapeUnprintable(task.taskName),
      task.taskId,
      ...countsOf(task),
      task.oldest,
      task.newest,
    ]),
    ['total', '', '', ...countsOf(totalOf(tasks)), '', ''],
  ];
  return rows.map(createTable(rows)).join('');
}

/** Describes what is erased in addition to runs, and what the command cannot reach. */
function describeTraces({ deletions, names, grants }: Traces, { includesGrants }: UserRule): string {
  const grantsText = includesGrants ? counted(grants, 'grant') : 'no grants without --grants';
  return `Other rows with the person's id: ${counted(deletions, 'deletion')}, ${counted(names, 'name')}, ${grantsText}.
Out of reach: exports, backups, WAL, logs, and deleted rows until VACUUM and ANALYZE. Run the command on mirrors, too.
`;
}

/** Returns a sentence that suggests revoking grants on resources that no longer exist, or '' if none are known. */
async function describeMissingGrants(dataSource: DataSource): Promise<string> {
  const { countMissingGrants } = await import('../database/access-grants.js');
  const count = await countMissingGrants(dataSource);
  if (!count) return '';
  return `${counted(count, 'grant')} on resources that no longer exist: ${commandLine('revoke', '--missing')} revokes ${count === 1 ? 'it' : 'them'}.\n`;
}

function countsOf({ runs, files, bytes }: Totals): readonly string[] {
  return [runs, files, bytes].map(formatCount);
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
