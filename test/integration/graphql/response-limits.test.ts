// Limits on the fields of one short operation, under any number of names.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const names = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');

describe('the response to one operation', () => {
  const gateway = useGateway();

  const roots: [string, (fields: string) => string][] = [
    ['taskRun', (fields) => `taskRun(${task}, id: "${id}") { ${fields} }`],
    ['taskRuns', (fields) => `taskRuns(${task}, first: 2) { nodes { ${fields} } }`],
    ['taskRunsByIds', (fields) => `taskRunsByIds(${task}, ids: ["${id}"]) { ${fields} }`],
    [
      '_entities',
      (fields) =>
        `_entities(representations: [{ __typename: "TaskRun", id: "${id}" }]) { ... on TaskRun { ${fields} } }`,
    ],
  ];

  it.each(roots)('holds 200 fields of a run and six times whole JSON, no more: %s', async (root, write) => {
    for (const fields of [names(200, 'id'), names(6, 'response'), names(150, 'response(path: "/route")')]) {
      expect(await gateway.dataOf(`{ ${write(fields)} }`, { as: demoSubjects.owner })).toHaveProperty(root);
    }
    for (const fields of [
      names(201, 'id'),
      names(7, 'response'),
      names(7, 'runDataAt(path: "")'),
      `files { ${names(200, 'downloadUrl')} }`,
      `reportingGroup { ${names(200, 'name')} }`,
      `reportingGroup { project { ${names(199, 'id')} } }`,
    ]) {
      for (let repeated = 0; repeated < 5; repeated += 1) {
        const { errors } = await gateway.ask(`{ ${write(fields)} }`, { as: demoSubjects.owner });
        expect(errors).toHaveLength(1);
        expect(errors![0]).toMatchObject({
          path: [root],
          extensions: { reason: 'VALIDATION_FAILED', status: 422, detail: [{ loc: ['query'] }] },
        });
      }
    }
  });

  it('holds 200 fields of a list around its runs, no more', async () => {
    const list = (fields: string) => `{ taskRuns(${task}, first: 1) { edges { ${fields} } } }`;
    await gateway.dataOf(list(names(199, 'cursor')), { as: demoSubjects.owner });
    const { errors } = await gateway.ask(list(names(200, 'cursor')), { as: demoSubjects.owner });
    expect(errors).toMatchObject([{ path: ['taskRuns'], extensions: { reason: 'VALIDATION_FAILED' } }]);
  });

  it('holds 200 fields of an entity of any type, no more', async () => {
    const group = (
      await gateway.dataOf(`{ taskRun(${task}, id: "${id}") { reportingGroup { id } } }`, { as: demoSubjects.owner })
    ).taskRun.reportingGroup;
    const entities = (fields: string) =>
      `{ _entities(representations: [{ __typename: "ReportingGroup", id: "${group.id}" }]) { ... on ReportingGroup { ${fields} } } }`;
    await gateway.dataOf(entities(names(200, 'name')), { as: demoSubjects.owner });
    const { errors } = await gateway.ask(entities(names(201, 'name')), { as: demoSubjects.owner });
    expect(errors).toMatchObject([{ path: ['_entities'], extensions: { reason: 'VALIDATION_FAILED' } }]);
  });

  it.each([
    ['taskRunStats', (fields: string) => `{ taskRunStats(${task}) { ${fields} } }`, ['taskRunStats']],
    ['stats of a list', (fields: string) => `{ taskRuns(${task}) { stats { ${fields} } } }`, ['taskRuns', 'stats']],
  ])('holds 400 fields of statistics with their splits, no more: %s', async (_name, write, path) => {
    await gateway.dataOf(write(`runs groupBy(dimension: REVISION) { ${names(398, 'runs')} }`), {
      as: demoSubjects.owner,
    });
    for (const fields of [
      `runs groupBy(dimension: REVISION) { ${names(399, 'runs')} }`,
      `${names(20, `groupBy(dimension: REVISION) { ${names(20, 'runs')} }`)}`,
      `llmCallTiming { ${names(400, 'p50')} }`,
    ]) {
      const { errors } = await gateway.ask(write(fields), { as: demoSubjects.owner });
      expect(errors).toMatchObject([{ path, extensions: { reason: 'VALIDATION_FAILED', status: 422 } }]);
    }
  });

  it('holds one selection for each token, with all fragments written out', async () => {
    const spread = (count: number) => `{ viewer { ...A } }
      fragment A on Viewer { ${Array.from({ length: count }, () => '... { ...B }').join(' ')} }
      fragment B on Viewer { ${names(100, 'subject')} }`;
    await gateway.dataOf(spread(190), { as: demoSubjects.owner });
    const { data, errors } = await gateway.ask(spread(200), { as: demoSubjects.owner });
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      { message: 'Anonymous operation recursively requests too many selections.', extensions: { status: 422 } },
    ]);
  });

  it('holds 20 lists and statistics, wherever they are nested, no more', async () => {
    const lists = (count: number) => `{ ${names(count, `taskRuns(${task}, first: 1) { stats { runs } }`)} }`;
    await gateway.dataOf(lists(10), { as: demoSubjects.owner });
    const { errors } = await gateway.ask(lists(11), { as: demoSubjects.owner });
    expect(errors!.map(({ path, extensions }) => [path!.at(-1), extensions.reason])).toEqual([
      ['stats', 'VALIDATION_FAILED'],
      ['stats', 'VALIDATION_FAILED'],
    ]);
  });

  it('holds 300 runs, by their paths or ids, no more', async () => {
    const ids = JSON.stringify(Array.from({ length: 100 }, () => id));
    const byIds = `taskRunsByIds(${task}, ids: ${ids}) { id }`;
    const byPath = `taskRun(${task}, id: "${id}") { id }`;
    await gateway.dataOf(`{ ${names(2, byIds)} b: taskRunsByIds(${task}, ids: ["${id}"]) { id } }`, {
      as: demoSubjects.owner,
    });
    for (const query of [
      `{ ${names(3, byIds)} b: ${byPath} }`,
      `{ ${names(4, byIds)} }`,
      `{ ${names(301, byPath)} }`,
    ]) {
      const { errors } = await gateway.ask(query, { as: demoSubjects.owner });
      expect(errors).toMatchObject([{ extensions: { reason: 'VALIDATION_FAILED', detail: [{ type: 'too_long' }] } }]);
    }
  });

  it('holds 100,000 fields of lists, each once for each run, no more', async () => {
    const write = (lists: number) =>
      `{ ${names(lists, `taskRuns(${task}, first: 100) { nodes { ...F } }`)} } fragment F on TaskRun { ${names(200, 'id')} }`;
    await gateway.dataOf(write(5), { as: demoSubjects.owner });
    const { errors } = await gateway.ask(write(6), { as: demoSubjects.owner });
    expect(errors).toMatchObject([{ path: ['a5'], extensions: { reason: 'VALIDATION_FAILED' } }]);
  });

  it('holds 20,000 JSON Pointers, each once for each run, no more', async () => {
    const pointers = Array.from({ length: 100 }, (_, index) => `a${index}: response(path: "/${index}")`).join(' ');
    const list = `taskRuns(${task}, first: 100) { totalCount nodes { ...F } }`;
    const write = (fields: string) => `{ ${fields} } fragment F on TaskRun { ${pointers} }`;
    const run = `one: taskRun(${task}, id: "${id}") { ...F }`;
    await gateway.dataOf(write(`${names(2, list)}`), { as: demoSubjects.owner });
    const { data, errors } = await gateway.ask(write(`${names(2, list)} ${run}`), { as: demoSubjects.owner });
    expect(data.a1.totalCount).toBeGreaterThan(0);
    expect(errors).toMatchObject([{ path: ['one'], extensions: { reason: 'VALIDATION_FAILED' } }]);
  });

  it('signs a link once for all its names', async () => {
    const query = `{ taskRun(${task}, id: "${id}") { files { ${names(50, 'downloadUrl')} b: downloadUrl(inline: true) } } }`;
    const [file] = (await gateway.dataOf(query, { as: demoSubjects.owner })).taskRun.files;
    const { b, ...attached } = file;
    expect(new Set(Object.values(attached)).size).toBe(1);
    expect(b).not.toBe(attached.a0);
  });
});
