// A generated world of links to runs: sharers whose grants change, runs that move and are purged, revocations, ends and
// settings. After each step, every view is compared with an oracle that knows nothing of the gateway's code.

import type { DataSource } from 'typeorm';
import { grantedRoles } from '../../../src/access/policy.js';
import { formatId } from '../../../src/access/resource-id.js';
import { demoIssuerName } from '../../../src/access/tokens/demo-issuer.js';
import type { Role } from '../../../src/database/entities/access-grant.entity.js';
import { type RevokedShares, revokeShares } from '../../../src/database/share-revocations.js';
import { createRandom, seededSource } from '../../../src/demo/data/random.js';
import { eraseTraces, recordErasure } from '../../../src/purge/erase-person.js';
import { databaseKind } from '../../support/databases.js';
import { amount, seed } from '../../support/generated.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { type MadeShare, shareOperation, tokenOf, viewShare } from '../../support/shares.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';

const steps = amount(300, 3000);
const visibilities = ['owner_only', 'editors_and_owners', 'all_viewers'] as const;
const payloadText = 'a secret of the run';
const key = 'a key of this test, long enough..';

interface Path {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly id: string;
}
type Confinement = Partial<Pick<Path, 'orgId' | 'projectId' | 'taskId'>>;

interface WorldShare extends MadeShare {
  readonly path: Path;
  readonly subject: string;
  readonly payload: boolean;
  readonly endsAt: number;
  isRevoked: boolean;
}

const random = createRandom(seededSource(seed));
const newId = () => formatId(random.hex(32));

/** The state of the database, from which the oracle decides. */
class World {
  readonly orgs = [newId(), newId()];
  readonly projectOrg = new Map<string, string>();
  readonly taskProject = new Map<string, string>();
  readonly visibilityOf = new Map<string, (typeof visibilities)[number]>();
  readonly runTask = new Map<string, string>();
  readonly executorOf = new Map<string, string | null>();
  /** Roles by subject and resource. */
  readonly grants = new Map<string, Set<Role>>();
  readonly names = new Map<string, string>();
  readonly executors = [newId(), newId(), newId()];
  readonly subjects = [...this.executors, 'alice', 'bob', 'carol'];
  readonly shares: WorldShare[] = [];

  pathOf(id: string): Path {
    const taskId = this.runTask.get(id)!;
    const projectId = this.taskProject.get(taskId)!;
    return { orgId: this.projectOrg.get(projectId)!, projectId, taskId, id };
  }

  isTrue({ orgId, projectId, taskId, id }: Path): boolean {
    return (
      this.runTask.get(id) === taskId &&
      this.taskProject.get(taskId) === projectId &&
      this.projectOrg.get(projectId) === orgId
    );
  }

  rolesOn(subject: string, { orgId, projectId, taskId }: Path): Set<Role> {
    return new Set([orgId, projectId, taskId].flatMap((id) => [...(this.grants.get(`${subject} ${id}`) ?? [])]));
  }

  /** Returns what a subject sees of a run, and whether it may share it. */
  rightsOf(subject: string, path: Path): { usage: boolean; payload: boolean; share: boolean } {
    const none = { usage: false, payload: false, share: false };
    if (!this.isTrue(path)) return none;
    const roles = this.rolesOn(subject, path);
    if (roles.size === 0) return none;
    const isExecutor = this.executorOf.get(path.id) === subject;
    const sufficient = {
      owner_only: ['owner'],
      editors_and_owners: ['owner', 'editor'],
      all_viewers: ['owner', 'editor', 'viewer'],
    }[this.visibilityOf.get(path.taskId)!];
    const payload = isExecutor || [...roles].some((role) => sufficient.includes(role));
    return {
      usage: payload || roles.has('analyst'),
      payload,
      share: isExecutor || roles.has('owner') || roles.has('editor'),
    };
  }

  /** Returns what a link shows. */
  view(share: WorldShare, allowsPayload: boolean, now: number): 'nothing' | 'usage' | 'payload' {
    const rights = this.rightsOf(share.subject, share.path);
    if (share.isRevoked || now >= share.endsAt || !rights.usage || !rights.share) return 'nothing';
    return share.payload && allowsPayload && rights.payload ? 'payload' : 'usage';
  }
}

const describeOnServer = databaseKind === 'postgres' ? describe : describe.skip;

describeOnServer('links in a world that changes', () => {
  const world = new World();
  let clock = Date.now();
  let database: OwnDatabase;
  let dataSource: DataSource;
  let withPayload: Gateway;
  let withUsage: Gateway;
  /** Gateways that do not trust the issuer of the links, name its subjects in another way, or have another key. */
  let strangers: Gateway[];
  const query = (sql: string, values: readonly unknown[] = []) => dataSource.query(sql, [...values]);

  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    await arrange();
    const open = (environment: Record<string, string>) =>
      startGateway({
        environment: { DATABASE_URL: database.url, SHARE_SIGNING_KEY: key, ...environment },
        clock: { at: clock },
      });
    withPayload = await open({ SHARE_LINKS: 'payload' });
    withUsage = await open({ SHARE_LINKS: 'usage' });
    const { config } = withPayload.issuer;
    strangers = await Promise.all([
      open({ SHARE_LINKS: 'payload', AUTH_ISSUERS: JSON.stringify([{ ...config, issuer: 'https://other.example/' }]) }),
      open({ SHARE_LINKS: 'payload', AUTH_ISSUERS: JSON.stringify([{ ...config, subjectPrefix: 'a:' }]) }),
      open({ SHARE_LINKS: 'payload', AUTH_ISSUERS: JSON.stringify([{ ...config, userId: 'uuid5' }]) }),
      open({ SHARE_LINKS: 'payload', SHARE_SIGNING_KEY: 'another key of this test, long enough' }),
    ]);
  }, 180_000);
  afterAll(async () => {
    for (const gateway of [withPayload, withUsage, ...(strangers ?? [])]) await gateway?.close();
    await dataSource?.destroy();
    await database?.drop();
  });

  async function arrange(): Promise<void> {
    for (const org of world.orgs) {
      await query("INSERT INTO organization (id, name) VALUES ($1, 'Acme')", [org]);
      for (let project = 0; project < 2; project += 1) await addProject(org);
    }
    for (let run = 0; run < 14; run += 1) await addRun();
    for (let grant = 0; grant < 30; grant += 1) await changeGrant();
  }

  async function addProject(org: string): Promise<void> {
    const project = newId();
    await query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Apollo')", [project, org]);
    world.projectOrg.set(project, org);
    for (const visibility of [random.pick(visibilities), 'all_viewers'] as const) {
      const task = newId();
      const values = [task, project, visibility];
      await query("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Triage', $3)", values);
      world.taskProject.set(task, project);
      world.visibilityOf.set(task, visibility);
    }
  }

  async function addRun(): Promise<void> {
    const id = newId();
    const task = random.pick([...world.taskProject.keys()]);
    const executor = random.chance(60) ? random.pick(world.executors) : null;
    await query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens, total_tokens, user_id)
       VALUES ($1, $2, $2, $3, $3, now(), 1, 2, 3, $4)`,
      [id, task, JSON.stringify({ text: payloadText }), executor],
    );
    world.runTask.set(id, task);
    world.executorOf.set(id, executor);
  }

  async function changeGrant(): Promise<void> {
    const subject = random.pick(world.subjects);
    const [type, ids] = random.pick([
      ['organization', world.orgs],
      ['project', [...world.projectOrg.keys()]],
      ['task', [...world.taskProject.keys()]],
    ] as const);
    const id = random.pick(ids);
    const role = random.pick(grantedRoles);
    const isAnalyst = role === 'analyst';
    const held = world.grants.get(`${subject} ${id}`) ?? new Set();
    const others = [...held].filter((other) => (other === 'analyst') !== isAnalyst);
    const isRevoked = random.chance(20);
    await query(`DELETE FROM access_grant WHERE resource_id = $1 AND subject_id = $2 AND (role = 'analyst') = $3`, [
      id,
      subject,
      isAnalyst,
    ]);
    if (!isRevoked) await query("INSERT INTO access_grant VALUES ($1, $2, 'user', $3, $4)", [type, id, subject, role]);
    world.grants.set(`${subject} ${id}`, new Set(isRevoked ? others : [...others, role]));
  }

  async function changeVisibility(): Promise<void> {
    const task = random.pick([...world.taskProject.keys()]);
    const visibility = random.pick(visibilities);
    await query('UPDATE task SET run_visibility = $2 WHERE id = $1', [task, visibility]);
    world.visibilityOf.set(task, visibility);
  }

  async function moveRun(): Promise<void> {
    const run = random.pick([...world.runTask.keys()]);
    const task = random.pick([...world.taskProject.keys()]);
    await query('UPDATE task_run SET task_id = $2 WHERE id = $1', [run, task]);
    world.runTask.set(run, task);
  }

  async function moveProject(): Promise<void> {
    const project = random.pick([...world.projectOrg.keys()]);
    const org = random.pick(world.orgs);
    await query('UPDATE project SET org_id = $2 WHERE id = $1', [project, org]);
    world.projectOrg.set(project, org);
  }

  async function deleteRun(): Promise<void> {
    const run = random.pick([...world.runTask.keys()]);
    await query('DELETE FROM task_run WHERE id = $1', [run]);
    world.runTask.delete(run);
    await addRun();
  }

  async function purgePerson(): Promise<void> {
    const userId = random.pick(world.executors);
    const user = { kind: 'user', userId, includesGrants: random.chance(50) } as const;
    await recordErasure(dataSource, 'all', user);
    for (const [run, executor] of world.executorOf) {
      if (executor !== userId) continue;
      await query('DELETE FROM task_run WHERE id = $1', [run]);
      if (world.runTask.delete(run)) await addRun();
    }
    await eraseTraces(dataSource, 'all', user);
    for (const name of world.names.keys()) if (name.endsWith(userId)) world.names.delete(name);
    if (!user.includesGrants) return;
    for (const grant of world.grants.keys()) if (grant.startsWith(userId)) world.grants.delete(grant);
  }

  async function nameUser(): Promise<void> {
    const [org, user] = [random.pick(world.orgs), random.pick(world.executors)];
    const name = `User ${random.integer(1, 1000)}`;
    await query(
      `INSERT INTO resource_name (org_id, kind, id, name) VALUES ($1, 'user', $2, $3)
       ON CONFLICT (org_id, kind, id) DO UPDATE SET name = excluded.name`,
      [org, user, name],
    );
    world.names.set(`${org} ${user}`, name);
  }

  async function revoke(): Promise<void> {
    const share = world.shares.length > 0 ? random.pick(world.shares) : undefined;
    const subject = random.pick(world.subjects);
    const issuer = random.pick([undefined, demoIssuerName, 'https://other.example/']);
    const revoked: RevokedShares =
      share !== undefined && random.chance(70)
        ? { kind: 'share', id: share.id }
        : { kind: 'subject', id: subject, issuer };
    await revokeShares(dataSource, revoked);
    for (const each of world.shares) {
      const isMeant =
        revoked.kind === 'share' ? each === share : each.subject === subject && issuer !== 'https://other.example/';
      if (isMeant) each.isRevoked = true;
    }
  }

  async function passTime(): Promise<void> {
    clock += random.integer(1, 40) * 1000;
    for (const gateway of [withPayload, withUsage, ...strangers]) await gateway.setClock({ at: clock });
  }

  /** Makes a link, or is rejected, as the oracle expects. */
  async function share(): Promise<void> {
    const subject = random.pick(world.subjects);
    const path = world.pathOf(random.pick([...world.runTask.keys()]));
    const gateway = random.pick([withPayload, withUsage]);
    const confinement = confinementFor(path);
    const isConfinedElsewhere = Object.entries(confinement).some(([name, id]) => path[name as keyof Path] !== id);
    const payload = random.chance(50);
    const expiresIn = random.integer(60, 600);
    const token = await gateway.tokenFor(subject, confinement);
    const { data, errors } = await gateway.ask(shareOperation(path, `payload: ${payload}, expiresIn: ${expiresIn}`), {
      token,
    });
    const rights = world.rightsOf(subject, path);
    const about = { subject, path, payload, rights, confinement };
    const expected =
      isConfinedElsewhere || !rights.usage
        ? 'read'
        : payload && gateway === withUsage
          ? 'VALIDATION_FAILED'
          : !rights.share
            ? 'share'
            : payload && !rights.payload
              ? 'read_payload'
              : 'made';
    const { reason, permission } = errors?.[0]?.extensions ?? {};
    const outcome = data?.taskRun?.share ? 'made' : (permission ?? reason);
    expect({ ...about, outcome }).toEqual({ ...about, outcome: expected });
    if (outcome !== 'made') return;
    const made: MadeShare = data.taskRun.share;
    world.shares.push({ ...made, path, subject, payload, endsAt: Date.parse(made.expires), isRevoked: false });
  }

  function confinementFor({ orgId, projectId, taskId }: Path): Confinement {
    const elsewhere = random.pick([...world.taskProject.keys()]);
    return random.pick([{}, {}, {}, { orgId }, { orgId, projectId }, { taskId }, { taskId: elsewhere }]);
  }

  let rejection: string | undefined;
  const shown = { nothing: 0, usage: 0, payload: 0 };

  async function viewSome(): Promise<void> {
    const recent = world.shares.slice(-20);
    for (const share of recent) {
      const allowsPayload = random.chance(50);
      const gateway = allowsPayload ? withPayload : withUsage;
      const expected = world.view(share, allowsPayload, clock);
      const { status, text, body } = await viewShare(gateway, tokenOf(share));
      shown[expected] += 1;
      const about = { share, expected };
      if (expected === 'nothing') {
        rejection ??= text;
        expect({ ...about, status, text }).toEqual({ ...about, status: 404, text: rejection });
        continue;
      }
      const by = world.names.get(`${share.path.orgId} ${share.subject}`) ?? null;
      const { shared, id, org_id: _org, response, run_data, files } = body;
      expect({
        ...about,
        status,
        id,
        shared,
        hasPayload: text.includes(payloadText),
        response,
        run_data,
        files,
      }).toEqual({
        ...about,
        status: 200,
        id: share.path.id,
        shared: { by, until: share.expires, id: share.id },
        hasPayload: expected === 'payload',
        ...(expected === 'payload'
          ? { response: { text: payloadText }, run_data: { text: payloadText }, files: [] }
          : { response: null, run_data: null, files: null }),
      });
    }
  }

  it(`shows what their sharers may share at each view, by seed ${seed}`, async () => {
    const actions = [
      ...Array.from({ length: 14 }, () => share),
      ...[changeGrant, changeGrant, changeGrant, changeVisibility, moveRun, moveProject, deleteRun],
      ...[purgePerson, nameUser, nameUser, revoke, revoke, passTime, passTime],
    ];
    for (let step = 0; step < steps; step += 1) {
      await random.pick(actions)();
      if (step % 3 === 0) await viewSome();
    }
    for (const [outcome, count] of Object.entries(shown)) expect([outcome, count > 100]).toEqual([outcome, true]);
  }, 600_000);

  it('show nothing on gateways that do not trust the issuer, with another prefix, or with another key', async () => {
    const last = world.shares.slice(-10);
    for (const gateway of strangers) {
      for (const each of last) {
        const { status, text } = await viewShare(gateway, tokenOf(each));
        expect([status, text]).toEqual([404, rejection]);
      }
    }
  });

  it('leave no text that names a person in the revocations', async () => {
    const rows = JSON.stringify(
      await query('SELECT kind, encode(digest, $1) AS digest, issuer FROM share_revocation', ['hex']),
    );
    for (const subject of world.subjects) expect(rows).not.toContain(subject);
    for (const { id } of world.shares) expect(rows).not.toContain(id);
  });
});
