// Signature version 4 in a URL's query. The SDK's `getSignedUrl` runs its whole request pipeline for each link, which
// is ten times the work, and adds parameters that stores other than Amazon's may reject.

import type { S3Client } from '@aws-sdk/client-s3';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { percentEncode } from '../file-headers.js';

export interface PresignedRequest {
  readonly method: 'GET' | 'HEAD';
  /** The absolute, percent-encoded URL without a query. */
  readonly url: string;
  /** The parameters before encoding. */
  readonly query: Readonly<Record<string, string>>;
  readonly signedAt: Date;
  readonly lifetimeSeconds: number;
}

type SigningOptions = Pick<S3Client['config'], 'region' | 'credentials' | 'sha256'>;

/** Part of the signature but not of the URL, as in Amazon's specification of such URLs. */
const payloadHash = 'x-amz-content-sha256';

/** Returns a function that rejects if there are no credentials. */
export function createS3Presigner(options: SigningOptions): (request: PresignedRequest) => Promise<string> {
  const presigner = new S3RequestPresigner(options);
  return async ({ method, url, query, signedAt, lifetimeSeconds }) => {
    const { protocol, hostname, port, host, pathname } = new URL(url);
    const signed = await presigner.presign(
      {
        method,
        protocol,
        hostname,
        ...(port ? { port: Number(port) } : {}),
        path: pathname,
        query: { ...query },
        headers: { host },
      },
      {
        signingDate: signedAt,
        expiresIn: lifetimeSeconds,
        unhoistableHeaders: new Set([payloadHash]),
        unsignableHeaders: new Set([payloadHash]),
      },
    );
    const parameters = Object.entries(signed.query ?? {}).map(
      ([name, value]) => `${percentEncode(name)}=${percentEncode(String(value))}`,
    );
    return `${url}?${parameters.join('&')}`;
  };
}
