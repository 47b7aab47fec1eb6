// Documents of the maximum permitted size, all different.

import { createRandom, seededSource } from '../../dist/src/demo/data/random.js';

/**
 * Creates a document of about 60 to 100 KB, 19,000 tokens and 12,000 selections, and returns it with the names that
 * its response must contain.
 */
export function createLargeDocument(number) {
  const random = createRandom(seededSource(number));
  const length = random.integer(12, 21);
  const conditions = ['a', 'b', 'c', 'd'];
  const variables = Object.fromEntries(conditions.map((name) => [name, random.chance(50)]));
  const names = [];
  const fields = Array.from({ length: 2400 }, (_, index) => {
    const name = `n${number}_${index}_`.padEnd(length, 'x');
    const condition = random.chance(30) ? random.pick(conditions) : null;
    if (condition === null || variables[condition]) names.push(name);
    return `${name}:subject${condition === null ? '' : `@include(if:$${condition})`}`;
  });
  const roots = Array.from({ length: 4 }, (_, index) => `v${index}:viewer{...F}`);
  const rejected = `rejected:taskRun(orgId:"${id}",projectId:"${id}",taskId:"${id}",id:"${id}"){...R}`;
  const head = `query(${conditions.map((name) => `$${name}:Boolean!`)})`;
  const query = `${head}{${roots.join(' ')} ${rejected}} fragment F on Viewer{${fields.join(' ')}} fragment R on TaskRun{files{name}}`;
  return { body: JSON.stringify({ query, variables }), names };
}

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
