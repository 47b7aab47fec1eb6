import { findPrefixOverlaps, findPrefixOwner } from '../../../src/access/tokens/subject-prefixes.js';
import type { IssuerConfig } from '../../../src/config/values.js';

const issuer = (name: string, subjectPrefix?: string): IssuerConfig => ({
  issuer: name,
  type: 'hydra',
  jwks: 'https://keys.example/',
  ...(subjectPrefix === undefined ? {} : { subjectPrefix }),
});
const issuers = [issuer('none'), issuer('a', 'a:'), issuer('ab', 'a:b:'), issuer('also a', 'a:')];

describe('A subject', () => {
  it.each([
    ['none', 'alice', undefined],
    ['none', 'a:alice', 'a'],
    ['a', 'a:alice', undefined],
    ['also a', 'a:alice', undefined],
    ['a', 'a:b:alice', 'ab'],
    ['ab', 'a:b:alice', undefined],
    ['ab', 'a:b:a:alice', undefined],
  ])('of the issuer %s that is %j belongs to %s', (name, subject, owner) => {
    const caller = { issuer: name, subject, qualifiedClientId: undefined };
    expect(findPrefixOwner(caller, issuers)?.issuer).toBe(owner);
    expect(findPrefixOwner({ ...caller, subject: 'x', qualifiedClientId: subject }, issuers)?.issuer).toBe(owner);
  });
});

describe('Overlaps of prefixes', () => {
  it('are equal prefixes, and prefixes that begin another', () => {
    expect(findPrefixOverlaps(issuers).map((overlap) => overlap.issuers)).toEqual([
      ['a', 'also a'],
      ['none', 'a', 'also a'],
      ['none', 'ab'],
      ['a', 'also a', 'ab'],
    ]);
  });

  it('are none between prefixes of which neither begins the other', () => {
    expect(findPrefixOverlaps([issuer('a', 'a:'), issuer('b', 'b:')])).toEqual([]);
  });
});
