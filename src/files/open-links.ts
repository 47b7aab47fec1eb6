import type { Config } from '../config/config.js';
import { createDownloadUrls, type DownloadUrls } from './download-url.js';
import { createFileLinks, type FileLinks, quantizeClock } from './file-links.js';
import { loadSigningKey } from './signing-key.js';
import type { FileStorage } from './storage.js';

interface LinksOptions {
  readonly storage: FileStorage;
  readonly publicUrl: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Signs links to files. */
export interface SignedLinks {
  readonly fileLinks: FileLinks;
  /**
   * Links that are signed by a clock that advances in steps of half a link's lifetime. In between, an unchanged run
   * keeps its links and its entity tag. Every link works for at least the other half.
   */
  readonly runLinks: FileLinks;
}

export interface OpenedLinks extends SignedLinks {
  readonly downloadUrls: DownloadUrls;
  /** Returns links that expire after at most this time. */
  linksFor(seconds: number): FileLinks;
}

export async function openLinks(
  { files, dataDir }: Config,
  { storage, publicUrl, now }: LinksOptions,
): Promise<OpenedLinks> {
  const { signingKey, urlLifetimeSeconds } = files;
  const key = await loadSigningKey({ signingKey, dataDir, fileName: 'files-signing-key' });
  const downloadUrlsAt = (clock: () => number, lifetimeSeconds = urlLifetimeSeconds) =>
    createDownloadUrls({ key, publicUrl, lifetimeSeconds, now: clock });
  const linksAt = (clock: () => number, lifetimeSeconds = urlLifetimeSeconds) => {
    const downloadUrls = downloadUrlsAt(clock, lifetimeSeconds);
    return createFileLinks({ storage, downloadUrls, lifetimeSeconds, now: clock });
  };
  return {
    downloadUrls: downloadUrlsAt(now),
    fileLinks: linksAt(now),
    runLinks: linksAt(quantizeClock((urlLifetimeSeconds * 1000) / 2, now)),
    linksFor: (seconds) => linksAt(now, Math.min(seconds, urlLifetimeSeconds)),
  };
}
