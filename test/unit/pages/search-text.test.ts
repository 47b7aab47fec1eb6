// Interpretations of the text in the search box.

import { parseSearchText, searchTextOf } from '../../../src/pages/runs/filters/search-text.js';

const parse = (text: string) => parseSearchText(text, ['tokens', 'seconds'], ['failure', 'reference']);

const sources = (value: string) => ['response', 'submitted', 'runData'].map((source) => source + value);

describe('the text of a search', () => {
  it.each([
    ['01a208b7-d540-57b8-7060-401cfafd3b2e ', { kind: 'id', id: '01a208b7-d540-57b8-7060-401cfafd3b2e' }],
    ['tokens>=1000', { kind: 'limits', limits: { 'min-tokens': '1000' } }],
    ['seconds <= 2.5', { kind: 'limits', limits: { 'max-seconds': '2.5' } }],
    ['tokens=7', { kind: 'limits', limits: { 'min-tokens': '7', 'max-tokens': '7' } }],
    ['failure: did not answer', { kind: 'named', name: 'failure', text: 'did not answer' }],
    ['response/order/number=12345', { kind: 'value', texts: ['response/order/number=12345'] }],
    ['response/team=Billing', { kind: 'value', texts: ['response/team="Billing"'] }],
    ['/team=1', { kind: 'value', texts: ['response/team=1', 'submitted/team=1', 'runData/team=1'] }],
    ['order/number=12345', { kind: 'value', texts: sources('/order/number=12345') }],
    ['order.number=12345', { kind: 'value', texts: sources('/order/number=12345') }],
    ['/order/number=12345', { kind: 'value', texts: sources('/order/number=12345') }],
    ['response.team=Billing', { kind: 'value', texts: ['response/team="Billing"'] }],
    ['category=billing', { kind: 'value', texts: sources('/category="billing"') }],
    ['user=me', { kind: 'text', text: 'user=me' }],
    ['YWJjZA==', { kind: 'text', text: 'YWJjZA==' }],
    ['user=null', { kind: 'value', texts: ['user=null'] }],
    ['order 4711', { kind: 'text', text: 'order 4711' }],
    ['response', { kind: 'text', text: 'response' }],
    ['note: urgent', { kind: 'text', text: 'note: urgent' }],
    ['bytes>=3', { kind: 'text', text: 'bytes>=3' }],
  ])('%s', (text, meaning) => {
    expect(parse(text)).toEqual(meaning);
  });
});

describe('the text of a search in a URL', () => {
  it.each([
    ['words=order+12345&status=FAIL', 'order 12345'],
    ['reference=order-1', 'order-1'],
    ['context=c', 'c'],
    ['status=FAIL&words=', ''],
  ])('of %s is %j', (search, text) => {
    expect(searchTextOf(new URLSearchParams(search))).toBe(text);
  });
});
