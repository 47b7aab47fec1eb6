// The options of `npm run purge`.

import type { Command } from 'commander';
import { parseInteger } from '../config/values.js';
import { declareLimit } from '../limits.js';
import type { TombstonesRule } from '../purge/forget-deletions.js';
import type { PurgeRule, PurgeScope } from '../purge/purge-plan.js';
import { parseMoment } from './arguments/moment.js';
import { createCommand, type OptionReader, parseId, readOptions, valueOption } from './arguments/options.js';
import { addResourceOptions, resourceParsers } from './grant-options.js';

export interface PurgeRequest {
  readonly scope: PurgeScope;
  readonly rule: PurgeRule | TombstonesRule;
  readonly batch: number;
  readonly pauseMs: number;
  readonly isDryRun: boolean;
  /** Whether to delete without asking. */
  readonly isConfirmed: boolean;
}

const maxBatch = declareLimit(100_000, {
  section: 'Database and files',
  name: 'runs that `npm run purge` deletes in a transaction',
  beyond: 'the command fails',
});
const defaultBatch = 1000;
const maxPauseSeconds = 3600;
const defaultPauseSeconds = 0.1;
const hourMs = 3_600_000;
/** A thousand years. */
const maxHours = 8_766_000;
const maxKept = 2_147_483_647;
const maxContextLength = 255;

const selectors = ['--older-than', '--before', '--context', '--policy', '--run', '--user', '--tombstones'];
const listed = (flags: readonly string[], word: string) => `${flags.slice(0, -1).join(', ')} ${word} ${flags.at(-1)}`;
const scopeUsage = '--all|--org ID|--project ID|--task ID';

export function createPurgeOptions(): Command {
  return addResourceOptions(
    createCommand('purge', 'delete runs in DATABASE_URL or the embedded database, with the bytes of their files'),
  )
    .usage(
      `((${scopeUsage}) (--older-than DURATION|--before TIME [--keep N] | --context ID | --policy | --tombstones --older-than DURATION) | [${scopeUsage}] --user ID [--grants] | --run ID…) [--batch N] [--pause S] [--dry-run] [--yes]`,
    )
    .option('--all', 'the tasks of all organizations')
    .addOption(valueOption('--older-than <DURATION>', 'runs created at least this long ago, such as 90d or 12h'))
    .addOption(valueOption('--before <TIME>', 'runs created before'))
    .addOption(valueOption('--keep <N>', 'keep the newest N runs of each task'))
    .addOption(valueOption('--context <ID>', 'runs with this context_id'))
    .option('--policy', 'runs that have expired by the policies in the table retention')
    .addOption(valueOption('--run <ID...>', 'these runs, in any task'))
    .addOption(valueOption('--user <ID>', 'erase a person: runs with this user_id, names, and user_id in deletions'))
    .option('--grants', 'with --user: revoke the grants of this user as well')
    .option('--tombstones', 'with --older-than: forget deletions, and expire cursors older than these')
    .addOption(valueOption('--batch <N>', `runs or deletions per transaction, ${defaultBatch} by default`))
    .addOption(valueOption('--pause <S>', `seconds between transactions, ${defaultPauseSeconds} by default`))
    .option('--dry-run', 'print what would be deleted, and delete nothing')
    .option('--yes', 'delete without asking');
}

/** @throws UsageError that lists all invalid options */
export function readPurgeRequest(command: Command, now = Date.now()): PurgeRequest {
  const isGiven = (name: string) => command.getOptionValue(name) === true;
  return readOptions(command, (options) => {
    const resource = options.optionalOne(resourceParsers);
    const scopes = [...(resource === undefined ? [] : [resource]), ...(isGiven('all') ? (['all'] as const) : [])];
    const rules = readRules(options, isGiven, now);
    if (rules.length === 0) options.reject(`${listed(selectors, 'or')} is missing: which runs are to be deleted?`);
    if (rules.length > 1) options.reject(`${listed(selectors, 'and')} cannot be used together.`);
    const [rule = { kind: 'policy' }] = rules;
    if (scopes.length > 1) options.reject('--all and an option for a resource cannot be used together.');
    if (rule.kind === 'runs' && scopes.length > 0)
      options.reject('--run cannot be used with --all or an option for a resource.');
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

function readRules(
  options: OptionReader,
  isGiven: (name: string) => boolean,
  now: number,
): readonly PurgeRequest['rule'][] {
  const age = options.optional('older-than', (text) => formatTime(now - parseDuration(text)));
  const before = options.optional('before', (text) => parsePast(text, now));
  const keep = options.optional('keep', (text) => parseInteger(text, 0, maxKept));
  const contextId = options.optional('context', parseContext);
  const ids = options.optionalMany('run', parseId);
  const userId = options.optional('user', parseId);
  if (userId === undefined && isGiven('grants')) options.reject('--grants requires --user.');
  const isForgetting = isGiven('tombstones');
  if (keep !== undefined && (isForgetting || (age === undefined && before === undefined)))
    options.reject('--keep requires --older-than or --before.');
  if (isForgetting && age === undefined) options.reject('--tombstones requires --older-than.');
  return [
    ...(isForgetting ? [{ kind: 'tombstones', before: age ?? formatTime(now) } as const] : []),
    ...(isForgetting ? [before] : [age, before]).flatMap((moment): PurgeRule[] =>
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
    throw new Error('is not a number of days or hours of at least 1h, such as 90d or 12h.');
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

export const formatTime = (ms: number) => new Date(ms).toISOString();
