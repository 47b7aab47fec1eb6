import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { commandLine } from '../command-line.js';
import { databaseVariables, type ImportConfig, inspectImportConfig, storageVariables } from '../config/config.js';
import { parseInteger } from '../config/values.js';
import { formatCount } from '../format-count.js';
import type { Traces } from '../purge/erase-person.js';
import type { PurgePlan, PurgeRule, PurgeScope, TaskPurge, UserRule } from '../purge/purge-plan.js';
import { addVariableOptions, readArguments } from './arguments/configured-command.js';
import { parseMoment } from './arguments/moment.js';
import { createCommand, type OptionReader, parseId, readOptions, valueOption } from './arguments/options.js';
import { findExisting } from './existing-resource.js';
import { addResourceOptions, resourceParsers } from './grant-options.js';
import { batchTimeoutMs, createRunProgress, type ProgressOutput, stopSignal } from './long-running.js';
import { createTable, escapeUnprintable } from './terminal-text.js';
import { withDatabase } from './with-database.js';

export interface PurgeRequest {
  readonly scope: PurgeScope;
  readonly rule: PurgeRule;
  readonly batch: number;
  readonly pauseMs: number;
  readonly isDryRun: boolean;
  /** Whether it deletes without a question. */
  readonly isConfirmed: boolean;
}

/** The output of a purge, and the answer of a person. */
export interface PurgeTerminal {
  readonly output: ProgressOutput;
  /** null: there is no terminal to ask on. */
  readonly ask: ((question: string) => Promise<string>) | null;
  readonly signal: AbortSignal;
}

// limit | Database and files | runs that `npm run purge` deletes in a transaction | | the command fails
const maxBatch = 100_000;
const defaultBatch = 1000;
const maxPauseSeconds = 3600;
const defaultPauseSeconds = 0.1;
const hourMs = 3_600_000;
/** A thousand years. */
const maxHours = 8_766_000;
const maxKept = 2_147_483_647;
const maxContextLength = 255;

const selectors = ['--older-than', '--before', '--context', '--policy', '--run', '--user'];
const listed = (flags: readonly string[], word: string) => `${flags.slice(0, -1).join(', ')} ${word} ${flags.at(-1)}`;
const scopeUsage = '--all|--org ID|--project ID|--task ID';

export function createPurgeCommand(): Command {
  const command = addResourceOptions(
    createCommand('purge', 'delete runs in DATABASE_URL or the embedded database, with the bytes of their files'),
  )
    .usage(
      `((${scopeUsage}) (--older-than DURATION|--before TIME [--keep N] | --context ID | --policy) | [${scopeUsage}] --user ID [--grants] | --run ID…) [--batch N] [--pause S] [--dry-run] [--yes]`,
    )
    .option('--all', 'the tasks of all organizations')
    .addOption(valueOption('--older-than <DURATION>', 'runs created that long ago or earlier, such as 90d or 12h'))
    .addOption(valueOption('--before <TIME>', 'runs created before'))
    .addOption(valueOption('--keep <N>', 'but for the newest N runs of each task'))
    .addOption(valueOption('--context <ID>', 'runs with this context_id'))
    .option('--policy', 'runs whose time by the table retention is over')
    .addOption(valueOption('--run <ID...>', 'these runs, in any task'))
    .addOption(valueOption('--user <ID>', 'erase a person: runs with this user_id, names, and user_id in deletions'))
    .option('--grants', 'with --user: revoke the grants of this user as well')
    .addOption(valueOption('--batch <N>', `runs of a transaction, ${defaultBatch} by default`))
    .addOption(valueOption('--pause <S>', `seconds between transactions, ${defaultPauseSeconds} by default`))
    .option('--dry-run', 'print what would be deleted, and end')
    .option('--yes', 'delete without asking');
  return addVariableOptions(command, [...databaseVariables, ...storageVariables]).action(async () => {
    const [request, config] = readArguments(command, readPurgeRequest, inspectImportConfig);
    await purge(request, config, processTerminal());
  });
}

function processTerminal(): PurgeTerminal {
  const { stdin: input, stdout: output } = process;
  const ask = async (question: string) => {
    const lines = createInterface({ input, output });
    return lines.question(question).finally(() => lines.close());
  };
  return { output, ask: input.isTTY && output.isTTY ? ask : null, signal: stopSignal() };
}

/** @throws UsageError naming every option that is wrong */
export function readPurgeRequest(command: Command, now = Date.now()): PurgeRequest {
  const isGiven = (name: string) => command.getOptionValue(name) === true;
  return readOptions(command, (options) => {
    const resource = options.optionalOne(resourceParsers);
    const scopes = [...(resource === undefined ? [] : [resource]), ...(isGiven('all') ? (['all'] as const) : [])];
    const rules = readRules(options, isGiven, now);
    if (rules.length === 0) options.reject(`${listed(selectors, 'or')} is missing: which runs are to be deleted?`);
    if (rules.length > 1) options.reject(`${listed(selectors, 'and')} exclude each other.`);
    const [rule = { kind: 'policy' }] = rules;
    if (scopes.length > 1) options.reject('--all and an option for a resource exclude each other.');
    if (rule.kind === 'runs' && scopes.length > 0) options.reject('--run names its runs, and takes no scope.');
    if (rule.kind !== 'runs' && rule.kind !== 'user' && scopes.length === 0)
      options.reject('--all, --org, --project or --task is missing.');
    return {
      scope: scopes[0] ?? 'all',
      rule,
      batch: options.optional('batch', (text) => parseInteger(text, 1, maxBatch)) ?? defaultBatch,
      pauseMs: 1000 * (options.optional('pause', parsePause) ?? defaultPauseSeconds),
      isDryRun: isGiven('dryRun'),
      isConfirmed: isGiven('yes'),
    };
  });
}

function readRules(options: OptionReader, isGiven: (name: string) => boolean, now: number): readonly PurgeRule[] {
  const age = options.optional('older-than', (text) => formatTime(now - parseDuration(text)));
  const before = options.optional('before', (text) => parsePast(text, now));
  const keep = options.optional('keep', (text) => parseInteger(text, 0, maxKept));
  const contextId = options.optional('context', parseContext);
  const ids = options.optionalMany('run', parseId);
  const userId = options.optional('user', parseId);
  if (userId === undefined && isGiven('grants')) options.reject('--grants goes with --user alone.');
  if (keep !== undefined && age === undefined && before === undefined)
    options.reject('--keep goes with --older-than and --before alone.');
  return [
    ...[age, before].flatMap((moment): PurgeRule[] =>
      moment === undefined ? [] : [{ kind: 'age', before: moment, keep: keep ?? 0 }],
    ),
    ...(contextId === undefined ? [] : [{ kind: 'context', contextId } as const]),
    ...(isGiven('policy') ? [{ kind: 'policy' } as const] : []),
    ...(ids === undefined ? [] : [{ kind: 'runs', ids } as const]),
    ...(userId === undefined ? [] : [{ kind: 'user', userId, includesGrants: isGiven('grants') } as const]),
  ];
}

function parseDuration(text: string): number {
  const [, count = '', unit] = /^(\d{1,9})([dh])$/.exec(text) ?? [];
  const hours = Number(count) * (unit === 'd' ? 24 : 1);
  if (hours < 1 || hours > maxHours)
    throw new Error('is not a number of days or hours from 1h on, such as 90d or 12h.');
  return hours * hourMs;
}

function parsePast(text: string, now: number): string {
  const moment = parseMoment(text, now);
  if (Date.parse(moment) > now) throw new Error(`is in the future: ${moment}.`);
  return moment;
}

function parseContext(text: string): string {
  if (text === '' || text.length > maxContextLength) throw new Error(`is not 1 to ${maxContextLength} characters.`);
  return text;
}

function parsePause(text: string): number {
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(text) || Number(text) > maxPauseSeconds)
    throw new Error(`is not a number of seconds from 0 to ${maxPauseSeconds}.`);
  return Number(text);
}

const formatTime = (ms: number) => new Date(ms).toISOString();

/**
 * Prints what is about to be deleted, asks, and deletes it.
 * @throws Error if there is no terminal to ask on, another purge is under way, or it ends early
 */
export async function purge(
  { scope, rule, batch, pauseMs, isDryRun, isConfirmed }: PurgeRequest,
  { dataDir, database, files }: Pick<ImportConfig, 'dataDir' | 'database' | 'files'>,
  { output, ask, signal }: PurgeTerminal,
  now = Date.now(),
): Promise<void> {
  const [
    { openProcessLock },
    { deleteRecordedFiles },
    { openStorage },
    { planPurge },
    { purgeRuns },
    { countTraces, eraseTraces },
  ] = await Promise.all([
    import('../database/process-lock.js'),
    import('../database/file-deletions.js'),
    import('../files/open-storage.js'),
    import('../purge/purge-plan.js'),
    import('../purge/purge-runs.js'),
    import('../purge/erase-person.js'),
  ]);
  const config = { dataDir, database: { ...database, timeoutMs: batchTimeoutMs } };
  await withDatabase(
    config,
    async (dataSource) => {
      if (scope !== 'all') await findExisting(dataSource, scope);
      const lock = await openProcessLock(dataSource, 'purge');
      if (!(await lock.tryToAcquire()))
        throw new Error('Another purge of this database is under way. Wait for its end.');
      const plan = await planPurge(dataSource, scope, rule, formatTime(now));
      const traces = rule.kind === 'user' ? await countTraces(dataSource, scope, rule) : null;
      if (rule.kind === 'runs') await nameMissing(rule.ids);
      output.write(describePlan(plan));
      if (rule.kind === 'user') output.write(describeTraces(traces!, rule));
      const total = totalOf(plan.tasks);
      if (isDryRun) return;
      if (total.runs > 0 || (traces !== null && traces.deletions + traces.names + traces.grants > 0))
        await confirm(total, rule);
      if (total.runs > 0) {
        const progress = createRunProgress(output, total.runs, Date.now);
        let deleted = 0;
        await purgeRuns(dataSource, plan, {
          batch,
          pauseMs,
          signal,
          onCommit(runs) {
            deleted = runs;
            progress.show(runs);
          },
        }).finally(() => progress.finish(deleted));
      }
      if (rule.kind === 'user' && !signal.aborted) await eraseTraces(dataSource, scope, rule);
      const storage = await openStorage(files);
      const deletedFiles = await deleteRecordedFiles(dataSource, (key) => storage.delete(key), signal);
      if (deletedFiles > 0) output.write(`Deleted the bytes of ${counted(deletedFiles, 'file')}.\n`);
      if (signal.aborted) output.write('Stopped. Repeat the command, and it deletes the rest.\n');
      await lock.release();

      async function nameMissing(ids: readonly string[]): Promise<void> {
        const found: readonly { readonly id: string }[] = await dataSource.query(
          'SELECT id FROM task_run WHERE id = ANY ($1::uuid[])',
          [ids],
        );
        const known = new Set(found.map(({ id }) => id));
        for (const id of ids) if (!known.has(id)) output.write(`There is no run ${id}.\n`);
      }
    },
    { poolSize: 2 },
  );

  async function confirm({ runs, files: fileCount }: Totals, { kind }: PurgeRule): Promise<void> {
    if (isConfirmed) return;
    if (ask === null) {
      throw new Error(
        `Nothing was deleted: there is no terminal to ask. Check the list with ${commandLine('purge', '… --dry-run')}, and repeat the command with --yes.`,
      );
    }
    const rest = kind === 'user' ? ', and erase the person' : '';
    const answer = await ask(`Delete ${counted(runs, 'run')} and ${counted(fileCount, 'file')}${rest}? Type yes: `);
    if (answer.trim() !== 'yes') throw new Error('Nothing was deleted.');
  }
}

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

/** Describes what else is erased, and what the command cannot reach. */
function describeTraces({ deletions, names, grants }: Traces, { includesGrants }: UserRule): string {
  const ofGrants = includesGrants ? counted(grants, 'grant') : 'no grants without --grants';
  return `Other rows that name the person: ${counted(deletions, 'deletion')}, ${counted(names, 'name')}, ${ofGrants}.
Out of reach: exports, backups, WAL, logs, and deleted rows until VACUUM and ANALYZE. Repeat the command on mirrors.
`;
}

function countsOf({ runs, files, bytes }: Totals): readonly string[] {
  return [runs, files, bytes].map(formatCount);
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
