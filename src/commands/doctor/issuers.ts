import { access } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { demoIssuerName, demoKeySetPath } from '../../access/tokens/demo-issuer.js';
import { parseKeySet } from '../../access/tokens/key-set.js';
import { discoveryUrlOf, readKeyDocument } from '../../access/tokens/key-source.js';
import { findPrefixOverlaps } from '../../access/tokens/subject-prefixes.js';
import type { Config } from '../../config/config.js';
import type { IssuerConfig } from '../../config/values.js';
import { sentenceOf } from '../../errors/explain.js';
import { type AddFinding, type Finding, failed, ok, requestTimeoutMs, warning } from './finding.js';

export async function checkIssuers({ issuers, demo, dataDir, database }: Config, add: AddFinding): Promise<void> {
  const keySet = demoKeySetPath(dataDir);
  const demoIssuer: IssuerConfig = { issuer: demoIssuerName, type: 'hydra', jwks: pathToFileURL(keySet).href };
  const findings = await Promise.all([
    ...issuers.map(checkKeys),
    ...(demo
      ? [checkDemoIssuer(demoIssuer, keySet, { isOnlyIssuer: issuers.length === 0 && database.url === undefined })]
      : []),
  ]);
  for (const finding of findings) add(finding);
  for (const { message, remedy } of findPrefixOverlaps([...issuers, ...(demo ? [demoIssuer] : [])]))
    add(warning('subjects', message, remedy));
}

async function checkKeys(issuer: IssuerConfig): Promise<Finding> {
  const check = `issuer ${issuer.issuer}`;
  try {
    const { keys, faults } = await parseKeySet((await readKeyDocument(issuer, requestTimeoutMs)).document);
    if (keys.length === 0) {
      return warning(
        check,
        'The key set of the issuer is empty, so all of its tokens are rejected.',
        'Publish the keys with which the issuer signs.',
      );
    }
    const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))].join(', ');
    const others = faults.length === 0 ? '' : ` Unusable keys: ${faults.join('; ')}.`;
    return ok(check, `${keys.length} usable ${keys.length === 1 ? 'key' : 'keys'} (${algorithms}).${others}`);
  } catch (error) {
    return failed(check, `No keys from ${urlWithoutQuery(issuer)}: ${sentenceOf(error)}`, remedyFor(issuer));
  }
}

async function checkDemoIssuer(
  issuer: IssuerConfig,
  keySet: string,
  { isOnlyIssuer }: { readonly isOnlyIssuer: boolean },
): Promise<Finding> {
  const exists = await access(keySet).then(
    () => true,
    () => false,
  );
  const finding = exists
    ? await checkKeys(issuer)
    : ok(`issuer ${issuer.issuer}`, 'Its keys will be created at the first start.');
  if (isOnlyIssuer || finding.outcome !== 'ok') return finding;
  return warning(
    finding.check,
    'DEMO=on: everyone who can read DATA_DIR can sign tokens for any subject.',
    'Unset DEMO unless the runs are a demo.',
  );
}

/** Returns the URL without its query, which may contain a secret. */
function urlWithoutQuery({ issuer, jwks = discoveryUrlOf(issuer) }: IssuerConfig): string {
  const { protocol, origin, pathname } = new URL(jwks);
  return protocol === 'file:' ? fileURLToPath(jwks) : `${origin}${pathname}`;
}

function remedyFor({ jwks }: IssuerConfig): string {
  if (jwks === undefined) {
    return 'Check that the "issuer" is exactly that of its discovery document, and that the document and its "jwks_uri" can be reached from here. Or set "jwks".';
  }
  if (jwks.startsWith('file:')) return 'Check that the file exists, and that the user of the gateway may read it.';
  return 'Check that the URL is correct, can be reached from here and returns a JSON Web Key Set. For a private CA, set NODE_EXTRA_CA_CERTS.';
}
