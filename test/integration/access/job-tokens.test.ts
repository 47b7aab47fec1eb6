// Tokens of GitHub's and GitLab's jobs in their documented form, verified with the AUTH_ISSUERS entries from docs/oidc.md.

import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { parseIssuers } from '../../../src/config/values.js';
import { block, tableRows } from '../../docs/documents.js';
import {
  causeOf,
  reasonOf,
  startSeconds,
  startVerifier,
  type VerifierHarness,
} from '../../support/verifier-harness.js';

const run = promisify(execFile);
const audience = 'https://task-runs.example.com';
const times = { iat: startSeconds, nbf: startSeconds, exp: startSeconds + 300 };

const github = {
  ...times,
  iss: 'https://token.actions.githubusercontent.com',
  aud: audience,
  sub: 'repo:octo-org/octo-repo:environment:production',
  jti: 'example-id',
  environment: 'production',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  ref_protected: 'true',
  sha: 'example-sha',
  repository: 'octo-org/octo-repo',
  repository_id: '74',
  repository_owner: 'octo-org',
  repository_owner_id: '65',
  repository_visibility: 'private',
  actor: 'octocat',
  actor_id: '12',
  event_name: 'push',
  head_ref: '',
  base_ref: '',
  workflow: 'example-workflow',
  job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
  runner_environment: 'github-hosted',
  run_id: '8675309',
  run_number: '10',
  run_attempt: '2',
};
const gitlab = {
  ...times,
  iss: 'https://gitlab.com',
  aud: audience,
  sub: 'project_path:my-group/my-project:ref_type:branch:ref:main',
  jti: '235b3a54-b797-45c7-ae9a-f72d7bc6ef5b',
  namespace_id: '72',
  namespace_path: 'my-group',
  project_id: '22',
  project_path: 'my-group/my-project',
  user_id: '42',
  user_login: 'myuser',
  user_email: 'myuser@example.com',
  user_access_level: 'developer',
  pipeline_id: '574',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'main',
  ref_type: 'branch',
  ref_path: 'refs/heads/main',
  ref_protected: 'true',
  runner_id: 1,
  runner_environment: 'gitlab-hosted',
  sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
};

const jobs = {
  github: {
    entryBlock: 'oidc-github',
    claims: github,
    idClaim: 'repository_id',
    otherSubjects: ['repo:octo-org/octo-repo:pull_request'],
  },
  gitlab: {
    entryBlock: 'oidc-gitlab',
    claims: gitlab,
    idClaim: 'project_id',
    otherSubjects: ['project_path:stranger/my-project:ref_type:branch:ref:main'],
  },
};

const documented = tableRows('docs/oidc.md', 'Machines without secrets', 'job').map(([, cell]) =>
  cell!.replaceAll('`', ''),
);

describe.each(Object.entries(jobs))(
  'the token of a job of %s',
  (name, { entryBlock, claims, idClaim, otherSubjects }) => {
    const [entry] = parseIssuers(block(entryBlock).text);
    let harness: VerifierHarness;
    let byId: VerifierHarness;
    beforeAll(async () => {
      harness = await startVerifier(entry!, 'RS256');
      byId = await startVerifier({ ...entry!, subjectClaim: idClaim }, 'RS256');
    });
    afterAll(() => Promise.all([harness.server.stop(), byId.server.stop()]));

    it('has the documented subject, no own runs, and no confinement by ids of the issuer', async () => {
      const caller = await harness.verify(claims);
      expect(caller).toMatchObject({ subject: `${name}:${claims.sub}`, confinement: {} });
      expect([caller.userId, caller.clientId]).toEqual([null, undefined]);
      expect(documented).toContain(caller.subject);
    });

    it('has the id as its subject, whatever the repository is named', async () => {
      const renamed = { ...claims, sub: claims.sub.replace(/\/[\w-]+/, '/renamed') };
      for (const job of [claims, renamed]) {
        const { subject } = await byId.verify(job);
        expect(subject).toBe(`${name}:${(claims as Record<string, unknown>)[idClaim]}`);
        expect(documented).toContain(subject);
      }
    });

    it('of a pull request or fork has another subject', async () => {
      for (const sub of otherSubjects) {
        const { subject } = await harness.verify({ ...claims, sub });
        expect(subject).toBe(`${name}:${sub}`);
      }
    });

    it.each([
      ['another service', { aud: 'https://github.com/octo-org' }],
      ['another audience below our URL', { aud: `${audience}/mcp` }],
    ])('for %s is rejected', async (_what, changes) => {
      expect(await reasonOf(harness.verify({ ...claims, ...changes }))).toBe('INVALID_TOKEN');
      expect(await causeOf(harness.verify({ ...claims, ...changes }))).toMatch(/audience/);
    });

    it('is rejected after some minutes', async () => {
      const late = { ...claims, iat: startSeconds - 900, nbf: startSeconds - 900, exp: startSeconds - 600 };
      expect(await reasonOf(harness.verify(late))).toBe('EXPIRED_TOKEN');
    });
  },
);

it('the documented workflow sends the token of its job, and finds the failed runs of its commit', async () => {
  const workflow = parse(block('oidc-github-workflow').text);
  const { env, steps, ...job } = workflow.jobs.runs;
  expect([workflow.permissions, job.environment]).toEqual([{ 'id-token': 'write' }, 'production']);
  expect(block('oidc-grant').text).toContain(`--user github:${github.sub}\n`);
  const requests: object[] = [];
  const server = createServer(({ url, headers }, response) => {
    const { pathname, searchParams } = new URL(url!, 'http://localhost');
    requests.push({ pathname, ...Object.fromEntries(searchParams), authorization: headers.authorization });
    response.end(pathname === '/token' ? '{"value": "the-token", "count": 1}' : '{"results": []}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { stdout } = await run('bash', ['-e', '-c', steps[0].run], {
    env: {
      ...process.env,
      ...env,
      GATEWAY: origin,
      GITHUB_SHA: 'example-sha',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'for-requests',
    },
  });
  server.close();
  expect(stdout).toBe('{"results": []}');
  expect(env.GATEWAY).toBe(audience);
  expect(requests).toEqual([
    { pathname: '/token', 'api-version': '2.0', audience: origin, authorization: 'Bearer for-requests' },
    {
      pathname: env.RUNS,
      filter: '{"status": "FAIL", "reference": {"eq": "example-sha"}}',
      authorization: 'Bearer the-token',
    },
  ]);
});
