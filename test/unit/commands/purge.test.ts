import type { UsageError } from '../../../src/commands/arguments/options.js';
import { createPurgeCommand } from '../../../src/commands/purge.js';
import { readPurgeRequest } from '../../../src/commands/purge-options.js';
import { parsed } from './parsed-command.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
const other = '0190a234-8dc6-6d08-aea9-928fcecad8f2';
const now = Date.UTC(2026, 10, 30);

const read = (...args: readonly string[]) => readPurgeRequest(parsed(createPurgeCommand(), args), now);

function faultsOf(...args: readonly string[]): readonly string[] {
  try {
    return [`accepted ${JSON.stringify(read(...args))}`];
  } catch (error) {
    return (error as UsageError).faults;
  }
}

describe('The purge command', () => {
  it.each([
    [
      ['--all', '--older-than', '90d'],
      { scope: 'all', rule: { kind: 'age', before: '2026-09-01T00:00:00.000Z', keep: 0 } },
    ],
    [
      ['--org', id, '--older-than', '12h', '--keep', '5'],
      { scope: { type: 'organization', id }, rule: { kind: 'age', before: '2026-11-29T12:00:00.000Z', keep: 5 } },
    ],
    [
      ['--project', id, '--before', '2026-01-02'],
      { scope: { type: 'project', id }, rule: { before: '2026-01-02T00:00:00.000000Z' } },
    ],
    [['--task', id, '--context', 'c 1'], { scope: { type: 'task', id }, rule: { kind: 'context', contextId: 'c 1' } }],
    [['--all', '--policy'], { scope: 'all', rule: { kind: 'policy' } }],
    [['--run', id, other, '--run', id.toUpperCase()], { rule: { kind: 'runs', ids: [id, other, id] } }],
    [
      ['--all', '--tombstones', '--older-than', '1d'],
      { scope: 'all', rule: { kind: 'tombstones', before: '2026-11-29T00:00:00.000Z' } },
    ],
    [['--user', id.toUpperCase()], { scope: 'all', rule: { kind: 'user', userId: id, includesGrants: false } }],
    [
      ['--org', other, '--user', id, '--grants'],
      { scope: { type: 'organization', id: other }, rule: { includesGrants: true } },
    ],
  ])('reads %j', (args, request) => {
    expect(read(...args)).toMatchObject({ ...request, batch: 1000, pauseMs: 100, isDryRun: false, isConfirmed: false });
  });

  it('reads its pace, and what it may do', () => {
    const request = read('--all', '--policy', '--batch', '50', '--pause', '0', '--dry-run', '--yes');
    expect(request).toMatchObject({ batch: 50, pauseMs: 0, isDryRun: true, isConfirmed: true });
  });

  it.each([
    [
      [],
      [
        '--older-than, --before, --context, --policy, --run, --user or --tombstones is missing: which runs are to be deleted?',
        '--all, --org, --project or --task is missing.',
      ],
    ],
    [['--older-than', '90d'], ['--all, --org, --project or --task is missing.']],
    [['--all', '--task', id, '--policy'], ['--all and an option for a resource cannot be used together.']],
    [
      ['--all', '--policy', '--older-than', '1d'],
      ['--older-than, --before, --context, --policy, --run, --user and --tombstones cannot be used together.'],
    ],
    [['--all', '--run', id], ['--run cannot be used with --all or an option for a resource.']],
    [['--run'], ['--run has no value.']],
    [['--tombstones', '--older-than', '1d'], ['--all, --org, --project or --task is missing.']],
    [['--all', '--tombstones'], ['--tombstones requires --older-than.']],
    [
      ['--all', '--tombstones', '--before', '2026-01-01'],
      ['--tombstones requires --older-than.', 'cannot be used together'],
    ],
    [['--all', '--tombstones', '--policy', '--older-than', '1d'], ['cannot be used together']],
    [['--all', '--tombstones', '--older-than', '1d', '--keep', '1'], ['--keep requires']],
    [['--user', 'ada'], ['--user is not 8-4-4-4-12 hexadecimal digits.']],
    [['--user', id, '--keep', '1'], ['--keep requires --older-than or --before.']],
    [['--user', id, '--context', 'c'], ['cannot be used together.']],
    [['--all', '--policy', '--grants'], ['--grants requires --user.']],
    [
      ['--policy', '--grants'],
      ['--grants requires --user.', '--all, --org, --project or --task is missing.'],
    ],
    [['--run', 'x'], ['--run "x" is not 8-4-4-4-12 hexadecimal digits.']],
    [['--all', '--policy', '--keep', '1'], ['--keep requires --older-than or --before.']],
    [['--all', '--before', '2026-12-01'], ['--before is in the future: 2026-12-01T00:00:00.000000Z.']],
    [['--all', '--policy', '--batch', '0'], ['--batch is not an integer from 1 to 100000.']],
    [['--all', '--policy', '--pause', '-1'], ['--pause is not a number of seconds from 0 to 3600.']],
    ...['0d', '90', '1w', '-1d', '1.5d', '999999999d'].map((text) => [
      ['--all', `--older-than=${text}`],
      ['--older-than is not a number of days or hours of at least 1h, such as 90d or 12h.'],
    ]),
  ] as [string[], string[]][])('rejects %j', (args, faults) => {
    const found = faultsOf(...args);
    for (const fault of faults) expect(found.join('\n')).toContain(fault);
    expect(found).not.toContainEqual(expect.stringMatching(/^accepted/));
  });
});
