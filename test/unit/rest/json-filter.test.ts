import { filterParameters, readFilterParameters } from '../../../src/rest/lists/filter-parameters.js';
import { readJsonFilter } from '../../../src/rest/lists/json-filter.js';

describe('the parameter `filter`', () => {
  it('takes a filter in the names of REST', () => {
    expect(
      readJsonFilter(
        '{"user_id_in":["a"],"reference":{"starts_with":"a","in":["b"]},"min_charged_credits":1.50,"max_llm_retries":1,"OR":[{"NOT":{"has_files":true}}],"reporting_group_id_in":[null],"reporting_group_id":null}',
      ),
    ).toEqual({
      ...{ userIdIn: ['a'], reference: { startsWith: 'a', in: ['b'] }, minChargedCredits: '1.5', maxLlmRetries: 1 },
      ...{ OR: [{ NOT: { hasFiles: true } }], reportingGroupIdIn: [null], reportingGroupId: null },
    });
  });

  it('takes values of JSON as their texts', () => {
    expect(
      readJsonFilter(
        '{"response":[{"path":"/a","eq":"x","in":[1.5,true,null],"contains":null,"exists":false,"gt":1,"lte":"2.0"}]}',
      ),
    ).toEqual({
      response: [
        { path: '/a', eq: '"x"', in: ['1.5', 'true', null], contains: null, exists: false, gt: '1', lte: '2.0' },
      ],
    });
  });

  it.each([
    ['{', []],
    ['[]', []],
    ['1', []],
    ['{"userId":"a"}', ['userId']],
    ['{"__proto__":{}}', ['__proto__']],
    ['{"or":[]}', ['or']],
    ['{"OR":{}}', ['OR']],
    ['{"OR":[1]}', ['OR', 0]],
    ['{"NOT":{"status":"done"}}', ['NOT', 'status']],
    ['{"max_llm_retries":1.5}', ['max_llm_retries']],
    ['{"max_llm_retries":3000000000}', ['max_llm_retries']],
    ['{"min_llm_call_timing":"1"}', ['min_llm_call_timing']],
    ['{"min_charged_credits":1e300}', ['min_charged_credits']],
    ['{"has_files":"true"}', ['has_files']],
    ['{"user_id_in":"a"}', ['user_id_in']],
    ['{"user_id_in":[null]}', ['user_id_in', 0]],
    ['{"response":{}}', ['response']],
    ['{"response":[{"path":"/a","eq":{}}]}', ['response', 0, 'eq']],
    ['{"response":[{"path":"/a","in":[[]]}]}', ['response', 0, 'in', 0]],
    ['{"response":[{"path":1}]}', ['response', 0, 'path']],
    ['{"response":[{"path":"/a","gt":true}]}', ['response', 0, 'gt']],
    ['{"reference":"a"}', ['reference']],
    ['{"reference":{"startsWith":"a"}}', ['reference', 'startsWith']],
    [`${'{"NOT":'.repeat(200)}1${'}'.repeat(200)}`, []],
  ])('fails at its mistake: %s', (text, place) => {
    expect(() => readJsonFilter(text)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({
          status: 422,
          detail: [expect.objectContaining({ loc: ['query', 'filter', ...place] })],
        }),
      }),
    );
  });

  it.each([
    [6, '`filter` must not be nested deeper than 5 levels.'],
    [63, '`filter` must not be nested deeper than 5 levels.'],
    [64, '`filter` must not be nested deeper than 64 levels.'],
    [100_000, '`filter` must not be nested deeper than 64 levels.'],
  ])('names the limit that it meets first: %d nested filters', (nested, message) => {
    const text = `${'{"NOT":'.repeat(nested)}{"status":"ALL"}${'}'.repeat(nested)}`;
    expect(() => readJsonFilter(text)).toThrow(message);
  });

  it('matches as well as the parameters, of which `null` is null where that means something', () => {
    expect(
      readFilterParameters({
        status: 'FAIL',
        reporting_group_id: 'null',
        reporting_group_id_in: ['null', 'a'],
        filter: '{"status":"ALL"}',
      }),
    ).toEqual({ status: 'FAIL', reportingGroupId: null, reportingGroupIdIn: [null, 'a'], AND: [{ status: 'ALL' }] });
    expect(readFilterParameters({ page_limit: 1 })).toEqual({});
  });
});

describe('the parameters of filters', () => {
  it('include one for each filter that is not an object', () => {
    expect(Object.keys(filterParameters)).toEqual(
      expect.arrayContaining(['status_in', 'max_total_tokens', 'has_response', 'filter']),
    );
    expect(Object.keys(filterParameters)).not.toEqual(expect.arrayContaining(['reference']));
  });
});
