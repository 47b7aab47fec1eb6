import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { dereferenced, type OpenApiDocument, type OpenApiSchema } from '../../support/dereferenced.js';
import { amount, seed } from '../../support/generated.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const pathValues: Record<string, string> = {
  ...{ org_id: orgId, project_id: projectId, task_id: taskId, task_run_id: id },
  file_name: 'screenshot.png',
};
/** Strings whose format the description does not specify in machine-readable form. Others are omitted. */
const texts: Record<string, readonly string[]> = {
  created_after: ['2026-10-01', '2026-10-01T08:30:00Z'],
  created_before: ['2026-11-01', 'now'],
  search: ['refund'],
  filter: ['{"status":"FAIL"}', '{"OR":[{"has_files":true},{"NOT":{"min_total_tokens":2000}}]}'],
  min_charged_credits: ['0', '.5'],
  max_charged_credits: ['1.00', '99'],
  reporting_group_name: ['Évaluation'],
  primary_failure_reason_contains: ['time'],
  failure_in: ['No message', 'The model did not answer within # seconds.', 'a, b'],
  start_date: ['2026-10-30', '-7d'],
  end_date: ['now', 'today'],
  time_zone: ['UTC', 'Europe/Berlin'],
};

function valuesOf(
  { type, enum: values, minimum, maximum, pattern, items }: OpenApiSchema,
  name: string,
): fc.Arbitrary<unknown> | undefined {
  // The test does not wait for changes.
  if (name === 'wait') return fc.constant(0);
  if (values) return fc.constantFrom(...values);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: minimum!, max: maximum! });
  if (type === 'number') return fc.double({ min: -1e9, max: 1e9, noNaN: true });
  if (type === 'array') return fc.array(valuesOf(items!, name)!, { minLength: 1, maxLength: 3 });
  const known = pathValues[name] ?? id;
  if (pattern) return fc.constantFrom(known, known.toUpperCase(), ...(pattern.includes('null') ? ['null'] : []));
  return texts[name] && fc.constantFrom(...texts[name]);
}

/**
 * Removes what the description rules out in words: an upper bound below the lower one, and a byte order mark in a
 * format other than CSV.
 */
function withoutContradictions(query: Record<string, unknown>): Record<string, unknown> {
  const contradicts = (name: string) =>
    (name.startsWith('max_') && query[name.replace(/^max_/, 'min_')] !== undefined) ||
    (name === 'bom' && query.format !== 'csv');
  return Object.fromEntries(Object.entries(query).filter(([name]) => !contradicts(name)));
}

describe('requests that are generated from the OpenAPI document', () => {
  const gateway = useGateway();
  let document: OpenApiDocument;
  let validatorOf: (pointer: readonly string[]) => (body: unknown) => unknown;
  beforeAll(async () => {
    document = dereferenced(await (await fetch(`${gateway.url}/openapi.json`)).json());
    const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema({ $id: 'document', ...document });
    validatorOf = (path) => {
      const pointer = path
        .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
        .join('/');
      const validate = ajv.getSchema(`document#/${pointer}`) ?? ajv.compile({ $ref: `document#/${pointer}` });
      return (body) => (validate(body) ? [] : validate.errors);
    };
  });

  it(`get the responses that it describes, from seed ${seed}`, async () => {
    const token = await gateway.tokenFor(demoSubjects.viewer);
    const sent = { operations: 0, parameters: new Set<string>(), bodies: 0 };
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        sent.operations += 1;
        const query = operation.parameters
          .filter((parameter) => parameter.in === 'query')
          .map(({ name, schema }) => [name, valuesOf(schema, name)])
          .filter(([, values]) => values !== undefined);
        const schema = operation.requestBody?.content['application/json'].schema;
        const request = fc.record({
          query: fc.record(Object.fromEntries(query), { requiredKeys: [] }).map(withoutContradictions),
          body: schema
            ? fc.record(
                {
                  permissions: valuesOf(schema.properties!.permissions!, 'permissions')!,
                  member: fc.constantFrom(null, demoSubjects.viewer),
                },
                { requiredKeys: schema.required as 'permissions'[] },
              )
            : fc.constant(undefined),
        });
        await fc.assert(
          fc.asyncProperty(request, async ({ query, body }) => {
            const parameters = Object.entries(query).flatMap(([name, value]) =>
              [value].flat().map((item): [string, string] => [name, String(item)]),
            );
            const url = `${gateway.url}${path.replace(/\{(\w+)\}/g, (_all, name) => pathValues[name]!)}`;
            const response = await requestRest(gateway, `${url}?${new URLSearchParams(parameters)}`, {
              ...{ token, method: method.toUpperCase() },
              ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
            });
            const [mediaType] = response.headers.get('content-type')!.split(';');
            const text = await response.text();
            expect([response.status, response.status === 200 ? '' : text]).toEqual([200, '']);
            expect(Object.keys(operation.responses[200]!.content!)).toEqual(
              expect.arrayContaining([operation.responses[200]!.content!['*/*'] ? '*/*' : mediaType]),
            );
            if (mediaType === 'application/json' && operation.responses[200]!.content![mediaType]) {
              const pointer = ['paths', path, method, 'responses', '200', 'content', mediaType, 'schema'];
              expect(validatorOf(pointer)(JSON.parse(text))).toEqual([]);
              sent.bodies += 1;
            }
            for (const name of Object.keys(query)) sent.parameters.add(name);
          }),
          { seed, numRuns: amount(12, 200) },
        );
      }
    }
    expect(sent.operations).toBe(24);
    expect(sent.parameters.size).toBeGreaterThan(40);
    expect(sent.bodies).toBeGreaterThan(100);
  });
});
