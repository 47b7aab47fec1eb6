import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const project = `/api/v1/org/${orgId}/project/${projectId}`;
const task = `${project}/task/${taskId}`;
const maxLength = 1024;
const rest = ', image/png;q=0.5';
/** Returns a header of this length that prefers the type. */
const acceptOf = (type: string, length: number) => `${type.padEnd(length - rest.length, ',')}${rest}`;

interface Probe {
  readonly what: string;
  readonly target: string;
  /** Chosen by a header within the limit, but not by an arbitrary one. */
  readonly type: string;
  readonly isAnonymous?: boolean;
  readonly query?: string;
}

const html = 'text/html';
const graphqlResponse = 'application/graphql-response+json';
const viewer = '{ viewer { subject } }';
const probes: readonly Probe[] = [
  { what: 'an operation', target: '/graphql', type: graphqlResponse, query: viewer },
  {
    what: 'an operation that is not planned',
    target: '/graphql',
    type: graphqlResponse,
    query: '{ __schema { __typename } }',
  },
  { what: 'a document that is not valid', target: '/graphql', type: graphqlResponse, query: '{ nothing }' },
  { what: 'an operation by GET', target: `/graphql?query=${encodeURIComponent(viewer)}`, type: graphqlResponse },
  { what: 'an operation, as a stream', target: '/graphql', type: 'text/event-stream', query: viewer },
  { what: 'an operation in no type that it has', target: '/graphql', type: 'image/gif', query: viewer },
  { what: 'an operation without a token', target: '/graphql', type: graphqlResponse, query: viewer, isAnonymous: true },
  { what: 'GraphiQL', target: '/graphql', type: html, isAnonymous: true },
  { what: 'an unknown route', target: '/nowhere', type: html, isAnonymous: true },
  { what: 'the root', target: '/', type: html, isAnonymous: true },
  { what: 'a list', target: `${task}/run`, type: 'image/gif' },
  { what: 'changes of a task', target: `${task}/run/changes`, type: 'text/event-stream' },
  { what: 'changes of a project', target: `${project}/task_run/changes`, type: 'image/gif' },
  { what: 'an export of a task', target: `${task}/run/export`, type: 'text/csv' },
  { what: 'an export of a project', target: `${project}/task_run/export`, type: 'application/vnd.apache.parquet' },
];

describe('an Accept header of more than 1,024 characters', () => {
  const gateway = useGateway();
  let token: string;
  beforeAll(async () => {
    token = await gateway.tokenFor(demoSubjects.viewer);
  });

  const choiceOf = async ({ target, query, isAnonymous = false }: Probe, accept: string) => {
    const response = await fetch(`${gateway.url}${target}`, {
      redirect: 'manual',
      headers: {
        accept,
        ...(!isAnonymous && { authorization: `Bearer ${token}` }),
        ...(query !== undefined && { 'content-type': 'application/json' }),
      },
      ...(query !== undefined && { method: 'POST', body: JSON.stringify({ query }) }),
    });
    await response.body?.cancel();
    const { status, headers } = response;
    return { status, mediaType: headers.get('content-type'), location: headers.get('location') };
  };

  it.each(probes.map((probe) => [probe.what, probe] as const))('is read as */*: %s', async (_what, probe) => {
    const any = await choiceOf(probe, '*/*');
    expect(await choiceOf(probe, acceptOf(probe.type, maxLength + 1))).toEqual(any);
    expect(await choiceOf(probe, acceptOf(probe.type, 60_000))).toEqual(any);
    expect(await choiceOf(probe, acceptOf(probe.type, maxLength))).not.toEqual(any);
  });
});
