import { OpenParts } from '../../../src/app/closing-order.js';

describe('the open parts of a gateway', () => {
  it('close in the order of the list, not in that of their opening', async () => {
    const parts = new OpenParts();
    const closed: string[] = [];
    for (const part of ['admin port', 'database', 'streams', 'HTTP server'] as const) {
      parts.add(part, async () => closed.push(part));
    }
    await parts.close();
    expect(closed).toEqual(['streams', 'HTTP server', 'database', 'admin port']);
  });

  it('close once, and those after a failed one at the next call', async () => {
    const parts = new OpenParts();
    const closed: string[] = [];
    parts.add('database', () => closed.push('database'));
    parts.add('services', () => {
      closed.push('services');
      throw new Error('failed');
    });
    await expect(parts.close()).rejects.toThrow('failed');
    await parts.close();
    await parts.close();
    expect(closed).toEqual(['services', 'database']);
  });
});
