// The program keeps the surfaces of its release, which docs/stability.md promises. `npm run release:surfaces` replaces them.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  parse,
  print,
  visit,
} from 'graphql';
import { readText } from '../docs/documents.js';
import { useGateway } from '../support/start-gateway.js';
import { narrowings } from './narrowings.js';
import {
  describeCommands,
  describeErrors,
  describeLog,
  describeMetrics,
  describeRest,
  describeTables,
} from './surfaces.js';

/** Also describes what requires a path to the model. */
const gateway = useGateway({ environment: { MODEL_POINTER: '/model' } });

/** Returns the released text of a surface, which the release step replaces by the current one. */
function released(name: string, current: string): string {
  const path = join(import.meta.dirname, name);
  if (process.env.WRITE_FILES === '1') writeFileSync(path, current);
  return readFileSync(path, 'utf8');
}

it.each([
  ['commands', describeCommands],
  ['errors', describeErrors],
  ['metrics', describeMetrics],
  ['log', describeLog],
  ['tables', describeTables],
  ['rest', async () => describeRest(await (await fetch(`${gateway.url}/openapi.json`)).json())],
])('nothing is removed from %s.json or narrowed', async (name, describeSurface) => {
  const current = await describeSurface();
  const lines = Object.entries(current).map(([member, value]) => `${JSON.stringify(member)}: ${JSON.stringify(value)}`);
  const text = `{\n${lines.join(',\n')}\n}\n`;
  expect(narrowings(JSON.parse(released(`${name}.json`, text)), JSON.parse(text))).toEqual([]);
});

it('nothing is removed from schema.graphql or narrowed', () => {
  const sdl = readText('schema.graphql');
  const undescribed = visit(parse(sdl), { enter: (node) => ({ ...node, description: undefined }) });
  const before = buildSchema(released('schema.graphql', `${print(undescribed)}\n`));
  const after = buildSchema(sdl);
  const defaults = findDangerousChanges(before, after).filter(
    ({ type }) => type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
  );
  expect([...findBreakingChanges(before, after), ...defaults]).toEqual([]);
});

describe('a change of a surface', () => {
  const accepts = (value: object) => ({ accepts: value });
  it.each([
    ['removes a member', { a: {}, b: {} }, { b: {} }, 1],
    ['adds a member', { a: {} }, { a: {}, b: {} }, 0],
    ['changes a type', { a: { type: 'counter' } }, { a: { type: 'gauge' } }, 1],
    ['removes a label', { labels: ['x', 'y'] }, { labels: ['y'] }, 1],
    ['adds a label', { labels: ['y'] }, { labels: ['x', 'y'] }, 0],
    ['returns a member only sometimes', { required: ['a', 'b'] }, { required: ['a'] }, 1],
    ['always returns another member', { required: ['a'] }, { required: ['a', 'b'] }, 0],
    ['requires another member', accepts({ required: ['a'] }), accepts({ required: ['a', 'b'] }), 1],
    ['makes a member optional', accepts({ required: ['a', 'b'] }), accepts({ required: ['a'] }), 0],
    ['checks another condition', accepts({ checks: [] }), accepts({ checks: ['a_check'] }), 1],
    ['lowers a maximum', accepts({ maximum: 100 }), accepts({ maximum: 50 }), 1],
    ['raises a maximum', accepts({ maximum: 100 }), accepts({ maximum: 200 }), 0],
    ['raises a minimum', accepts({ minimum: 0 }), accepts({ minimum: 1 }), 1],
    ['adds a constraint', accepts({ a: {} }), accepts({ a: { pattern: 'x' } }), 1],
    ['removes a constraint', accepts({ a: { pattern: 'x' } }), accepts({ a: {} }), 0],
    ['accepts one value less', accepts({ enum: ['x', 'y'] }), accepts({ enum: ['x'] }), 1],
    ['accepts another value', accepts({ enum: ['x'] }), accepts({ enum: ['x', 'y'] }), 0],
  ])('that %s has as many narrowings as expected: %j to %j', (_what, before, after, count) => {
    expect(narrowings(before, after)).toHaveLength(count);
  });
});
