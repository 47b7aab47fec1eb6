// Types that the command `types` infers from runs accept these runs, and name those that differ.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import type { DataSource } from 'typeorm';
import { inferTypes, maxSampleBytes, type TypesRequest } from '../../../src/commands/types/infer-types.js';
import { type DatabaseConfig, parseConfig } from '../../../src/config/config.js';
import { demoPlaces } from '../../../src/demo/data/demo-places.js';
import { createDemoDatabase, type OwnDatabase } from '../../support/own-database.js';
import {
  arrangeResponseForms,
  arrangeRuns,
  arrangeTask,
  idOfForm,
  typedJson,
  typedTaskIds,
} from '../../support/typed-runs.js';

const tsc = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'typescript', 'bin', 'tsc');
const revisions = ['01900000-0000-0000-0000-0000000000a1', '01900000-0000-0000-0000-0000000000a2'] as const;
const hasPython = spawnSync('python3', ['--version']).status === 0;
/** Prints the module and the run of each that is written in another way than it was read. */
const readAndWrite = `
import importlib, json
for name, runs in json.load(open("runs.json")).items():
    typed_run = importlib.import_module(name).TypedRun
    for run in runs:
        written = typed_run.from_dict(run).to_dict()
        if json.dumps(written, sort_keys=True) != json.dumps(run, sort_keys=True):
            print(name, json.dumps(run), json.dumps(written))
`;
const both = ['response', 'submitted'] as const;

describe('types', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let config: DatabaseConfig;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-types-'));
    database = await createDemoDatabase();
    const { files, database: settings } = parseConfig({});
    config = { files, database: { ...settings, url: database.url } };
    dataSource = await database.connect();
    await arrangeResponseForms(dataSource);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function infer(
    taskId: string,
    request: Partial<TypesRequest> = {},
  ): Promise<{ source: string; remarks: string }> {
    const [output, remarks] = [new PassThrough(), new PassThrough()];
    const written = Promise.all([text(output), text(remarks)]);
    await inferTypes(
      { taskId, language: 'typescript', revisionId: null, runs: 100, fields: ['response'], file: null, ...request },
      config,
      { output, remarks },
    ).finally(() => {
      output.end();
      remarks.end();
    });
    const [source, remarksText] = await written;
    return { source, remarks: remarksText };
  }
  const inferOf = async (name: string, request?: Partial<TypesRequest>) => infer(idOfForm(name), request);

  it('compile in strict TypeScript for every run', async () => {
    for (const [index, taskId] of typedTaskIds.entries()) {
      await writeFile(join(folder, `types-${index}.ts`), (await infer(taskId, { fields: both })).source);
      const runs = await typedJson(dataSource, taskId, both, 100);
      // A literal of the prototype's name sets that, where one of a computed name is a property.
      const literals = runs.join(',\n').replaceAll('"__proto__":', '["__proto__"]:');
      await writeFile(
        join(folder, `runs-${index}.ts`),
        `import type { TypedRun } from './types-${index}.js';\nexport const runs: TypedRun[] = [${literals}];\n`,
      );
    }
    const options = [
      '--strict',
      '--exactOptionalPropertyTypes',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ];
    const files = typedTaskIds.flatMap((_, index) => [`types-${index}.ts`, `runs-${index}.ts`]);
    const remarksText = await new Promise((resolve) =>
      execFile(process.execPath, [tsc, '--ignoreConfig', ...options, ...files], { cwd: folder }, (_, output) =>
        resolve(output),
      ),
    );
    expect(remarksText).toBe('');
  });

  it('validate every run as a JSON Schema, and allow nothing else', async () => {
    // Ajv itself cannot handle a property of that name.
    for (const taskId of typedTaskIds.filter((id) => id !== idOfForm('one prototype'))) {
      const { source } = await infer(taskId, { language: 'json-schema', fields: both });
      const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(source));
      for (const run of await typedJson(dataSource, taskId, both, 100)) {
        expect([run, isValid(JSON.parse(run)), isValid.errors]).toEqual([run, true, null]);
      }
      expect(isValid({})).toBe(false);
      expect(isValid({ response: Symbol('none'), submitted: {} })).toBe(false);
    }
  });

  const inPython = hasPython ? it : it.skip;
  const unlessSkipped = hasPython ? '' : ' (skipped: there is no python3)';
  /** Returns what the program above prints for the runs of each task from which the types are inferred. */
  const writeInPython = async (taskIds: readonly string[]) => {
    const runs = [];
    for (const [index, taskId] of taskIds.entries()) {
      const { source } = await infer(taskId, { language: 'python', fields: both });
      await writeFile(join(folder, `types_${index}.py`), source);
      runs.push(`"types_${index}":[${(await typedJson(dataSource, taskId, both, 100)).join(',')}]`);
    }
    await writeFile(join(folder, 'runs.json'), `{${runs.join(',\n')}}`);
    await writeFile(join(folder, 'read_and_write.py'), readAndWrite);
    const { stdout } = await promisify(execFile)('python3', ['-B', 'read_and_write.py'], { cwd: folder });
    return stdout;
  };

  inPython(`read every run as classes of Python, and write it unchanged${unlessSkipped}`, async () => {
    const taskIds = typedTaskIds.filter((id) => id !== idOfForm('absent and null'));
    expect(await writeInPython(taskIds)).toBe('');
    const { source } = await inferOf('names of Python', { language: 'python' });
    expect(source).toMatch(/^class Response:\n[^@]*^ {4}response_from_str: /m);
  });

  inPython(`leave out in Python what is null where other runs lack the name${unlessSkipped}`, async () => {
    expect(await writeInPython([idOfForm('absent and null')])).toBe(
      'types_0 {"response": {"a": null, "b": "y"}, "submitted": {"n": 1, "text": "1"}} {"response": {"b": "y"}, "submitted": {"n": 1, "text": "1"}}\n',
    );
  });

  it('name their sources, and report that the runs agree', async () => {
    const { source } = await inferOf('texts');
    expect(source).toMatch(
      /^\/\/ Types of the response of the task texts \(.{36}\)\.\n\/\/ Inferred from the latest 4 successful runs:\n\/\/ - 4 runs of revision .{36}\n\/\/ They agree\.\n/,
    );
    expect(source).toContain('response: string;');
  });

  it('name the runs that disagree, and how', async () => {
    await arrangeTask(dataSource, 'split');
    const ids = await arrangeRuns(dataSource, 'split', [
      '{"a":1,"l":[1]}',
      '{"a":2,"l":[2]}',
      '{"a":"3","l":["x",1]}',
      '{"l":[]}',
    ]);
    expect((await inferOf('split')).source.split('\n').slice(3, 7)).toEqual([
      '// They disagree at 2 places:',
      `// - "/response/a": number in 2 runs; absent in 1 run (${ids[3]}); string in 1 run (${ids[2]})`,
      `// - "/response/l/*": number in 3 runs; string in 1 run (${ids[2]})`,
      '',
    ]);
  });

  it('follow the latest runs that succeeded, of one revision where it is given', async () => {
    await arrangeTask(dataSource, 'revised');
    await arrangeRuns(dataSource, 'revised', ['{"a":1}', '{"a":2}'], { revision: revisions[0] });
    const startMs = Date.parse('2026-10-02T00:00:00Z');
    await arrangeRuns(dataSource, 'revised', ['{"b":"x"}'], { revision: revisions[1], startMs });
    await arrangeRuns(dataSource, 'revised', ['{"detail":{"message":"m"}}'], { isError: true, startMs });
    const all = (await inferOf('revised')).source;
    expect(all).toContain(`- 1 run of revision ${revisions[1]}\n// - 2 runs of revision ${revisions[0]}\n`);
    expect(all).toContain(
      `"/response/a": number in 2 runs (all of revision ${revisions[0]}); absent in 1 run (all of revision ${revisions[1]})`,
    );
    expect(all).not.toContain('detail');
    const first = (await inferOf('revised', { revisionId: revisions[0] })).source;
    expect(first).toContain('They agree.');
    expect(first).not.toContain('b:');
    const latest = (await inferOf('revised', { runs: 1 })).source;
    expect(latest).toContain('Inferred from the latest successful run:');
    expect(latest).toContain('b: string');
    expect(latest).not.toContain('a:');
  });

  it('read all pages of the runs', async () => {
    await arrangeTask(dataSource, 'paged');
    await arrangeRuns(dataSource, 'paged', ['"oldest"', ...Array.from({ length: 220 }, () => '1')]);
    expect((await inferOf('paged', { runs: 1000 })).source).toContain('latest 221 successful runs');
    expect((await inferOf('paged', { runs: 1000 })).source).toContain('response: number | string;');
    expect((await inferOf('paged', { runs: 220 })).source).toContain('response: number;');
  });

  it('leave out and name the runs that are too large', async () => {
    await arrangeTask(dataSource, 'large');
    const large = JSON.stringify('x'.repeat(maxSampleBytes / 2));
    const ids = await arrangeRuns(dataSource, 'large', ['7', large, large, '8']);
    const { source } = await inferOf('large');
    expect(source).toContain(`Without 2 runs whose JSON did not fit into memory: ${ids[1]}, ${ids[0]}.`);
    expect(source).toContain('response: number | string;');
    expect(source.length).toBeLessThan(1000);
    await arrangeTask(dataSource, 'too large');
    await arrangeRuns(dataSource, 'too large', [JSON.stringify('x'.repeat(maxSampleBytes))]);
    await expect(inferOf('too large')).rejects.toThrow('The JSON of each run is larger than 16,777,216 bytes.');
  });

  it('leave out and name the runs that are nested too deep', async () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    await arrangeTask(dataSource, 'deep');
    const ids = await arrangeRuns(dataSource, 'deep', ['7', nested(2000), '8']);
    const { source } = await inferOf('deep');
    expect(source).toContain(`Without 1 run whose JSON is nested deeper than 200 levels: ${ids[1]}.`);
    expect(source).toContain('response: number;');
    await arrangeTask(dataSource, 'too deep');
    await arrangeRuns(dataSource, 'too deep', [nested(2000)]);
    await expect(inferOf('too deep')).rejects.toThrow('The JSON of each run is nested deeper than 200 levels.');
  });

  it('omit line breaks in names, which could end the comment', async () => {
    await arrangeTask(dataSource, 'evil\n');
    await arrangeRuns(dataSource, 'evil\n', ['{"*/\\nlet a;\\u2028":1}', '{}']);
    for (const language of ['typescript', 'python'] as const) {
      const { source } = await inferOf('evil\n', { language });
      expect(source).toContain('task evil\\u{a} (');
      expect(source).toContain('"/response/*~1\\nlet a;\\u{2028}": ');
    }
  });

  it('go to a file, and their sources to the terminal', async () => {
    const file = join(folder, 'out.py');
    const { source, remarks } = await inferOf('texts', { language: 'python', file });
    expect(source).toBe('');
    expect(remarks).toMatch(/They agree\.\nThe types are in .*out\.py\.\n$/);
    expect(await readFile(file, 'utf8')).toContain('class TypedRun:\n    response: str\n');
  });

  it('name missing options', async () => {
    await arrangeTask(dataSource, 'empty');
    await expect(inferOf('empty')).rejects.toThrow(/^The task empty \(.{36}\) has no successful run\.$/);
    await expect(inferOf('texts', { revisionId: revisions[0] })).rejects.toThrow(
      `has no successful run of revision ${revisions[0]}.`,
    );
    await expect(infer(revisions[0])).rejects.toThrow(`--task ${revisions[0]}: no task has this id. The newest of`);
    const { projectId } = demoPlaces.richRun;
    await expect(infer(projectId)).rejects.toThrow(`--task ${projectId} is no task but the project`);
  });
});
