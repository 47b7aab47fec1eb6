import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const { richRun } = demoPlaces;
const absent = '0190a234-8dc6-0d08-2ea9-00000000ffff';

describe('an error over REST', () => {
  const gateway = useGateway();
  const rejection = async (url: string, options: Parameters<typeof requestRest>[2]) => {
    const response = await requestRest(gateway, url, options);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    return {
      status: response.status,
      body: await response.json(),
      challenge: response.headers.get('www-authenticate'),
    };
  };

  describe.each([
    ['a run', ''],
    ['a file', '/file/screenshot.png'],
  ])('for %s', (_what, suffix) => {
    it.each([
      ['org_id', { orgId: 'nonsense' }],
      ['project_id', { projectId: `${richRun.projectId}0` }],
      ['task_id', { taskId: `urn:uuid:${richRun.taskId}` }],
      ['task_run_id', { id: richRun.id.replaceAll('-', '') }],
      ['org_id', { orgId: '1', id: '1' }],
    ])('returns 400 for a malformed %s, which it names, without any look-up', async (argument, change) => {
      const before = await gateway.statements();
      const url = runUrl(gateway, { ...richRun, ...change }) + suffix;
      expect(await rejection(url, { as: demoSubjects.viewer })).toEqual({
        status: 400,
        challenge: null,
        body: {
          detail: {
            message: expect.stringMatching(`^\`${argument}\` must be 8-4-4-4-12 hexadecimal digits`),
            reason: 'MALFORMED_RESOURCE_IDENTIFIER',
            argument,
          },
        },
      });
      expect(await gateway.statements()).toEqual(before);
    });

    it('returns 401 without a token, even where an id is malformed', async () => {
      for (const path of [richRun, { ...richRun, id: 'nonsense' }]) {
        expect(await rejection(runUrl(gateway, path) + suffix, {})).toEqual({
          status: 401,
          challenge: 'Bearer',
          body: { detail: { message: 'A bearer token is required.', reason: 'MISSING_AUTHENTICATION' } },
        });
      }
    });

    it('returns 401 for a bad token', async () => {
      expect(await rejection(runUrl(gateway, richRun) + suffix, { token: 'a.b.c' })).toEqual({
        status: 401,
        challenge: 'Bearer error="invalid_token"',
        body: { detail: { message: 'The bearer token is invalid.', reason: 'INVALID_TOKEN' } },
      });
    });

    it('returns 403 with the same bytes whether or not the run exists', async () => {
      const as = demoSubjects.stranger;
      const existing = await rejection(runUrl(gateway, richRun) + suffix, { as });
      expect(existing).toEqual({
        status: 403,
        challenge: null,
        body: {
          detail: {
            message: 'The caller does not have permission to access this resource.',
            reason: 'PERMISSION_CHECK_FAILED',
            permission: 'read',
            resource: 'task_run',
          },
        },
      });
      expect(await rejection(runUrl(gateway, { ...richRun, id: absent }) + suffix, { as })).toEqual(existing);
    });

    it('returns 404 for a run that does not exist', async () => {
      expect(
        await rejection(runUrl(gateway, { ...richRun, id: absent }) + suffix, { as: demoSubjects.viewer }),
      ).toEqual({
        status: 404,
        challenge: null,
        body: { detail: { message: 'Task run not found.', reason: 'TASK_RUN_NOT_FOUND' } },
      });
    });
  });

  it.each(['maybe', '', '2', 'true&inline=true'])('returns 422 for inline=%s', async (inline) => {
    const url = `${runUrl(gateway, richRun)}/file/screenshot.png?inline=${inline}`;
    const { status, body } = await rejection(url, { as: demoSubjects.viewer });
    expect(status).toBe(422);
    expect(body).toEqual({
      detail: [{ loc: ['query', 'inline'], msg: expect.stringMatching(/^must be true /), type: 'bool_parsing' }],
    });
  });

  it('returns 404 for an unknown path', async () => {
    expect((await rejection(`${runUrl(gateway, richRun)}/logs`, { as: demoSubjects.viewer })).body).toEqual({
      detail: { message: 'Nothing is served at this path.', reason: 'ROUTE_NOT_FOUND' },
    });
  });
});
