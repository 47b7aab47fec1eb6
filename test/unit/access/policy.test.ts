import {
  decideReading,
  decideRoleAccess,
  decideRunAccess,
  explainForbidden,
  type RunAccessFacts,
  roleOfRank,
} from '../../../src/access/policy.js';

const facts = { role: 'viewer', visibility: 'all_viewers', runExists: true, isExecutor: false } as const;

describe('the policy of reading a run', () => {
  // Own: the executor of the run reads it, and no other caller learns whether it exists.
  it.each([
    ['viewer', 'owner_only', 'own'],
    ['viewer', 'editors_and_owners', 'own'],
    ['viewer', 'all_viewers', 'all'],
    ['editor', 'owner_only', 'own'],
    ['editor', 'editors_and_owners', 'all'],
    ['editor', 'all_viewers', 'all'],
    ['owner', 'owner_only', 'all'],
    ['owner', 'editors_and_owners', 'all'],
    ['owner', 'all_viewers', 'all'],
  ] as const)('shows to %s of a task for %s: %s runs', (role, visibility, sees) => {
    expect(decideRoleAccess(role, visibility)).toBe(sees);
    const decide = (more: Partial<RunAccessFacts>) => decideReading({ ...facts, role, visibility, ...more });
    expect(decide({})).toBe(sees === 'all' ? 'found' : 'forbidden');
    expect(decide({ isExecutor: true })).toBe('found');
    expect(decide({ runExists: false })).toBe(sees === 'all' ? 'not found' : 'forbidden');
  });

  it('forbids everything to a subject without a role on the path, even a run it executed itself', () => {
    for (const visibility of [null, 'all_viewers'] as const) {
      expect(decideReading({ ...facts, role: null, visibility, isExecutor: true })).toBe('forbidden');
    }
  });

  it('finds nothing at an untrue path, whatever the role', () => {
    for (const role of ['viewer', 'editor', 'owner'] as const) {
      expect(decideReading({ ...facts, role, visibility: null, isExecutor: true })).toBe('not found');
    }
  });
});

describe('the policy of the runs of a task that are visible', () => {
  it.each([
    [null, 'all_viewers', true, 'none'],
    ['viewer', 'all_viewers', false, 'all'],
    ['viewer', 'owner_only', true, 'own'],
    ['editor', 'owner_only', false, 'none'],
    ['owner', 'owner_only', false, 'all'],
  ] as const)('%s, %s, executes runs: %s: %s', (role, visibility, mayHaveExecuted, access) => {
    expect(decideRunAccess(role, visibility, mayHaveExecuted)).toBe(access);
  });
});

describe('the explanation of a forbidden run', () => {
  it.each([
    ['viewer', 'owner_only', 'owner'],
    ['viewer', 'editors_and_owners', 'editor'],
    ['editor', 'owner_only', 'owner'],
  ] as const)('names, to %s of a task for %s, the required role %s', (role, visibility, required) => {
    expect(explainForbidden({ role, visibility })).toEqual({ requires: { role: required, visibility }, holds: role });
  });

  it('stays away without a role, and from a role on the beginning of an untrue path', () => {
    expect(explainForbidden({ role: null, visibility: 'owner_only' })).toBeNull();
    expect(explainForbidden({ role: 'owner', visibility: null })).toBeNull();
  });
});

it('the rank of a role counts from 1, the least powerful; 0 is none', () => {
  expect([0, 1, 2, 3].map(roleOfRank)).toEqual([null, 'viewer', 'editor', 'owner']);
});
