import { type Lease, PointBalance, type SharedPoints } from '../../../src/admission/point-balance.js';

/** Creates an account with 100 points per second and a burst of 1000. */
function createAccount({ share = 1, isEnforced = true, shared = null as SharedPoints | null } = {}) {
  const state = { now: 0, refused: 0 };
  const limit = {
    rate: 100,
    burst: 1000,
    isEnforced,
    share: () => share,
    clock: () => state.now,
    onRejection: () => {
      state.refused += 1;
    },
  };
  return { account: new PointBalance('somebody', limit, shared), state };
}

describe('the points of a caller', () => {
  it('suffice at once up to the burst, and then as they accrue', () => {
    const { account, state } = createAccount();
    expect(account.admit(1000)).toBeNull();
    expect(account.admit(150)).toEqual({ retryAfter: 2, remaining: 0 });
    expect(account.status).toEqual({ limit: 1000, remaining: 0, resetSeconds: 10, restoreRate: 100 });
    state.now = 1500;
    expect(account.admit(150)).toBeNull();
    state.now = 60_000;
    expect(account.status).toMatchObject({ remaining: 1000, resetSeconds: 0 });
  });

  it('follow what was really spent, up and down', () => {
    const { account } = createAccount();
    account.admit(900);
    account.take(-850);
    expect(account.status!.remaining).toBe(950);
    account.take(2000);
    expect(account.status!.remaining).toBe(0);
    expect(account.admit(50)).toEqual({ retryAfter: 11, remaining: 0 });
  });

  it('suffice for an operation above the burst once all are there, as a debt', () => {
    const { account, state } = createAccount();
    expect(account.admit(5000)).toBeNull();
    state.now = 40_000;
    expect(account.admit(1)).toMatchObject({ retryAfter: 1 });
    state.now = 40_010;
    expect(account.admit(1)).toBeNull();
  });

  it('amount to a share when there are other processes', () => {
    const { account, state } = createAccount({ share: 0.25 });
    expect(account.status!.remaining).toBe(1000);
    expect(account.admit(250)).toBeNull();
    expect(account.admit(50)).toEqual({ retryAfter: 2, remaining: 0 });
    state.now = 2000;
    expect(account.admit(50)).toBeNull();
  });

  it('run out without an error when limits are not enforced', () => {
    const { account, state } = createAccount({ isEnforced: false });
    for (let time = 0; time < 3; time += 1) expect(account.admit(600)).toBeNull();
    expect(account.status).toBeNull();
    expect(state.refused).toBe(2);
  });

  it('let a stream go on once the balance is positive', async () => {
    const { account, state } = createAccount();
    account.take(1001);
    let isReady = false;
    const ready = account.untilBalancePositive(new AbortController().signal).then(() => {
      isReady = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isReady).toBe(false);
    state.now = 1000;
    await ready;
  });
});

/** Creates a fleet's bucket, from which the test leases as it likes. */
function createFleet(points: number) {
  const fleet = {
    isUnavailable: false,
    isLost: false,
    leasePoints: 10,
    points,
    leases: [] as [owed: number, wanted: number][],
    async lease(_callerId: string, owed: number, requested: number): Promise<Lease> {
      fleet.leases.push([owed, requested]);
      if (fleet.isLost) throw new Error('lost');
      fleet.points -= owed;
      const granted = Math.max(0, Math.min(requested, fleet.points));
      fleet.points -= granted;
      return { granted, balance: fleet.points };
    },
  };
  return fleet;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the points of a caller, shared by a fleet', () => {
  it('become leases before they are spent, and further ones ahead', async () => {
    const shared = createFleet(1000);
    const { account } = createAccount({ shared });
    expect(await account.admit(4)).toBeNull();
    expect([shared.leases, shared.points]).toEqual([[[0, 10]], 990]);
    expect(account.admit(2)).toBeNull();
    await settled();
    expect(shared.leases).toEqual([
      [0, 10],
      [0, 6],
    ]);
    expect(account.status!.remaining).toBe(994);
  });

  it('suffice for the cost of an operation, and never for too many concurrent ones', async () => {
    const shared = createFleet(100);
    const { account } = createAccount({ shared });
    expect(await account.admit(80)).toBeNull();
    const both = await Promise.all([account.admit(15), account.admit(15)]);
    expect(both.filter((rejection) => rejection === null)).toHaveLength(1);
  });

  it('fail without a request to the fleet while none can be there', async () => {
    const shared = createFleet(0);
    const { account, state } = createAccount({ shared });
    expect(await account.admit(50)).toEqual({ retryAfter: 1, remaining: 0 });
    const asked = shared.leases.length;
    expect(account.admit(50)).toEqual({ retryAfter: 1, remaining: 0 });
    expect(shared.leases).toHaveLength(asked);
    shared.points = 60;
    state.now = 500;
    expect(await account.admit(50)).toBeNull();
  });

  it('become a debt to the fleet when more was spent', async () => {
    const shared = createFleet(1000);
    const { account } = createAccount({ shared });
    await account.admit(10);
    account.take(300);
    await settled();
    expect(shared.points).toBe(1000 - 10 - 300 - 10);
  });

  it('shrink to a part of the last balance while the fleet does not respond, and then to the share of the process', async () => {
    const shared = createFleet(50);
    const { account, state } = createAccount({ shared, share: 0.5 });
    await account.admit(10);
    await settled();
    shared.isLost = true;
    expect(account.admit(10)).toBeNull();
    expect(await account.admit(10)).toBeNull();
    expect(await account.admit(10)).toMatchObject({ retryAfter: 1 });
    shared.isUnavailable = true;
    expect(account.admit(1)).toMatchObject({ retryAfter: 1 });
    state.now = 400;
    expect(account.admit(10)).toBeNull();
    expect(account.admit(10)).toMatchObject({ retryAfter: 1 });
  });

  it('suffice while the fleet does not respond if enough were left, and become a debt to it', async () => {
    const shared = createFleet(1000);
    const { account } = createAccount({ shared, share: 0.5 });
    await account.admit(10);
    await settled();
    shared.isLost = true;
    expect(await account.admit(400)).toBeNull();
    expect(await account.admit(200)).toMatchObject({ retryAfter: 1 });
    shared.isLost = false;
    expect(await account.admit(200)).toBeNull();
    expect(shared.points).toBeLessThanOrEqual(1000 - 610);
  });

  it('shrink to one lease when the fleet has never responded: all may be spent elsewhere', async () => {
    const shared = createFleet(1000);
    shared.isLost = true;
    const { account } = createAccount({ shared });
    expect(await account.admit(11)).toMatchObject({ retryAfter: 1 });
    expect(await account.admit(10)).toBeNull();
    expect(await account.admit(1)).toMatchObject({ retryAfter: 1 });
  });
});
