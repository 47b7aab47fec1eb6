import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeJwt } from 'jose';
import { openDemoIssuer } from '../../../src/access/tokens/demo-issuer.js';
import { signToken } from '../../../src/commands/token.js';
import { parseConfig } from '../../../src/config/config.js';
import { demoSubjects } from '../../../src/demo/data/demo-places.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sign-token-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const confinement = { orgId: undefined, projectId: undefined, taskId: undefined };
const sign = (subject: string, environment: Record<string, string> = {}) =>
  signToken({ subject, ...confinement, expiresInSeconds: 60 }, parseConfig({ DATA_DIR: dataDir, ...environment }));
const issuers = (...list: object[]) => ({ AUTH_ISSUERS: JSON.stringify(list) });
const hydra = { issuer: 'https://hydra.example/', jwks: 'https://hydra.example/jwks' };

describe('A token that is printed', () => {
  it('names a subject of the demo by its name, and any other as given', async () => {
    expect(decodeJwt(await sign('taskViewer')).sub).toBe(demoSubjects.taskViewer);
    expect(decodeJwt(await sign(demoSubjects.owner)).sub).toBe(demoSubjects.owner);
    expect(decodeJwt(await sign('alice')).sub).toBe('alice');
  });

  it('passes a gateway that trusts other issuers, too, with DEMO=on', async () => {
    const environment = { DATABASE_URL: 'postgres://a/b', ...issuers(hydra), DEMO: 'on' };
    expect(decodeJwt(await sign('alice', environment)).sub).toBe('alice');
  });

  it('fails where the gateway trusts other issuers only, with a hint and without making a key', async () => {
    const partner = { issuer: 'https://partner.example/', jwks: 'https://partner.example/jwks' };
    await expect(sign('alice', issuers(hydra, partner))).rejects.toThrow(
      'A gateway with this configuration rejects tokens of the demo issuer: it trusts only https://hydra.example/, https://partner.example/. Set DEMO=on for the gateway and for this command, or use a token of a trusted issuer.',
    );
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('follows the rules that AUTH_ISSUERS has for the demo issuer', async () => {
    const { config } = await openDemoIssuer(dataDir);
    expect(decodeJwt(await sign('alice', issuers(config))).sub).toBe('alice');
    await expect(sign('alice', issuers({ ...config, audience: 'task-runs' }))).rejects.toThrow(
      /^A gateway with this configuration rejects the token: .*The token is for another audience\./,
    );
    const others = join(dataDir, 'others.json');
    const { keys } = JSON.parse(await readFile(join(dataDir, 'demo-issuer.jwks.json'), 'utf8'));
    await writeFile(others, JSON.stringify({ keys: keys.map((key: object) => ({ ...key, kid: 'other' })) }));
    await expect(sign('alice', issuers({ ...config, jwks: pathToFileURL(others).href }))).rejects.toThrow(
      /^A gateway with this configuration rejects the token: /,
    );
  });
});
