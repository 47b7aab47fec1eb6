import { type Confinement, isOutsideConfinement } from '../../../src/access/caller.js';
import { toCaller } from '../../../src/access/tokens/caller-claims.js';
import type { IssuerConfig } from '../../../src/config/values.js';
import type { GatewayError } from '../../../src/errors/gateway-error.js';
import { accessClaims, issuerUrl } from '../../support/verifier-harness.js';

const a = '019097c5-5560-05b5-4a48-5197a269683b';
const b = '0195d1ff-1f05-437a-95ac-6de8969cb47b';
const path = { orgId: a, projectId: a, taskId: a };
const hydra: IssuerConfig = { issuer: issuerUrl, type: 'hydra', jwks: 'https://hydra.example/keys' };
const taskAudience = (id: string) => `https://api.example/v1/tasks/${id}`;

function confinementOf(claims: Record<string, unknown>, issuer = hydra): Confinement {
  return toCaller(accessClaims(claims), issuer).confinement;
}

function reasonFor(claims: Record<string, unknown>, issuer = hydra): string {
  try {
    return `accepted as ${JSON.stringify(confinementOf(claims, issuer))}`;
  } catch (error) {
    return (error as GatewayError).reason;
  }
}

describe('a token stays unconfined', () => {
  it.each([
    ['without any of the claims', { ext: undefined, aud: undefined }],
    ['with an ext of null', { ext: null }],
    ['with claims of null', { ext: { org_id: null, project_id: null }, org_id: null, project_id: null }],
    [
      'with other audiences',
      { aud: ['https://api.example/', 'https://api.example/tasks', 'tasks/x', `urn:tasks/${a}`] },
    ],
  ])('%s', (_case, claims) => {
    expect(confinementOf(claims)).toEqual({});
  });
});

describe('the confinement of a token', () => {
  it.each<[string, Record<string, unknown>, Confinement]>([
    ['names an organization', { ext: { org_id: a.toUpperCase() } }, { orgIds: [a] }],
    ['names a project', { ext: { project_id: a } }, { projectIds: [a] }],
    ['names both', { ext: { org_id: a, project_id: b } }, { orgIds: [a], projectIds: [b] }],
    ['follows only the mirrored claims', { org_id: a, project_id: b }, { orgIds: [a], projectIds: [b] }],
    [
      'follows claims and their mirror, in another case',
      { ext: { org_id: a }, org_id: a.toUpperCase() },
      { orgIds: [a] },
    ],
    ['names a task', { aud: taskAudience(a.toUpperCase()) }, { taskIds: [a] }],
    ['names several tasks', { aud: [taskAudience(a), 'https://api.example/', taskAudience(b)] }, { taskIds: [a, b] }],
  ])('%s', (_case, claims, confinement) => {
    expect(confinementOf(claims)).toEqual(confinement);
  });

  it('excludes everything when a claim and its mirror differ', () => {
    const confinement = confinementOf({ ext: { org_id: a, project_id: a }, org_id: b, project_id: b });
    expect(isOutsideConfinement(confinement, path)).toBe(true);
    expect(isOutsideConfinement(confinement, { orgId: b, projectId: b, taskId: b })).toBe(true);
    expect(confinement).toEqual({ orgIds: [], projectIds: [] });
  });

  it('ignores mirrored claims of kratos, unlike those of hydra', () => {
    expect(confinementOf({ ext: { org_id: a }, org_id: b }, { ...hydra, type: 'kratos' })).toEqual({ orgIds: [a] });
  });
});

describe('an unreadable confinement makes a token fail:', () => {
  const malformed = ['', 'x', ` ${a}`, `${a}\n`, a.replaceAll('-', ''), `{${a}}`, 7, true, false, [], [a], { id: a }];

  it.each(malformed.map((value) => [value]))('an organization or project of %j', (value) => {
    for (const claim of ['org_id', 'project_id']) {
      expect(reasonFor({ ext: { [claim]: value } })).toBe('INVALID_TOKEN');
      expect(reasonFor({ ext: { [claim]: a }, [claim]: value })).toBe('INVALID_TOKEN');
    }
  });

  it.each([['text'], [7], [true], [false], [[]], [[{ org_id: a }]], ['']])('an ext of %j', (ext) => {
    expect(reasonFor({ ext })).toBe('INVALID_TOKEN');
  });

  it.each(['', 'x', `${a}/`, `${a}?x=1`, `${a}#`, `${a}\n`, `${a}/runs`, `%30${a.slice(1)}`])(
    'an audience of the task "%s"',
    (id) => {
      expect(reasonFor({ aud: [taskAudience(id)] })).toBe('INVALID_TOKEN');
      expect(reasonFor({ aud: [taskAudience(a), taskAudience(id)] })).toBe('INVALID_TOKEN');
    },
  );

  it("an audience like a task's passes when it is the configured one, and does not confine", () => {
    const audience = 'https://api.example/tasks/v2';
    expect(confinementOf({ aud: [audience, taskAudience(a)] }, { ...hydra, audience })).toEqual({ taskIds: [a] });
  });
});

describe('isOutsideConfinement', () => {
  it.each<[string, Confinement, boolean]>([
    ['never holds for an unconfined token', {}, false],
    ['does not hold when all ids are the confined ones', { orgIds: [a], projectIds: [a], taskIds: [b, a] }, false],
    ['holds when the organization is another', { orgIds: [b], projectIds: [a] }, true],
    ['holds when the project is another', { orgIds: [a], projectIds: [b] }, true],
    ['holds when the task is another', { orgIds: [a], projectIds: [a], taskIds: [b] }, true],
  ])('%s', (_case, confinement, expected) => {
    expect(isOutsideConfinement(confinement, path)).toBe(expected);
    const upper = { orgId: a.toUpperCase(), projectId: a.toUpperCase(), taskId: a.toUpperCase() };
    expect(isOutsideConfinement(confinement, upper)).toBe(expected);
  });
});
