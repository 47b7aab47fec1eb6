import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { permissions } from '../../../src/access/permissions.js';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { detailDescriptions } from '../../../src/errors/error-details.js';
import { toRestName } from '../../../src/rest-name.js';
import { dereferenced, type OpenApiDocument } from '../../support/dereferenced.js';
import type { RestError, RestPage, RestRun } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

let served: OpenApiDocument;
/** The document without references to parameters, responses and headers. */
let document: OpenApiDocument;
const gateway = useGateway();
beforeAll(async () => {
  served = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as OpenApiDocument;
  document = dereferenced(served);
});

const project = '/api/v1/org/{org_id}/project/{project_id}';
const task = `${project}/task/{task_id}`;
const listRuns = '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run';
const fetchRun = `${listRuns}/{task_run_id}`;

describe('the OpenAPI document', () => {
  it('conforms to OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(served) as object as Record<string, unknown>)).toEqual({
      valid: true,
    });
    expect(validator.version).toBe('3.1');
  });

  it('defines once what several operations share', () => {
    const sizeOf = (value: unknown) => JSON.stringify(value).length;
    expect(sizeOf(served)).toBeLessThan(sizeOf(document) / 2);
    const referenced = new Set(JSON.stringify(served).match(/#\/components\/\w+\/[\w-]+/g));
    for (const kind of ['parameters', 'responses', 'headers'] as const) {
      const names = Object.keys(served.components[kind]);
      expect(names).not.toEqual([]);
      expect([...referenced]).toEqual(expect.arrayContaining(names.map((name) => `#/components/${kind}/${name}`)));
    }
  });

  it('names its license and contact, and describes each tag', () => {
    expect(served.info).toMatchObject({ license: { name: 'MIT', identifier: 'MIT' }, contact: expect.any(Object) });
    for (const { name, description } of served.tags) expect([name, description]).toEqual([name, expect.any(String)]);
  });

  it('exists in YAML', async () => {
    const response = await fetch(`${gateway.url}/openapi.yaml`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/yaml; charset=utf-8']);
    const text = await response.text();
    expect(parseYaml(text)).toEqual(served);
    // Many tools do not support aliases.
    expect(text).not.toMatch(/: [&*]a\d/);
  });

  it('exists in OpenAPI 3.0 with the same operations', async () => {
    const response = await fetch(`${gateway.url}/openapi-3.0.json`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const older = (await response.json()) as OpenApiDocument;
    const validator = new Validator();
    expect(await validator.validate(structuredClone(older) as object as Record<string, unknown>)).toEqual({
      valid: true,
    });
    expect(validator.version).toBe('3.0');
    const operationsOf = ({ paths }: OpenApiDocument) =>
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { operationId, parameters, responses, requestBody }]) => [
          ...[path, method, operationId, parameters.length, Object.keys(responses)],
          Object.keys(requestBody?.content ?? {}),
        ]),
      );
    expect(operationsOf(older)).toEqual(operationsOf(served));
    expect(Object.keys(older.components.schemas)).toEqual(Object.keys(served.components.schemas));
    expect(JSON.stringify(older)).not.toMatch(/"type":\[|"type":"null"|"const":|"identifier":/);
    const { chargedCredits, group, groupOfRun } = {
      chargedCredits: older.components.schemas.TaskRun!.properties!.charged_credits,
      group: served.components.schemas.TaskRun!.properties!.reporting_group!,
      groupOfRun: older.components.schemas.TaskRun!.properties!.reporting_group,
    };
    expect(chargedCredits).toMatchObject({ type: 'string', nullable: true, pattern: expect.any(String) });
    expect(groupOfRun).toEqual({
      allOf: [{ $ref: '#/components/schemas/ReportingGroup' }],
      nullable: true,
      description: group.description,
    });
  });

  it('shows exports with the columns of an export', async () => {
    const { content } = document.paths[`${listRuns}/export`]!.get.responses[200]! as {
      content: Record<string, { example: string }>;
    };
    const url = `${runUrl(gateway, { ...demoPlaces.richRun, id: '' })}export`;
    const firstLineOf = async (format: string) =>
      (await (await requestRest(gateway, `${url}?format=${format}`, { as: demoSubjects.viewer })).text()).split(
        /\r?\n/,
      )[0]!;
    expect(content['text/csv']!.example.split('\r\n')).toEqual([await firstLineOf('csv'), expect.any(String), '']);
    const [line, ...rest] = content['application/x-ndjson']!.example.split('\n');
    expect([Object.keys(JSON.parse(line!)), rest]).toEqual([
      Object.keys(JSON.parse(await firstLineOf('ndjson'))),
      [''],
    ]);
    expect(content['application/jsonl']!.example).toBe(content['application/x-ndjson']!.example);
  });

  it('lists the served paths at their base', () => {
    expect(Object.keys(document.paths)).toEqual([
      listRuns,
      '/api/v1/org/{org_id}/project/{project_id}/task_run',
      '/api/v1/org/{org_id}/task_run',
      `${listRuns}/export`,
      '/api/v1/org/{org_id}/project/{project_id}/task_run/export',
      '/api/v1/org/{org_id}/task_run/export',
      `${listRuns}/changes`,
      '/api/v1/org/{org_id}/project/{project_id}/task_run/changes',
      '/api/v1/org/{org_id}/task_run/changes',
      fetchRun,
      '/api/v1/run/{task_run_id}',
      `${fetchRun}/file/{file_name}`,
      ...['token_report', 'usage_report', 'timing_report', 'credit_report'].map((name) => `${task}/${name}`),
      `${project}/usage_report`,
      `${project}/timing_report`,
      `${project}/task_run/report`,
      '/api/v1/org/{org_id}/task_run/report',
      '/api/v1/whoami',
      '/api/v1/org/{org_id}/iam/test',
      '/api/v1/org/{org_id}/project/{project_id}/iam/test',
      '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/iam/test',
    ]);
    expect(document.servers).toEqual([{ url: gateway.url }]);
  });

  it('describes each parameter once, all of the path among them', () => {
    for (const [path, { get, post }] of Object.entries(document.paths)) {
      const { parameters } = get ?? post;
      const names = parameters.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(
        parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
      );
    }
  });

  it('gives each operation an id and a tag, and omits HEAD and the exports at list paths', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.entries(methods));
    const tags = document.tags.map(({ name }) => name);
    for (const [method, operation] of operations) {
      expect(['get', 'post']).toContain(method);
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(tags).toEqual(expect.arrayContaining(operation.tags));
      expect(operation.tags).toHaveLength(1);
    }
    const { get } = document.paths[listRuns]!;
    expect(Object.keys(get.responses[200]!.content!)).toEqual(['application/json']);
  });

  it.each([listRuns, fetchRun, `${listRuns}/changes`, `${task}/token_report`, '/api/v1/whoami'])(
    'describes the error 406 of %s',
    async (path) => {
      const { orgId, projectId, taskId, id } = demoPlaces.richRun;
      const ids: Record<string, string> = { org_id: orgId, project_id: projectId, task_id: taskId, task_run_id: id };
      const url = `${gateway.url}${path.replace(/\{(\w+)\}/g, (_all, name) => ids[name]!)}`;
      const response = await requestRest(gateway, url, { as: demoSubjects.viewer, headers: { accept: 'image/png' } });
      expect(response.status).toBe(406);
      const body = (await response.json()) as RestError;
      expect(body.detail.reason).toBe('NOT_ACCEPTABLE');
      expect(faultsOf(path, 406, body)).toEqual([]);
    },
  );

  /** Returns the faults of a body against the document's schema for the response. */
  const faultsOf = (path: string, status: number, body: unknown, method = 'get') => {
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema({ $id: 'document', ...document });
    const pointer = ['paths', path, method, 'responses', String(status), 'content', 'application/json', 'schema']
      .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D'))
      .join('/');
    const validate = ajv.compile({ $ref: `document#/${pointer}` });
    return validate(body) ? [] : validate.errors;
  };

  it.each([
    ['richRun', demoSubjects.viewer],
    ['failedRun', demoSubjects.viewer],
    ['executorRun', demoSubjects.executor],
    ['sharedRun', demoSubjects.member],
  ] as const)('describes the response to %s', async (place, as) => {
    const response = await requestRest(gateway, runUrl(gateway, demoPlaces[place]), { as });
    const body = (await response.json()) as object;
    expect(response.status).toBe(200);
    expect(faultsOf(fetchRun, 200, body)).toEqual([]);
    expect(faultsOf(fetchRun, 200, { ...body, charged_credits: 1 })).not.toEqual([]);
    expect(faultsOf(fetchRun, 200, { ...body, stray: 1 })).not.toEqual([]);
  });

  it('describes the response to a list', async () => {
    const url = runUrl(gateway, demoPlaces.richRun).replace(/\/[^/]*$/, '?page_limit=3');
    const body = (await (await requestRest(gateway, url, { as: demoSubjects.viewer })).json()) as RestPage;
    expect(body.results).toHaveLength(3);
    expect(faultsOf(listRuns, 200, body)).toEqual([]);
    expect(faultsOf(listRuns, 200, { results: [] })).not.toEqual([]);
  });

  it("gives ids the format of the REST reference, which zod's strict check accepts in the demo", async () => {
    const parametersOfRun = document.paths[fetchRun]!.get.parameters.filter((parameter) => parameter.in === 'path');
    expect(parametersOfRun.map(({ schema }) => schema)).toEqual(
      parametersOfRun.map(() =>
        expect.objectContaining({ type: 'string', format: 'uuid', pattern: expect.any(String) }),
      ),
    );
    const { TaskRun, ReportingGroup } = document.components.schemas;
    const idsOf = ({ properties }: typeof TaskRun & {}) =>
      Object.entries(properties!).filter(([, { format }]) => format === 'uuid');
    expect(idsOf(TaskRun!).map(([name, { type }]) => [name, type])).toEqual([
      ['task_id', 'string'],
      ['task_revision_id', 'string'],
      ['id', 'string'],
      ['fallback_llm_model_id', ['string', 'null']],
      ['user_id', ['string', 'null']],
      ['reporting_group_id', ['string', 'null']],
    ]);
    expect(idsOf(ReportingGroup!).map(([name]) => name)).toEqual(['id', 'project_id']);
    const url = runUrl(gateway, demoPlaces.richRun).replace(/\/[^/]*$/, '?page_limit=100');
    const body = (await (await requestRest(gateway, url, { as: demoSubjects.viewer })).json()) as RestPage;
    const inDefinitions = JSON.stringify(document.components.schemas).replaceAll('#/components/schemas/', '#/$defs/');
    const page = z.fromJSONSchema({ $defs: JSON.parse(inDefinitions), $ref: '#/$defs/TaskRunPage' });
    expect(page.safeParse(body)).toEqual({ success: true, data: body });
    expect(body.results.every(({ id }: RestRun) => z.uuidv7().safeParse(id).success)).toBe(true);
    const [run] = body.results;
    expect(page.safeParse({ ...body, results: [{ ...run, id: 'nonsense' }] }).success).toBe(false);
  });

  it('gives the data of a run and its response the types of the REST reference', () => {
    const { run_data: runData, response } = document.components.schemas.TaskRun!.properties!;
    expect(runData).toMatchObject({
      type: 'object',
      properties: { submitted: { description: expect.any(String) } },
      additionalProperties: true,
    });
    const check = new Ajv2020({ strict: false }).compile(response!);
    for (const value of ['', 'text', {}, { any: [1] }, [], 1.5, true, null])
      expect([value, check(value)]).toEqual([value, true]);
    expect(response).toMatchObject({
      anyOf: expect.arrayContaining([{ type: 'string' }, { type: 'object', additionalProperties: true }]),
    });
  });

  it('lists the values of permissions and of groups of columns', () => {
    for (const path of Object.keys(document.paths).filter((path) => path.endsWith('/iam/test'))) {
      const { schema } = document.paths[path]!.post.requestBody!.content['application/json'];
      expect(schema.properties!.permissions!.items!.enum).toEqual(permissions);
    }
    const { parameters } = document.paths[`${listRuns}/export`]!.get;
    expect(parameters.find(({ name }) => name === 'fields')!.schema).toMatchObject({
      type: 'array',
      items: { enum: ['core', 'usage', 'timing', 'io', 'files'] },
      default: ['core', 'usage', 'timing', 'io'],
    });
  });

  it('uses only patterns that RE2 compiles, the engine of validators in Go', () => {
    const patterns = new Set<string>();
    JSON.stringify(document, (name, value) => {
      if (name === 'pattern') patterns.add(value);
      return value;
    });
    expect(patterns.size).toBeGreaterThan(1);
    const rejected = [...patterns].filter((pattern) => {
      try {
        RE2JS.compile(pattern);
        return false;
      } catch {
        return true;
      }
    });
    expect(rejected).toEqual([]);
  });

  it('describes the responses of whoami and of permission checks', async () => {
    const ask = async (path: string, init: RequestInit = {}) =>
      (await (await requestRest(gateway, `${gateway.url}${path}`, { as: demoSubjects.executor, ...init })).json()) as {
        organizations: unknown;
      };
    const caller = await ask('/api/v1/whoami');
    expect(caller.organizations).toMatchObject([{ role: null }]);
    expect(faultsOf('/api/v1/whoami', 200, caller)).toEqual([]);
    expect(faultsOf('/api/v1/whoami', 200, { ...caller, expires: null })).not.toEqual([]);
    const { orgId } = demoPlaces.executorRun;
    const post = (permissions: readonly unknown[]) =>
      ask(`/api/v1/org/${orgId}/iam/test`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ permissions }),
      });
    const test = '/api/v1/org/{org_id}/iam/test';
    expect(faultsOf(test, 200, await post(['organization:view']), 'post')).toEqual([]);
    expect(faultsOf(test, 422, await post(['unknown']), 'post')).toEqual([]);
  });

  it.each([
    [400, { id: 'nonsense' }, demoSubjects.viewer, ''],
    [401, {}, undefined, ''],
    [403, {}, demoSubjects.stranger, ''],
    [404, { id: demoPlaces.sharedRun.id }, demoSubjects.viewer, ''],
    [400, { id: 'nonsense' }, demoSubjects.viewer, '/file/{file_name}'],
    [404, {}, demoSubjects.viewer, '/file/{file_name}'],
    [422, {}, demoSubjects.viewer, '/file/{file_name}?inline=maybe'],
  ])('describes the error %d', async (status, change, as, suffix) => {
    const url = runUrl(gateway, { ...demoPlaces.richRun, ...change }) + suffix;
    const response = await requestRest(gateway, url, as === undefined ? {} : { as });
    expect(response.status).toBe(status);
    const path = fetchRun + suffix.replace(/\?.*/, '');
    expect(faultsOf(path, status, await response.json())).toEqual([]);
  });

  it('contains only examples that match their schemas', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema({ $id: 'document', ...document });
    const faults = (schema: string, example: unknown) => {
      const validate = ajv.compile({ $ref: `document#/components/schemas/${schema}` });
      return validate(example) ? [] : validate.errors;
    };
    const schemas = Object.entries(document.components.schemas).filter(([name]) => name !== 'Error');
    for (const [name, { examples }] of schemas) {
      expect([name, examples?.length]).toEqual([name, 1]);
      expect([name, faults(name, examples![0])]).toEqual([name, []]);
    }
    for (const [, methods] of Object.entries(document.paths)) {
      const { requestBody, responses } = methods.get ?? methods.post;
      if (requestBody !== undefined) {
        const { schema, example } = requestBody.content['application/json'];
        expect([example, ajv.validate(schema, example)]).toEqual([expect.any(Object), true]);
      }
      for (const [status, { content }] of Object.entries(responses).filter(([status]) => status >= '400')) {
        const [schema] = [status === '422' ? 'ValidationError' : 'Error'];
        expect([
          status,
          faults(schema, content?.['application/json'].example ?? { detail: { message: '', reason: '' } }),
        ]).toEqual([status, []]);
      }
    }
  });

  it('uses no name of GraphQL', () => {
    expect(JSON.stringify(document).match(/`[a-z]+[A-Z]\w*`/g)).toBeNull();
  });

  it('describes every detail that an error over REST can have', () => {
    // Details of invalid values have a separate schema. The other omitted member appears only in GraphQL.
    const { detail: _detail, mostExpensive: _mostExpensive, ...details } = detailDescriptions;
    const { properties } = document.components.schemas.Error!.properties!.detail!;
    const names = Object.keys(details).map(toRestName);
    expect(Object.keys(properties!).sort()).toEqual(['message', 'reason', ...names].sort());
  });

  const { richRun } = demoPlaces;
  const run = () => runUrl(gateway, richRun);
  const taskUrl = () => run().replace(/\/run\/.*/, '');
  const file = `${fetchRun}/file/{file_name}`;
  it.each([
    ['a run', fetchRun, run, 'GET', {}, 200],
    ['the headers of a run', fetchRun, run, 'HEAD', {}, 200],
    ['a run that the client has', fetchRun, run, 'GET', { 'if-none-match': '*' }, 304],
    ['a list', listRuns, () => `${taskUrl()}/run?page_limit=1`, 'GET', {}, 200],
    ['an export', `${listRuns}/export`, () => `${taskUrl()}/run/export`, 'GET', { accept: 'text/csv' }, 200],
    ['a report', `${task}/credit_report`, () => `${taskUrl()}/credit_report`, 'GET', {}, 200],
    [
      'a report that the client has',
      `${task}/credit_report`,
      () => `${taskUrl()}/credit_report`,
      'HEAD',
      { 'if-none-match': '*' },
      304,
    ],
    ['a file', file, () => `${run()}/file/screenshot.png`, 'GET', {}, 200],
    ['the headers of a file', file, () => `${run()}/file/screenshot.png`, 'HEAD', {}, 200],
    ['bytes of a file', file, () => `${run()}/file/screenshot.png`, 'GET', { range: 'bytes=0-9' }, 206],
    ['bytes beyond its end', file, () => `${run()}/file/screenshot.png`, 'GET', { range: 'bytes=99999999-' }, 416],
    ['a file that is not there', file, () => `${run()}/file/none.png`, 'GET', {}, 404],
    ['a refused token', fetchRun, run, 'GET', { authorization: 'Bearer nonsense' }, 401],
  ] as const)(
    'describes the status and every header of %s, and the headers of its request',
    async (_what, path, url, method, headers, status) => {
      const response = await requestRest(gateway, url(), { as: demoSubjects.viewer, method, headers });
      await response.arrayBuffer();
      expect(response.status).toBe(status);
      // HEAD has the same headers and is not described.
      const operation = document.paths[path]!.get;
      const described = Object.keys(operation.responses[status]!.headers).map((name) => name.toLowerCase());
      // Headers common to all HTTP responses and resources, which HTTP itself describes.
      const general = [
        'connection',
        'content-encoding',
        'content-length',
        'content-type',
        'date',
        'keep-alive',
        'transfer-encoding',
        'vary',
        'accept-ranges',
      ];
      const own = [...response.headers.keys()].filter((name) => !general.includes(name));
      expect(described).toEqual(expect.arrayContaining(own));
      expect(operation.responses[status]!.content === undefined).toBe(status === 304 || status === 416);
      const known = operation.parameters
        .filter((parameter) => parameter.in === 'header')
        .map(({ name }) => name.toLowerCase());
      const asked = Object.keys(headers).filter((name) => name !== 'accept' && name !== 'authorization');
      expect(known).toEqual(expect.arrayContaining(asked));
    },
  );
});
