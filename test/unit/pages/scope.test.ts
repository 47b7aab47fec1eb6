import { paramsOfScope, scopeOf } from '../../../src/pages/runs/scope/scope-params.js';

describe('the scope of an address', () => {
  it.each([
    ['org=o', { orgId: 'o', projectId: null, taskId: null }],
    ['org=o&project=p', { orgId: 'o', projectId: 'p', taskId: null }],
    ['org=o&project=p&task=t', { orgId: 'o', projectId: 'p', taskId: 't' }],
    ['org=o&project=&task=t', { orgId: 'o', projectId: null, taskId: null }],
    ['org=o&task=t&in-project=p', { orgId: 'o', projectId: null, taskId: null }],
    ['project=p&task=t', undefined],
    ['status=FAIL', undefined],
  ])('%s', (search, scope) => {
    expect(scopeOf(new URLSearchParams(search))).toEqual(scope);
  });

  it('has parameters, null for those that no address of it has', () => {
    const scope = { orgId: 'o', projectId: 'p', taskId: null };
    expect(paramsOfScope(scope)).toEqual({ org: 'o', project: 'p', task: null });
  });
});
