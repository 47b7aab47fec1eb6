import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateFile, readIfExists } from '../atomic-file.js';

interface SigningKeySource {
  /** The configured key, which is used as text. */
  readonly signingKey: string | undefined;
  /** The folder of the generated key, which is used if none is configured. */
  readonly dataDir: string;
  /** The name of the generated key's file. */
  readonly fileName: string;
}

/**
 * Returns a key for links. A generated key is text, too, so that it can be configured elsewhere.
 * @throws Error if the stored key is damaged, or cannot be read or created
 */
export async function loadSigningKey({ signingKey, ...stored }: SigningKeySource): Promise<KeyObject> {
  return createSecretKey(signingKey ?? (await storedKey(stored)), 'utf8');
}

async function storedKey({ dataDir, fileName }: Omit<SigningKeySource, 'signingKey'>): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, fileName);
  if ((await readIfExists(path)) === undefined) await createPrivateFile(path, randomBytes(32).toString('base64url'));
  const text = (await readIfExists(path)) ?? '';
  if (!/^[\w-]{43}$/.test(text)) throw new Error(`The file ${fileName} is damaged. Delete it to create a new key.`);
  return text;
}
