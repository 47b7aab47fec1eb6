import {
  bitOfRole,
  canReadReportingGroup,
  canShareRun,
  decideReading,
  decideRoleAccess,
  decideRunAccess,
  explainForbidden,
  grantedRoles,
  noRoles,
  type RunAccessFacts,
  rankedRoleOf,
  rolesIn,
} from '../../../src/access/policy.js';
import type { Role } from '../../../src/database/entities/access-grant.entity.js';

const setOf = (...roles: readonly Role[]) => roles.reduce((set, role) => set | bitOfRole(role), noRoles);
const facts = { roles: setOf('viewer'), visibility: 'all_viewers', runExists: true, isExecutor: false } as const;

describe('the policy of reading a run', () => {
  // Own access: the run's executor may read it, and no other caller learns whether it exists.
  it.each([
    [['viewer'], 'owner_only', 'own'],
    [['viewer'], 'editors_and_owners', 'own'],
    [['viewer'], 'all_viewers', 'all'],
    [['editor'], 'owner_only', 'own'],
    [['editor'], 'editors_and_owners', 'all'],
    [['editor'], 'all_viewers', 'all'],
    [['owner'], 'owner_only', 'all'],
    [['owner'], 'editors_and_owners', 'all'],
    [['owner'], 'all_viewers', 'all'],
    [['viewer', 'editor'], 'owner_only', 'own'],
    [['viewer', 'editor'], 'editors_and_owners', 'all'],
    [['analyst'], 'owner_only', 'usage'],
    [['analyst'], 'editors_and_owners', 'usage'],
    [['analyst'], 'all_viewers', 'usage'],
    [['analyst', 'viewer'], 'owner_only', 'usage'],
    [['analyst', 'viewer'], 'editors_and_owners', 'usage'],
    [['analyst', 'viewer'], 'all_viewers', 'all'],
    [['analyst', 'viewer', 'editor'], 'owner_only', 'usage'],
    [['analyst', 'owner'], 'owner_only', 'all'],
  ] as const)('shows to %j of a task for %s: %s runs', (roles, visibility, sees) => {
    const set = setOf(...roles);
    expect(decideRoleAccess(set, visibility)).toBe(sees);
    const decide = (more: Partial<RunAccessFacts>) => decideReading({ ...facts, roles: set, visibility, ...more });
    const [there, absent] = { all: ['found', 'not found'], usage: ['usage', 'usage'], own: ['forbidden', 'forbidden'] }[
      sees
    ];
    expect(decide({})).toBe(there);
    expect(decide({ isExecutor: true })).toBe('found');
    expect(decide({ runExists: false })).toBe(absent);
  });

  it('forbids everything to a subject without a role on the path, even a run it executed itself', () => {
    for (const visibility of [null, 'all_viewers'] as const) {
      expect(decideReading({ ...facts, roles: noRoles, visibility, isExecutor: true })).toBe('forbidden');
      expect(decideReading({ ...facts, roles: noRoles, visibility, runExists: false })).toBe('forbidden');
    }
  });

  it.each(grantedRoles)('finds nothing at an untrue path for %s', (role) => {
    expect(decideReading({ ...facts, roles: setOf(role), visibility: null, isExecutor: true })).toBe('not found');
  });
});

describe('the policy of the runs of a task that are visible', () => {
  it.each([
    [[], 'all_viewers', true, 'none'],
    [['viewer'], 'all_viewers', false, 'all'],
    [['viewer'], 'owner_only', true, 'own'],
    [['editor'], 'owner_only', false, 'none'],
    [['owner'], 'owner_only', false, 'all'],
    [['analyst'], 'owner_only', false, 'usage'],
    [['analyst', 'viewer'], 'owner_only', true, 'usage'],
    [['analyst', 'viewer'], 'all_viewers', true, 'all'],
  ] as const)('%j, %s, executes runs: %s: %s', (roles, visibility, mayHaveExecuted, access) => {
    expect(decideRunAccess(setOf(...roles), visibility, mayHaveExecuted)).toBe(access);
  });
});

describe('the explanation of a forbidden run', () => {
  it.each([
    [['viewer'], 'owner_only', 'owner', 'viewer'],
    [['viewer'], 'editors_and_owners', 'editor', 'viewer'],
    [['editor'], 'owner_only', 'owner', 'editor'],
    [['analyst'], 'all_viewers', 'viewer', 'analyst'],
    [['analyst', 'viewer'], 'owner_only', 'owner', 'viewer'],
  ] as const)(
    'names, to %j of a task for %s, the required role %s and the held one %s',
    (roles, visibility, role, holds) => {
      expect(explainForbidden({ roles: setOf(...roles), visibility })).toEqual({
        requires: { role, visibility },
        holds,
      });
    },
  );

  it('stays away without a role, and from a role on the beginning of an untrue path', () => {
    expect(explainForbidden({ roles: noRoles, visibility: 'owner_only' })).toBeNull();
    expect(explainForbidden({ roles: setOf('owner'), visibility: null })).toBeNull();
  });
});

describe('a set of roles', () => {
  it.each([
    [[], null, []],
    [['viewer'], 'viewer', ['viewer']],
    [['viewer', 'owner'], 'owner', ['owner']],
    [['analyst'], null, ['analyst']],
    [['analyst', 'viewer', 'editor'], 'editor', ['editor', 'analyst']],
  ] as const)('of %j has the ranked role %s, and is named %j', (roles, ranked, named) => {
    expect(rankedRoleOf(setOf(...roles))).toBe(ranked);
    expect(rolesIn(setOf(...roles))).toEqual(named);
  });

  it('shows a reporting group, whatever its role', () => {
    for (const role of grantedRoles) expect(canReadReportingGroup(setOf(role))).toBe(true);
    expect(canReadReportingGroup(noRoles)).toBe(false);
  });
});

describe('the policy of sharing a run', () => {
  it.each([
    [[], false, false],
    [['analyst'], false, true],
    [['viewer'], false, true],
    [['viewer', 'analyst'], false, true],
    [['editor'], true, true],
    [['owner'], true, true],
    [['editor', 'analyst'], true, true],
  ] as const)('lets %j share any run: %s, and own runs: %s', (roles, any, own) => {
    expect([false, true].map((isExecutor) => canShareRun(setOf(...roles), isExecutor))).toEqual([any, own]);
  });
});
