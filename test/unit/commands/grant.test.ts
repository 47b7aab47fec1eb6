import type { UsageError } from '../../../src/commands/arguments/options.js';
import { createGrantCommand, readGrantRequest } from '../../../src/commands/grant.js';
import { createGrantsCommand, readListRequest } from '../../../src/commands/grants.js';
import { createRevokeCommand, readRevokeRequest } from '../../../src/commands/revoke.js';
import { parsed } from './parsed-command.js';

const id = '0190A234-8DC6-6D08-AEA9-928FCECAD8F1';
const lower = id.toLowerCase();

const grantIn = (...args: readonly string[]) => readGrantRequest(parsed(createGrantCommand(), args));
const revokeIn = (...args: readonly string[]) => readRevokeRequest(parsed(createRevokeCommand(), args));
const listIn = (...args: readonly string[]) => readListRequest(parsed(createGrantsCommand(), args));

function faultsOf(read: () => object | string): readonly string[] {
  try {
    return [`accepted ${JSON.stringify(read())}`];
  } catch (error) {
    return (error as UsageError).faults;
  }
}

describe('The grant command', () => {
  it.each([
    ['--user', 'alice', { type: 'user', id: 'alice' }],
    // In lower case, like the subject of a token.
    ['--user', id, { type: 'user', id: lower }],
    ['--user', `partner:${id}`, { type: 'user', id: `partner:${id}` }],
    ['--org-members', id, { type: 'organization', id: lower }],
    ['--organization-members', id, { type: 'organization', id: lower }],
    ['--project-members', id, { type: 'project', id: lower }],
  ])('takes %s %s as a subject', (flag, value, subject) => {
    expect(grantIn(flag, value, '--role', 'viewer', '--task', id)).toEqual({
      subject,
      role: 'viewer',
      resource: { type: 'task', id: lower },
    });
  });

  it.each([
    ['--task', 'task'],
    ['--project', 'project'],
    ['--org', 'organization'],
    ['--organization', 'organization'],
  ])('takes %s as what the role is on', (flag, type) => {
    expect(grantIn('--user', 'a', '--role', 'owner', flag, id).resource).toEqual({ type, id: lower });
  });

  it('names all that is missing', () => {
    expect(faultsOf(() => grantIn())).toEqual([
      '--user, --org-members or --project-members is missing.',
      '--role is missing.',
      '--task, --project or --org is missing.',
    ]);
    expect(() => grantIn()).toThrow(
      '\nUsage: npm run grant -- --user SUB|--org-members ID|--project-members ID --role ROLE --org ID|--project ID|--task ID',
    );
  });

  it('names all that is wrong, in what excludes each other, too', () => {
    const args = ['--user', 'x'.repeat(256), '--project-members', 'y', '--role', 'boss', '--task', 'z', '--org', id];
    expect(faultsOf(() => grantIn(...args, '--project'))).toEqual([
      '--user and --project-members cannot be used together.',
      '--user is not 1 to 255 characters.',
      '--project-members is not 8-4-4-4-12 hexadecimal digits.',
      '--role is not one of viewer, editor, owner, analyst.',
      '--task, --project and --org cannot be used together.',
      '--task is not 8-4-4-4-12 hexadecimal digits.',
      '--project has no value.',
    ]);
    expect(faultsOf(() => grantIn('--user', '', '--role', 'viewer', '--task', id))).toEqual([
      '--user is not 1 to 255 characters.',
    ]);
  });
});

describe('The revoke command', () => {
  it('takes --missing without other options', () => {
    expect(revokeIn('--missing')).toBe('missing');
    for (const other of [
      ['--user', 'alice'],
      ['--role', 'viewer'],
      ['--org', id],
    ]) {
      expect(faultsOf(() => revokeIn('--missing', ...other))).toEqual([
        '--missing cannot be used with any other option of a grant.',
      ]);
    }
  });

  it('takes --all for a subject, with or without a question', () => {
    const subject = { type: 'user', id: 'alice' };
    expect(revokeIn('--user', 'alice', '--all')).toEqual({ subject, isConfirmed: false });
    expect(revokeIn('--user', 'alice', '--all', '--yes')).toEqual({ subject, isConfirmed: true });
    for (const other of [['--missing'], ['--role', 'viewer'], ['--org', id]]) {
      expect(faultsOf(() => revokeIn('--user', 'alice', '--all', ...other))).toEqual([
        '--all cannot be used with --role, --missing or an option for a resource.',
      ]);
    }
    expect(faultsOf(() => revokeIn('--all'))).toEqual(['--user, --org-members or --project-members is missing.']);
    expect(faultsOf(() => revokeIn('--user', 'alice', '--task', id, '--yes'))).toEqual(['--yes requires --all.']);
  });

  it('takes a link, or the links of a subject, without options of a grant', () => {
    expect(revokeIn('--share', id)).toEqual({ kind: 'share', id: lower });
    expect(revokeIn('--shares-of', id)).toEqual({ kind: 'subject', id: lower, issuer: undefined });
    expect(revokeIn('--shares-of', 'alice', '--issuer', 'https://a/')).toEqual({
      kind: 'subject',
      id: 'alice',
      issuer: 'https://a/',
    });
    expect(faultsOf(() => revokeIn('--share', 'x'))).toEqual(['--share is not 8-4-4-4-12 hexadecimal digits.']);
    expect(faultsOf(() => revokeIn('--share'))).toEqual(['--share has no value.']);
    expect(faultsOf(() => revokeIn('--shares-of', ''))).toHaveLength(1);
    expect(faultsOf(() => revokeIn('--shares-of', 'alice', '--issuer', ''))).toEqual(['--issuer is empty.']);
    expect(faultsOf(() => revokeIn('--issuer', 'https://a/'))).toEqual(['--share or --shares-of is missing.']);
    expect(faultsOf(() => revokeIn('--share', id, '--issuer', 'https://a/'))).toEqual([
      '--issuer cannot be used with --share.',
    ]);
    expect(faultsOf(() => revokeIn('--share', id, '--shares-of', 'alice'))).toEqual([
      '--share and --shares-of cannot be used together.',
    ]);
    for (const other of [
      ['--user', 'alice'],
      ['--task', id],
      ['--role', 'viewer'],
      ['--all'],
      ['--missing'],
      ['--yes'],
    ])
      expect(faultsOf(() => revokeIn('--share', id, ...other))).toEqual([
        '--share and --shares-of cannot be used with an option of a grant.',
      ]);
  });

  it('needs no role', () => {
    expect(revokeIn('--user', 'alice', '--task', id)).toEqual({
      subject: { type: 'user', id: 'alice' },
      role: undefined,
      resource: { type: 'task', id: lower },
    });
    expect(revokeIn('--user', 'alice', '--role', 'editor', '--task', id)).toMatchObject({ role: 'editor' });
    expect(faultsOf(() => revokeIn('--role', 'editor'))).toEqual([
      '--user, --org-members or --project-members is missing.',
      '--task, --project or --org is missing.',
    ]);
  });
});

describe('The grants command', () => {
  it('needs nothing, and takes everything as a filter', () => {
    expect(listIn()).toEqual({
      subject: undefined,
      role: undefined,
      resource: undefined,
      isMissing: false,
      asJson: false,
    });
    expect(listIn('--json', '--user', 'alice', '--role', 'owner', '--project', id)).toEqual({
      subject: { type: 'user', id: 'alice' },
      role: 'owner',
      resource: { type: 'project', id: lower },
      isMissing: false,
      asJson: true,
    });
    expect(listIn('--missing', '--user', 'alice')).toMatchObject({ subject: { id: 'alice' }, isMissing: true });
    expect(faultsOf(() => listIn('--missing', '--org', id))).toEqual([
      '--missing and an option for a resource cannot be used together.',
    ]);
    expect(faultsOf(() => listIn('--user', 'a', '--org-members', id))).toEqual([
      '--user and --org-members cannot be used together.',
    ]);
  });
});
