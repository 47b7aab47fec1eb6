import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderOf, manifestOf, sha256Of } from '../support/document-lists.js';
import { spawnProgram } from '../support/spawned-program.js';
import { copyDataDir } from '../support/template-database.mjs';

const scope = 'orgId: $org, projectId: $project';
const page = `query Page($org: ID!, $project: ID!, $first: Int!, $withFiles: Boolean!) {
  taskRuns(${scope}, first: $first) { nodes { id files @include(if: $withFiles) { name } } }
}`;
const ten = `query Ten($org: ID!, $project: ID!) { taskRuns(${scope}, first: 10) { nodes { id files { name } } } }`;
const valid = folderOf({ 'app.json': manifestOf({ name: 'Page', body: page }, { name: 'Ten', body: ten }) });
const invalid = folderOf({ 'a.json': manifestOf({ name: 'Wrong', body: 'query Wrong { nothing }' }), 'b.json': '{' });
afterAll(async () => {
  for (const folder of [valid, invalid]) await rm(folder, { recursive: true });
});

const check = (...args: string[]) => spawnProgram(['main.js', 'documents', 'check', ...args]).ended;

describe('documents check', () => {
  it('lists every operation with its maximum cost, as far as its variables decide, and its id', async () => {
    const { code, output, errors } = await check('--trusted-documents', valid);
    expect([code, errors]).toEqual([0, '']);
    const [first, second, ...others] = output.trimEnd().split('\n');
    const [, least, most] =
      /^Page {2}(\d+) to (\d+) points, plus \d+ per thousand runs {2}\S+\/app\.json {2}[0-9a-f]{64}$/
        .exec(first!)!
        .map(Number);
    const [, fixed] = /^Ten {3}(\d+) points, plus \d+ per thousand runs +\S+\/app\.json {2}[0-9a-f]{64}$/
      .exec(second!)!
      .map(Number);
    // Up to a hundred runs have files.
    expect([most! - least!, fixed! - least!]).toEqual([100, 10]);
    expect(others).toEqual([]);
    expect([first, second].map((line) => line!.split('  ').at(-1))).toEqual([page, ten].map(sha256Of));
  });

  it('exits 1 for invalid or too expensive documents, and names all of them', async () => {
    const { code, output, errors } = await check('--trusted-documents', `${valid},${invalid}`, '--max-cost', '50');
    expect([code, output.split('\n').length]).toEqual([1, 4]);
    expect(errors.replaceAll(/\S+\//g, '')).toMatch(
      /^b\.json is not JSON\.\na\.json, Wrong: Cannot query field "nothing" on type "Query"\.\napp\.json, Page: The operation may cost \d+ points, but MAX_COST is 50\.\n$/,
    );
  });

  it('requires paths', async () => {
    expect(await check()).toMatchObject({ code: 1, errors: 'TRUSTED_DOCUMENTS is not set.\n' });
  });
});

describe('a gateway with trusted documents', () => {
  it('fails to start with invalid ones, and reports all their faults', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-documents-'));
    await copyDataDir('demo-embedded', join(folder, 'data'));
    const environment = { DATA_DIR: join(folder, 'data'), PORT: '0', TRUSTED_DOCUMENTS: invalid };
    const { code, errors } = await spawnProgram(['main.js', 'start'], environment).ended;
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    for (const fault of ['b.json is not JSON.', 'a.json, Wrong: Cannot query field "nothing"']) {
      expect(errors).toContain(fault);
    }
  });

  it('fails to start without a list where one is required', async () => {
    const { code, errors } = await spawnProgram(['main.js'], { TRUSTED_DOCUMENTS_MODE: 'require' }).ended;
    expect(code).toBe(1);
    expect(errors).toContain('TRUSTED_DOCUMENTS_MODE is require, but TRUSTED_DOCUMENTS is not set.');
  });
});
