// The reference tables in the documents list everything that the program has, and nothing else.

import { execFileSync, spawnSync } from 'node:child_process';
import { createSecretKey } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permissionsWithSharing } from '../../src/access/permissions.js';
import { bitOfRole, decideRoleAccess, minRoleByVisibility, rolesByRank } from '../../src/access/policy.js';
import { issuerTypes } from '../../src/config/issuer-types.js';
import { parseIssuers } from '../../src/config/values.js';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { detailDescriptions } from '../../src/errors/error-details.js';
import { errorList } from '../../src/errors/error-list.js';
import { createDownloadUrls } from '../../src/files/download-url.js';
import type { JsonSchema } from '../../src/rest/openapi/operation.js';
import { componentSchemas } from '../../src/rest/openapi/schemas.js';
import { dereferenced } from '../support/dereferenced.js';
import type { GraphqlBody } from '../support/responses.js';
import { requestRest, runUrl } from '../support/rest-client.js';
import { useGateway } from '../support/start-gateway.js';
import { block, codesIn, readText, root, tableRows } from './documents.js';

/** The names in the first cells of a table. */
const namesIn = (...table: Parameters<typeof tableRows>) => tableRows(...table).flatMap(([cell]) => codesIn(cell!));

const withoutLinks = (text: string) => text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');

const hasJq = spawnSync('jq', ['--version']).status === 0;

const gateway = useGateway();
const { viewer } = demoSubjects;

describe('the documented issuers', () => {
  it('list the members of entries', () => {
    const members = tableRows('docs/access.md', 'Add an issuer', 'member').map(
      ([name, required]) => [codesIn(name!)[0]!, required] as const,
    );
    const whole: Record<string, string> = {
      issuer: 'https://a/',
      jwks: 'https://a/keys',
      type: 'oidc',
      audience: 'a',
      subjectClaim: 'a',
      subjectPrefix: 'a:',
      userId: 'uuid5',
    };
    expect(members.map(([name]) => name).sort()).toEqual(Object.keys(whole).sort());
    const isRequired: Record<string, (type: string) => boolean> = {
      yes: () => true,
      no: () => false,
      'for `oidc`': (type) => type === 'oidc',
      'yes, except for `oidc`': (type) => type !== 'oidc',
    };
    const { subjectClaim: _ofOidc, ...common } = whole;
    expect(parseIssuers(JSON.stringify([whole]))).toEqual([whole]);
    for (const type of ['oidc', 'hydra', 'kratos']) {
      for (const [name, required] of members) {
        const { [name]: _omitted, ...others }: Record<string, string> = { ...common, type };
        const parse = () => parseIssuers(JSON.stringify([others]));
        if (isRequired[required!]!(type)) expect(parse).toThrow();
        else expect(parse).not.toThrow();
      }
    }
  });
});

it('docs/access.md lists the permissions', () => {
  const table = namesIn('docs/access.md', 'Find out what a caller may see', 'permission');
  expect(table).toEqual(permissionsWithSharing);
});

describe('docs/errors.md', () => {
  it('lists the errors of the catalogue', () => {
    const documented = [
      ...tableRows('docs/errors.md', 'Codes', 'status').map(([status, code, reason, when]) => [
        ...[Number(status), codesIn(code!)[0], codesIn(reason!)[0], withoutLinks(when!)],
      ]),
      ...tableRows('docs/errors.md', "GraphQL's own errors", 'status').map(([status, code, when]) => [
        ...[Number(status), codesIn(code!)[0], codesIn(code!)[0], withoutLinks(when!)],
      ]),
    ];
    const known = errorList.map(({ status, code, reason, when }) => [status, code, reason, when]);
    expect(documented.sort()).toEqual(known.sort());
  });

  it("lists GraphQL's own errors", async () => {
    const unknownHash = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const reported = [
      { query: '{' },
      { query: '{ unknown }' },
      { query: 'query ($id: ID!) { taskRunsByIds(orgId: $id, projectId: $id, taskId: $id, ids: []) { id } }' },
      { query: '{ viewer { subject } }', operationName: 'Other' },
      { extensions: unknownHash },
    ].map(async (body) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await gateway.tokenFor(viewer)}` },
        body: JSON.stringify(body),
      });
      const { errors } = (await response.json()) as GraphqlBody;
      const [{ extensions }] = errors;
      expect(extensions.reason).toBe(extensions.code);
      return [String(extensions.status), extensions.code];
    });
    const documented = tableRows('docs/errors.md', "GraphQL's own errors", 'status').map(([status, code]) => [
      status,
      codesIn(code!)[0],
    ]);
    expect(documented).toEqual(await Promise.all(reported));
  });

  it('shows the bodies of errors over REST', async () => {
    const { richRun, executorRun } = demoPlaces;
    const bodyAt = async (url: string) => (await requestRest(gateway, url, { as: viewer })).json();
    const malformed = runUrl(gateway, { ...richRun, id: '42' });
    expect(await bodyAt(malformed)).toEqual(JSON.parse(block('rest-error').text));
    const forbidden = runUrl(gateway, executorRun);
    expect(await bodyAt(forbidden)).toEqual(JSON.parse(block('rest-explained-forbidden').text));
    const list = runUrl(gateway, { ...richRun, id: '' }).replace(/\/$/, '');
    expect(await bodyAt(`${list}?page_limit=101`)).toEqual(JSON.parse(block('rest-validation-error').text));
  });

  it('lists the details of errors', () => {
    const documented = tableRows('docs/errors.md', 'Details', 'member').map(([member, type, meaning]) => [
      codesIn(member!)[0],
      { type, meaning: withoutLinks(meaning!) },
    ]);
    expect(Object.fromEntries(documented)).toEqual(detailDescriptions);
  });
});

describe('the filters in docs/lists.md', () => {
  it('include the fields of TaskRunFilter', () => {
    const [, input] = /^input TaskRunFilter \{([\s\S]*?)^\}/m.exec(readText('schema.graphql'))!;
    const fields = [...input!.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name!);
    const [, ...conditions] = [...readText('schema.graphql').matchAll(/^input TextFilter \{([\s\S]*?)^\}/gm)][0]!;
    expect(namesIn('docs/lists.md', 'Filter', 'field').sort()).toEqual(fields.sort());
    const cells = tableRows('docs/lists.md', 'Filter', 'field');
    const [, text] = cells.find(([cell]) => cell!.includes('`reference`'))!;
    expect(codesIn(text!)).toEqual([...conditions[0]!.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name));
  });
});

describe('the REST API in docs/rest.md', () => {
  let paths: Record<string, { get: { parameters: { name: string; in: string; schema: { default?: unknown } }[] } }>;
  let link: { readonly name: string };
  beforeAll(async () => {
    const document = dereferenced(await (await fetch(`${gateway.url}/openapi.json`)).json());
    paths = document.paths;
    link = document.components.securitySchemes.link;
  });
  const parametersOf = (path: string) =>
    paths[path]!.get.parameters.filter((parameter) => parameter.in === 'query').map(({ name, schema }) => [
      name,
      String(schema.default ?? 'none'),
    ]);
  const documented = (heading: string) =>
    tableRows('docs/rest.md', heading, 'parameter').flatMap(([names, fallback]) =>
      codesIn(names!).map((name) => [name, fallback]),
    );

  it('lists the routes', () => {
    expect(namesIn('docs/rest.md', 'REST', 'route').sort()).toEqual(Object.keys(paths).sort());
  });

  it.each(['TaskRun', 'TaskRunFile', 'ReportingGroup'] as const)(
    'leaves %s to OpenAPI, which describes each field',
    (name) => {
      const fields = Object.entries(componentSchemas[name].properties as Record<string, JsonSchema>);
      expect(fields.filter(([, { description }]) => !description)).toEqual([]);
    },
  );

  it('lists the parameters', () => {
    const list = Object.keys(paths).find((path) => path.endsWith('/run'))!;
    const file = Object.keys(paths).find((path) => path.endsWith('/{file_name}'))!;
    const listParameters = [...documented("A task's runs"), ...documented('Filters')];
    expect(listParameters.sort()).toEqual(parametersOf(list).sort());
    // A parameter that is described by a security scheme.
    expect(documented('Files')).toEqual([...parametersOf(file), [link.name, 'none']]);
  });
});

describe('docs/operating.md', () => {
  it('lists the routes of health that respond without a token', async () => {
    for (const [cell, status] of tableRows('docs/operating.md', 'Health', 'route')) {
      const response = await fetch(`${gateway.url}${codesIn(cell!)[0]}`);
      expect([cell, response.status]).toEqual([cell, Number(status!.split(',')[0])]);
    }
  });

  it('lists the members of the log line of a request', async () => {
    await gateway.ask('query Named { taskRun(orgId: "", projectId: "", taskId: "", id: "") { id } }', { as: viewer });
    const line = (await gateway.logLines()).findLast(
      ({ msg, operation }) => msg === 'request' && operation === 'Named',
    )!;
    const { level: _level, time: _time, msg: _msg, pid: _pid, hostname: _host, ...members } = line;
    const known = [...Object.keys(members), 'linkSubject', 'aborted', 'cut', 'traceId', 'spanId'];
    expect(namesIn('docs/operating.md', 'Logs', 'member').sort()).toEqual(known.sort());
  });

  it('lists the members of the log line of a denied access', () => {
    const [, members] = /event: deniedEvent,\n([\s\S]*?)\},/.exec(readText('src/request/request-errors.ts'))!;
    const known = [...members!.matchAll(/^ +(\w+)(?:,|:)/gm)].map(([, name]) => name!);
    expect(namesIn('docs/operating.md', 'Logs', 'member of `access_denied`').sort()).toEqual([...known, 'more'].sort());
  });

  (hasJq ? it : it.skip)(`prints the callers with the highest cost${hasJq ? '' : ' (skipped: jq is missing)'}`, () => {
    const line = (cost: number, subject?: string) => JSON.stringify({ msg: 'request', issuer: 'i', subject, cost });
    const cheap = Array.from({ length: 11 }, (_, index) => line(1, `cheap ${index}`));
    const other = ['not JSON', '"text"', '{"msg":"listening"}'];
    const lines = [...cheap, line(20, 'one'), ...other, line(15.2, 'two'), line(3), line(15, 'two')];
    const folder = mkdtempSync(join(tmpdir(), 'log-'));
    writeFileSync(join(folder, 'gateway.log'), `${lines.join('\n')}\n`);
    const printed = execFileSync('sh', ['-c', block('load-by-caller').text], { cwd: folder, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const rows = printed.trimEnd().split('\n');
    expect(rows.slice(0, 3)).toEqual(['30\t2\ti\ttwo\t', '20\t1\ti\tone\t', '3\t1\ti\t\t']);
    expect(rows).toHaveLength(10);
  });

  it('shows the command that computes the digest of a subject in signed links', () => {
    const { text } = block('subject-digest');
    const environment = { PATH: process.env.PATH!, SUBJECT: 'alice', KEY: 'k'.repeat(32) };
    const computed = execFileSync('sh', ['-c', text], { env: environment, encoding: 'utf8' }).trim();
    const urls = createDownloadUrls({
      key: createSecretKey(environment.KEY, 'utf8'),
      publicUrl: () => 'http://a',
      lifetimeSeconds: 60,
      now: Date.now,
    });
    const url = urls.sign({ ...demoPlaces.richRun, name: 'x' }, { inline: false, subject: environment.SUBJECT });
    expect(new URL(url).searchParams.get('subject')).toBe(computed);
  });

  it('lists what each role sees by the visibility of a task', () => {
    const rows = tableRows('docs/access.md', 'Grants', '`run_visibility`').map(([visibility, ...cells]) => [
      codesIn(visibility!)[0],
      cells,
    ]);
    const decided = Object.keys(minRoleByVisibility).map((visibility) => [
      visibility,
      rolesByRank.map((role) => decideRoleAccess(bitOfRole(role), visibility as keyof typeof minRoleByVisibility)),
    ]);
    expect(rows).toEqual(decided);
  });

  it('lists the types of issuers', () => {
    expect(namesIn('docs/access.md', 'Tokens', 'issuer type')).toEqual(issuerTypes);
  });
});

describe('docs/stability.md', () => {
  it('names the surfaces that a test compares', () => {
    const files = readdirSync(join(root, 'test', 'surfaces')).filter((name) => !name.endsWith('.ts'));
    const named = tableRows('docs/stability.md', 'Promises', 'surface').flatMap(([, , cell]) => codesIn(cell!));
    expect(named.sort()).toEqual(files.map((name) => `test/surfaces/${name}`).sort());
  });

  it('lists the releases of Node.js that the package supports', () => {
    const rows = tableRows('docs/stability.md', 'Supported versions', 'Node.js');
    const { engines } = JSON.parse(readText('package.json'));
    expect(engines.node).toBe('^20.19 || ^22.13 || >=24.11');
    expect(rows.map(([, from]) => from)).toEqual([...engines.node.match(/\d+\.\d+/g), '26.0']);
    expect(rows.at(-1)![0]).toBe(readText('.nvmrc').trim());
  });
});

describe('docs/CONTRIBUTING.md', () => {
  it('lists every script of package.json', () => {
    const { scripts } = JSON.parse(readText('package.json'));
    const known = Object.keys(scripts).filter((name) => name !== 'prepack');
    const documented = namesIn('docs/CONTRIBUTING.md', 'Commands', 'command')
      .filter((command) => command.startsWith('npm '))
      .map((command) => command.replace(/^npm (run )?/, ''));
    expect(documented.sort()).toEqual(known.sort());
  });

  it('lists every part of the tests', () => {
    const text = readText('test/only.mjs');
    const tables = [...text.matchAll(/^const (?:parts|others) = \{\n(.*?)^\};/gms)].map(([, rows]) => rows!);
    const known = tables.flatMap((rows) => [...rows.matchAll(/^ {2}'?([a-z0-9-]+)'?: /gm)].map(([, name]) => name!));
    expect(known).toContain('unit');
    expect(namesIn('docs/CONTRIBUTING.md', 'Tests', 'part').sort()).toEqual(known.sort());
  });
});
