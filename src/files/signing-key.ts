import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface SigningKeySource {
  /** The configured key; its text is the key, as it stands. */
  readonly signingKey: string | undefined;
  /** Where the key is kept that is made when none is configured. */
  readonly dataDir: string;
}

/**
 * The key of download links. The made one is text too, so that its file's content can be configured elsewhere.
 * @throws Error when the kept key is damaged or cannot be read or made.
 */
export async function loadSigningKey({ signingKey, dataDir }: SigningKeySource): Promise<KeyObject> {
  return createSecretKey(signingKey ?? (await keptKey(dataDir)), 'utf8');
}

async function keptKey(dataDir: string): Promise<string> {
  const path = join(dataDir, 'files-signing-key');
  const text = (await readIfThere(path)) ?? (await makeKey(dataDir, path));
  if (!/^[\w-]{43}$/.test(text)) throw new Error('The file files-signing-key is damaged: delete it to have a new key.');
  return text;
}

/** A link appears whole and never replaces another: of two processes starting at once, both end up with one key. */
async function makeKey(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
    await link(temporary, path).catch(unlessCode('EEXIST'));
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(path, 'utf8');
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(unlessCode('ENOENT'));
}

function unlessCode(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
  };
}
