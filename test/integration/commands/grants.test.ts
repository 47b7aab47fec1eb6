// The effects of grant, revoke and grants on a database, and their output.

import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { DataSource } from 'typeorm';
import { grantRole } from '../../../src/commands/grant.js';
import { type ListRequest, listGrants } from '../../../src/commands/grants.js';
import { revokeAll, revokeRole } from '../../../src/commands/revoke.js';
import type { LocalDatabaseConfig } from '../../../src/config/config.js';
import { parseConfig } from '../../../src/config/config.js';
import type { Resource, Subject } from '../../../src/database/access-grants.js';
import type { Role } from '../../../src/database/entities/access-grant.entity.js';
import { createEmptyDatabase, createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';

const ids = {
  org: '01900000-0000-0000-0000-00000000000a',
  project: '01900000-0000-0000-0000-00000000000b',
  open: '01900000-0000-0000-0000-00000000000c',
  closed: '01900000-0000-0000-0000-00000000000d',
  none: '01900000-0000-0000-0000-0000000000ff',
};
const task: Resource = { type: 'task', id: ids.open };
const closedTask: Resource = { type: 'task', id: ids.closed };
const project: Resource = { type: 'project', id: ids.project };
const org: Resource = { type: 'organization', id: ids.org };
const alice: Subject = { type: 'user', id: 'alice' };
const insertClosedTask = `INSERT INTO task (id, project_id, name, run_visibility)
  VALUES ('${ids.closed}', '${ids.project}', 'Translate', 'owner_only')`;
const members: Subject = { type: 'project', id: ids.project };

describe('with a database', () => {
  let database: OwnDatabase;
  let config: LocalDatabaseConfig;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    const { dataDir, database: settings } = parseConfig({});
    config = { dataDir, database: { ...settings, url: database.url } };
    await inDatabase((dataSource) =>
      dataSource.query(`
        INSERT INTO organization (id, name) VALUES ('${ids.org}', 'Harbor');
        INSERT INTO project (id, org_id, name) VALUES ('${ids.project}', '${ids.org}', 'Claims');
        INSERT INTO task (id, project_id, name, run_visibility) VALUES
          ('${ids.open}', '${ids.project}', 'Tri\u202eage', 'all_viewers');
        ${insertClosedTask};
      `),
    );
  });
  beforeEach(() => inDatabase((dataSource) => dataSource.query('DELETE FROM access_grant')));
  afterAll(() => database?.drop());

  async function inDatabase<T>(action: (dataSource: DataSource) => Promise<T>): Promise<T> {
    const dataSource = await database.connect();
    return action(dataSource).finally(() => dataSource.destroy());
  }
  const rows = () =>
    inDatabase((dataSource) =>
      dataSource.query(
        'SELECT resource_type, resource_id, subject_type, subject_id, role FROM access_grant ORDER BY 1, 4',
      ),
    );
  const grant = (subject: Subject, role: Role, resource: Resource) => grantRole({ subject, role, resource }, config);
  const revoke = (subject: Subject, resource: Resource, role?: Role) => revokeRole({ subject, role, resource }, config);
  async function list(request: Partial<ListRequest> = {}): Promise<string> {
    const output = new PassThrough();
    const written = text(output);
    await listGrants({ asJson: false, ...request }, config, output).finally(() => output.end());
    return written;
  }

  describe('grant', () => {
    const words = `task Tri\\u{202e}age (${ids.open})`;

    it('adds the role, changes it, and has nothing to do the second time', async () => {
      const row = { resource_type: 'task', resource_id: ids.open, subject_type: 'user', subject_id: 'alice' };
      const visible = 'The grant makes all runs of the task visible.';
      expect(await grant(alice, 'viewer', task)).toEqual([`Granted viewer on ${words} to user alice.`, visible]);
      expect(await grant(alice, 'editor', task)).toEqual([
        `Changed viewer to editor on ${words} for user alice.`,
        visible,
      ]);
      expect(await grant(alice, 'editor', task)).toEqual([
        `Nothing to do: user alice already has editor on ${words}.`,
        visible,
      ]);
      expect(await rows()).toEqual([{ ...row, role: 'editor' }]);
    });

    it('adds one row for two concurrent commands', async () => {
      const both = await Promise.all([grant(alice, 'viewer', task), grant(alice, 'viewer', task)]);
      expect(both.flat().filter((line) => line.startsWith('Granted')).length).toBeGreaterThan(0);
      expect(await rows()).toHaveLength(1);
    });

    it('names the runs that are visible with the role', async () => {
      expect((await grant(alice, 'editor', closedTask))[1]).toBe(
        "The grant makes visible only the runs whose user_id is the caller's. run_visibility of the task is owner_only, so all runs require the role owner.",
      );
      expect((await grant(alice, 'viewer', project))[1]).toBe(
        "The grant makes all runs of 1 of the 2 tasks visible, and in the other tasks only those whose user_id is the caller's.",
      );
      expect((await grant(alice, 'owner', org))[1]).toBe('The grant makes all runs of the 2 tasks visible.');
    });

    it('distinguishes a task from the only task of a project or an organization', async () => {
      await inDatabase((dataSource) => dataSource.query('DELETE FROM task WHERE id = $1', [ids.closed]));
      expect((await grant(alice, 'viewer', project))[1]).toBe(
        "The grant makes all runs of the project's only task visible.",
      );
      expect((await grant(alice, 'analyst', org))[1]).toBe(
        "The grant makes the usage of all runs of the organization's only task visible, and the payload of those whose user_id is the caller's.",
      );
      await inDatabase((dataSource) => dataSource.query(insertClosedTask));
    });

    it('reports for members that it concerns everyone with a direct role there', async () => {
      expect((await grant(members, 'viewer', task))[0]).toBe(
        `Granted viewer on ${words} to members of project ${ids.project}.`,
      );
      expect(await rows()).toMatchObject([{ subject_type: 'project', subject_id: ids.project }]);
    });

    it("warns of a user with the name of a demo's subject, of whom printed tokens are not", async () => {
      expect((await grant({ type: 'user', id: 'viewer' }, 'viewer', task))[2]).toMatch(
        /^Tokens of npm run token -- --subject viewer are for a different user, the demo's viewer: [\da-f-]{36}\.$/,
      );
    });

    it.each([
      [{ type: 'task', id: ids.none }, `--task ${ids.none} does not exist. The newest of 2: `],
      [
        { type: 'project', id: ids.none },
        `--project ${ids.none} does not exist. The newest of 1: Claims (${ids.project}).`,
      ],
      [
        { type: 'task', id: ids.project },
        `--task ${ids.project} is not the id of any task, but of the project Claims.`,
      ],
      [
        { type: 'organization', id: ids.open },
        `--org ${ids.open} is not the id of any organization, but of the task Tri\\u{202e}age.`,
      ],
    ] as const)('rejects %j, which does not exist, and names what does', async (resource, message) => {
      await expect(grant(alice, 'viewer', resource)).rejects.toThrow(message);
      expect(await rows()).toEqual([]);
    });

    it('rejects members of a resource that does not exist', async () => {
      await expect(grant({ type: 'project', id: ids.org }, 'viewer', task)).rejects.toThrow(
        `--project-members ${ids.org} is not the id of any project, but of the organization Harbor.`,
      );
      await expect(grant({ type: 'organization', id: ids.none }, 'viewer', task)).rejects.toThrow(
        `--org-members ${ids.none} does not exist.`,
      );
      expect(await rows()).toEqual([]);
    });

    it('stores a subject that looks like SQL unchanged', async () => {
      const odd = "x'); DROP TABLE access_grant; --";
      await grant({ type: 'user', id: odd }, 'viewer', task);
      expect(await rows()).toMatchObject([{ subject_id: odd }]);
    });
  });

  describe('revoke', () => {
    const words = `project Claims (${ids.project})`;

    it('takes the role away, and has nothing to do the second time', async () => {
      await grant(alice, 'editor', project);
      await grant({ type: 'user', id: 'bob' }, 'viewer', project);
      expect(await revoke(alice, project)).toEqual([`Revoked editor on ${words} from user alice.`]);
      expect(await revoke(alice, project)).toEqual([`Nothing to do: user alice had no grant on ${words}.`]);
      expect(await rows()).toMatchObject([{ subject_id: 'bob' }]);
    });

    it('leaves another role as it is', async () => {
      await grant(alice, 'editor', project);
      await expect(revoke(alice, project, 'viewer')).rejects.toThrow(
        `Nothing was revoked: user alice has editor on ${words}, not viewer.`,
      );
      expect(await rows()).toHaveLength(1);
      expect(await revoke(alice, project, 'editor')).toHaveLength(1);
      expect(await rows()).toEqual([]);
    });

    it.each([
      ['what is above', () => grant(alice, 'owner', org), 'owner'],
      [
        'a set',
        () => grant({ type: 'organization', id: ids.org }, 'viewer', project).then(() => grant(alice, 'viewer', org)),
        'viewer',
      ],
    ])('names the role that remains by %s', async (_by, arrange, role) => {
      await grant(alice, 'editor', project);
      await arrange();
      expect(await revoke(alice, project)).toEqual([
        `Revoked editor on ${words} from user alice.`,
        `The subject still has ${role} there through other grants, on this resource, above it or to members: npm run grants -- --user alice`,
      ]);
    });

    it('lists all grants of a subject, asks, and revokes them and no others', async () => {
      await grant(alice, 'viewer', task);
      await grant(alice, 'owner', org);
      await grant({ type: 'user', id: 'bob' }, 'viewer', task);
      const questions: string[] = [];
      const run = async (answer: string | null, isConfirmed = false) => {
        let written = '';
        const output = {
          write(text: string | Uint8Array) {
            written += text;
            return true;
          },
        };
        const ask = async (question: string) => {
          questions.push(question);
          return answer!;
        };
        await revokeAll({ subject: alice, isConfirmed }, config, { output, ask: answer === null ? null : ask });
        return written;
      };
      await expect(run(null)).rejects.toThrow(
        'Nothing was revoked, because confirmation requires a terminal. Check the list with npm run grants -- --user alice, then run the command again with --yes.',
      );
      await expect(run('no')).rejects.toThrow('Nothing was revoked.');
      expect(await rows()).toHaveLength(3);
      const written = await run('yes');
      expect(questions).toEqual(Array(2).fill('Revoke all grants of user alice? Type yes: '));
      expect(written).toMatch(
        /user alice +owner +organization.*\nuser alice +viewer +task.*\n2 grants\nRevoked 2 grants of user alice\.\n$/,
      );
      expect(await rows()).toMatchObject([{ subject_id: 'bob' }]);
      expect(await run(null)).toBe('There are no such grants.\nRevoked 0 grants of user alice.\n');
    });

    it('works for resources that no longer exist, and fails where nothing was granted', async () => {
      await inDatabase((dataSource) =>
        dataSource.query("INSERT INTO access_grant VALUES ('task', $1, 'user', 'alice', 'owner')", [ids.none]),
      );
      expect(await revoke(alice, { type: 'task', id: ids.none })).toEqual([
        `Revoked owner on task ${ids.none} (which no longer exists) from user alice.`,
      ]);
      await expect(revoke(alice, { type: 'task', id: ids.none })).rejects.toThrow('does not exist');
      await expect(revoke({ type: 'project', id: ids.none }, task)).rejects.toThrow('--project-members');
    });
  });

  describe('the role analyst', () => {
    const words = `project Claims (${ids.project})`;
    const seesUsage =
      "The grant makes the usage of all runs of the 2 tasks visible, and the payload of those whose user_id is the caller's.";
    const roles = async () => (await rows()).map(({ role }: { role: Role }) => role).toSorted();

    it('adds to another role, and replaces none', async () => {
      expect(await grant(alice, 'analyst', project)).toEqual([`Granted analyst on ${words} to user alice.`, seesUsage]);
      expect((await grant(alice, 'viewer', project))[0]).toBe(`Granted viewer on ${words} to user alice.`);
      expect((await grant(alice, 'editor', project))[0]).toBe(`Changed viewer to editor on ${words} for user alice.`);
      expect((await grant(alice, 'analyst', project))[0]).toBe(
        `Nothing to do: user alice already has analyst on ${words}.`,
      );
      expect(await roles()).toEqual(['analyst', 'editor']);
    });

    it('reaches the members of a set', async () => {
      expect((await grant(members, 'analyst', task))[0]).toMatch(/^Granted analyst on .* to members of project /);
    });

    it('ends by its name where there is another role', async () => {
      for (const role of ['analyst', 'viewer'] as const) await grant(alice, role, project);
      await expect(revoke(alice, project)).rejects.toThrow(
        `Nothing was revoked: user alice has viewer and analyst on ${words}. Choose one with --role.`,
      );
      await expect(revoke(alice, project, 'owner')).rejects.toThrow(
        `Nothing was revoked: user alice has viewer and analyst on ${words}, not owner.`,
      );
      expect(await roles()).toEqual(['analyst', 'viewer']);
      expect(await revoke(alice, project, 'viewer')).toEqual([
        `Revoked viewer on ${words} from user alice.`,
        'The subject still has analyst there through other grants, on this resource, above it or to members: npm run grants -- --user alice',
      ]);
      expect(await revoke(alice, project)).toEqual([`Revoked analyst on ${words} from user alice.`]);
      expect(await rows()).toEqual([]);
    });

    it('appears behind another role, and by its name', async () => {
      for (const role of ['analyst', 'viewer'] as const) await grant(alice, role, project);
      const listed = async (request: Partial<ListRequest>) =>
        JSON.parse(await list({ asJson: true, ...request })).map(({ role }: { role: Role }) => role);
      expect(await listed({})).toEqual(['viewer', 'analyst']);
      expect(await listed({ role: 'analyst' })).toEqual(['analyst']);
    });

    it('leaves the statements of the previous release to work beside it', async () => {
      const key = ['project', ids.project, 'user', 'alice'];
      const isKey = 'resource_type = $1 AND resource_id = $2 AND subject_type = $3 AND subject_id = $4';
      const put = (role: Role) => ({
        text: `INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role) VALUES ($1, $2, $3, $4, $5)
          ON CONFLICT ON CONSTRAINT access_grant_pkey DO UPDATE SET role = excluded.role`,
        values: [...key, role],
      });
      await inDatabase(async (dataSource) => {
        for (const role of ['viewer', 'editor', 'analyst'] as const) {
          const { text, values } = put(role);
          await dataSource.query(text, values);
        }
        const sorted = await dataSource.query(`SELECT role FROM access_grant WHERE ${isKey} ORDER BY role`, key);
        expect(sorted).toEqual([{ role: 'analyst' }, { role: 'editor' }]);
        await dataSource.query(`UPDATE access_grant SET role = 'viewer' WHERE ${isKey} AND role = 'editor'`, key);
        await dataSource.query(`DELETE FROM access_grant WHERE ${isKey}`, key);
      });
      expect(await rows()).toEqual([]);
    });
  });

  describe('--missing', () => {
    it('lists and revokes the grants of deleted resources, and no other', async () => {
      await grant(alice, 'viewer', task);
      await grant(alice, 'viewer', org);
      await inDatabase((dataSource) =>
        dataSource.query(
          `INSERT INTO access_grant (resource_type, resource_id, subject_type, subject_id, role)
           SELECT type, '${ids.none}', 'user', 'bob', 'editor' FROM unnest(ARRAY['organization', 'project', 'task']) AS type`,
        ),
      );
      expect((await list({ isMissing: true })).match(/bob +editor .*\(no longer exists\)/g)).toHaveLength(3);
      expect(await list({ isMissing: true })).toContain('3 grants');
      expect(await list({ isMissing: true, subject: alice })).toBe('There are no such grants.\n');
      expect(await revokeRole('missing', config)).toEqual(['Revoked 3 grants on resources that no longer exist.']);
      expect(await revokeRole('missing', config)).toEqual(['Revoked 0 grants on resources that no longer exist.']);
      expect((await rows()).map(({ subject_id }: { subject_id: string }) => subject_id)).toEqual(['alice', 'alice']);
    });
  });

  describe('grants', () => {
    it('prints a table with names', async () => {
      expect(await list()).toBe('There are no such grants.\n');
      await grant(alice, 'editor', project);
      await grant(members, 'viewer', task);
      expect(await list()).toBe(
        [
          'subject                                                  role    on       id                                    name',
          'user alice                                               editor  project  01900000-0000-0000-0000-00000000000b  Claims',
          'members of project 01900000-0000-0000-0000-00000000000b  viewer  task     01900000-0000-0000-0000-00000000000c  Tri\\u{202e}age',
          '2 grants\n',
        ].join('\n'),
      );
    });

    it('prints JSON with every member', async () => {
      expect(await list({ asJson: true })).toBe('[]\n');
      await grant(alice, 'editor', project);
      await grant(members, 'viewer', task);
      expect(JSON.parse(await list({ asJson: true }))).toEqual([
        {
          resource_type: 'project',
          resource_id: ids.project,
          resource_name: 'Claims',
          subject_type: 'user',
          subject_id: 'alice',
          role: 'editor',
        },
        {
          resource_type: 'task',
          resource_id: ids.open,
          resource_name: 'Tri\u202eage',
          subject_type: 'project',
          subject_id: ids.project,
          role: 'viewer',
        },
      ]);
    });

    it('filters by subject, role and resource', async () => {
      await grant(alice, 'editor', project);
      await grant(alice, 'viewer', task);
      await grant({ type: 'user', id: 'bob' }, 'viewer', task);
      await grant(members, 'viewer', task);
      const count = async (request: Partial<ListRequest>) =>
        JSON.parse(await list({ asJson: true, ...request })).length;
      expect(await count({ subject: alice })).toBe(2);
      expect(await count({ resource: task })).toBe(3);
      expect(await count({ role: 'viewer' })).toBe(3);
      expect(await count({ subject: alice, role: 'viewer', resource: task })).toBe(1);
      expect(await count({ subject: members })).toBe(1);
      expect(await count({ subject: { type: 'user', id: 'nobody' } })).toBe(0);
      await expect(list({ resource: { type: 'task', id: ids.none } })).rejects.toThrow('does not exist');
      await expect(list({ subject: { type: 'project', id: ids.none } })).rejects.toThrow('--project-members');
    });

    it('lists thousands of grants, and marks resources that no longer exist', async () => {
      await inDatabase((dataSource) =>
        dataSource.query(
          `INSERT INTO access_grant SELECT 'task', CASE WHEN n % 2 = 0 THEN $1 ELSE $2 END::uuid, 'user', 'user ' || n, 'viewer' FROM generate_series(1, 2001) AS n`,
          [ids.open, ids.none],
        ),
      );
      const all = JSON.parse(await list({ asJson: true }));
      expect(all).toHaveLength(2001);
      expect(new Set(all.map(({ subject_id }: { subject_id: string }) => subject_id)).size).toBe(2001);
      const table = await list();
      expect(table).toMatch(/\n2001 grants\n$/);
      expect(table.match(/\(no longer exists\)/g)).toHaveLength(1001);
    });
  });

  it('a database without tables causes an error that names the command to run', async () => {
    const empty = await createEmptyDatabase();
    const elsewhere = { ...config, database: { ...config.database, url: empty.url } };
    for (const act of [
      () => grantRole({ subject: alice, role: 'viewer', resource: task }, elsewhere),
      () => revokeRole({ subject: alice, role: undefined, resource: task }, elsewhere),
      () => listGrants({ asJson: true }, elsewhere),
    ]) {
      await expect(act()).rejects.toThrow(/Run npm run migrate\.$/);
    }
    await empty.drop();
  });
});
