// The charge for a tool call, excluding its operations.

import { ChargedWork } from '../../../src/admission/charged-work.js';
import { RequestCost } from '../../../src/admission/request-cost.js';
import { RawJson } from '../../../src/json/raw-json.js';
import { ToolCall } from '../../../src/mcp/call-tool.js';
import { ResultBudget } from '../../../src/mcp/fit-result.js';
import { refinements } from '../../../src/mcp/refine.js';

/** JSON that takes a while to parse. */
class SlowJson extends RawJson {
  constructor(
    text: string,
    private readonly pass: () => void,
  ) {
    super('');
    Object.defineProperty(this, 'text', {
      get: () => {
        this.pass();
        return text;
      },
    });
  }
}

const compareRuns = {
  isSliceable: true,
  refinement: refinements.get('compare_runs')!,
  tool: { name: 'compare_runs', inputSchema: { type: 'object', properties: { id: {}, otherId: {} } } },
};
const budget = new ResultBudget(20_000);

describe('a call of a tool', () => {
  it('is charged for the comparison of two runs, and not for the time of their operation', async () => {
    let now = 0;
    let charged = 0;
    const pass = () => {
      now += 100;
    };
    const runWith = (value: number) => ({
      id: `${value}`,
      submitted: new SlowJson(`{"a":${value}}`, pass),
      response: new RawJson('1'),
    });
    const addProcessor = (milliseconds: number) => {
      charged += milliseconds;
    };
    const work = new ChargedWork({ addProcessor }, () => now);
    const operations = {
      async respond() {
        now += 10_000;
        return { result: { data: { run: runWith(1), other: runWith(2) } } };
      },
    };
    const options = { context: { request: {} }, work, operations, budget };
    const called = await new ToolCall(compareRuns as never, options as never).run({ id: '1', otherId: '2' });
    work.end();
    expect(called.structured).toMatchObject({ data: { differences: [{ pointer: '/submitted/a', run: 1, other: 2 }] } });
    expect(charged).toBeGreaterThanOrEqual(200);
    expect(charged).toBe(now - 10_000);
  });

  it('compares stored JSON of any depth', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const run = { id: '1', submitted: new RawJson(deep), response: new RawJson(deep) };
    const other = { id: '2', submitted: new RawJson('1'), response: new RawJson(deep) };
    const operations = { respond: async () => ({ result: { data: { run, other } } }) };
    const options = { context: { request: {} }, work: new ChargedWork(new RequestCost()), operations, budget };
    const called = await new ToolCall(compareRuns as never, options as never).run({ id: '1', otherId: '2' });
    expect(called.structured).toMatchObject({
      data: {
        differences: [{ pointer: '/submitted', run: `${'['.repeat(1000)}… (40000 characters in total)`, other: 1 }],
      },
    });
  });
});
