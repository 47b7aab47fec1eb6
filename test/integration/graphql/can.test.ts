import { permissions } from '../../../src/access/permissions.js';
import type { GraphqlErrorResponse } from '../../support/graphql-client.js';
import { arrangePermissionWorld, direct, world } from '../../support/permission-world.js';
import { useGateway } from '../../support/start-gateway.js';

const task = `orgId: "${world.org}", projectId: "${world.project}", taskId: "${world.taskOf.all_viewers}"`;

describe('viewer.can', () => {
  const gateway = useGateway({ arrange: arrangePermissionWorld });
  const extensionsOf = async (call: string) => {
    let extensions!: GraphqlErrorResponse['extensions'];
    const statements = await gateway.statementsOf(async () => {
      const { data, errors } = await gateway.ask(`{ viewer { ${call} } taskRuns(${task}) { totalCount } }`, {
        as: direct('owner', 'organization'),
      });
      expect(data).toEqual({ viewer: null, taskRuns: { totalCount: 1 } });
      expect(errors).toMatchObject([{ path: ['viewer', 'can'] }]);
      extensions = errors![0]!.extensions;
    });
    expect(statements).not.toHaveProperty('held_roles');
    return extensions;
  };

  it('lists all permissions in a 422 for an unknown one', async () => {
    const extensions = await extensionsOf(`can(permission: "task_run:write", ${task})`);
    expect(extensions).toMatchObject({ status: 422, reason: 'VALIDATION_FAILED' });
    expect(extensions.detail).toEqual([{ loc: ['permission'], type: 'enum', msg: expect.any(String) }]);
    for (const name of permissions) expect(extensions.detail![0]!.msg).toContain(name);
  });

  it('returns 422 for runs without a task', async () => {
    const extensions = await extensionsOf(
      `can(permission: "task_run:read", orgId: "${world.org}", projectId: "${world.project}")`,
    );
    expect(extensions).toMatchObject({ status: 422, detail: [{ loc: ['taskId'], type: 'missing' }] });
  });

  it('returns 422 for a task without its project', async () => {
    const extensions = await extensionsOf(
      `can(permission: "task:view", orgId: "${world.org}", taskId: "${world.taskOf.all_viewers}")`,
    );
    expect(extensions).toMatchObject({ status: 422, detail: [{ loc: ['projectId'], type: 'missing' }] });
  });

  it.each(['orgId', 'projectId', 'taskId'])('returns 400 for a malformed %s', async (argument) => {
    const malformed = task.replace(new RegExp(`${argument}: "[^"]+"`), `${argument}: "42"`);
    expect(await extensionsOf(`can(permission: "task:view", ${malformed})`)).toMatchObject({
      ...{ code: 'BAD_REQUEST', argument },
    });
  });
});
