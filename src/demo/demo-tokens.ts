import type { DemoIssuer } from '../access/tokens/demo-issuer.js';
import type { DemoToken } from '../pages/initial-state.js';
import { demoAccess, demoSubjects } from './data/demo-subjects.js';

const dayInSeconds = 86_400;

/** Signs a token for every subject of the demo, the viewer's first: it sees runs without owning them. */
export async function signDemoTokens(issuer: DemoIssuer): Promise<DemoToken[]> {
  const { viewer, ...others } = demoSubjects;
  return Promise.all(
    Object.entries({ viewer, ...others }).map(async ([label, subject]) => ({
      label,
      sees: demoAccess[label as keyof typeof demoAccess],
      token: await issuer.sign({ subject, expiresInSeconds: dayInSeconds, now: Date.now() }),
    })),
  );
}
