// What a call of a tool is charged, besides its operations.

import { ChargedWork } from '../../../src/admission/charged-work.js';
import { RawJson } from '../../../src/json/raw-json.js';
import { ToolCall } from '../../../src/mcp/call-tool.js';
import { ResultBudget } from '../../../src/mcp/fit-result.js';
import { refinements } from '../../../src/mcp/refine.js';

/** JSON that takes a while to be parsed. */
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
      async answer() {
        now += 10_000;
        return { result: { data: { run: runWith(1), other: runWith(2) } } };
      },
    };
    const properties = { id: {}, otherId: {} };
    const tool = {
      isSliceable: true,
      refine: refinements.get('compare_runs')!.refine,
      tool: { name: 'compare_runs', inputSchema: { type: 'object', properties } },
    };
    const options = { context: { logFields: {} }, work, operations, budget: new ResultBudget(20_000) };
    const called = await new ToolCall(tool as never, options as never).run({ id: '1', otherId: '2' });
    work.end();
    expect(called.structured).toMatchObject({ data: { differences: [{ pointer: '/submitted/a', run: 1, other: 2 }] } });
    expect(charged).toBeGreaterThanOrEqual(200);
    expect(charged).toBe(now - 10_000);
  });
});
