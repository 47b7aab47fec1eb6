// Checks signatures of version 4 like a store. It is based only on the specification, and shares no code with the
// program or the SDK. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html

import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Returns the fault in a request's signature, with S3's name, or `null`. */
export function signatureFault(
  request: IncomingMessage,
  body: Buffer,
  { accessKeyId, secretAccessKey, sessionToken }: S3Credentials,
  nowMs: number,
): string | null {
  const url = new URL(request.url!, 'http://host');
  // URLSearchParams is unsuitable, because a plus is not a space here.
  const query = url.search
    .slice(1)
    .split('&')
    .filter(Boolean)
    .map((pair) => pair.split('=').map(decodeURIComponent) as [string, string?])
    .map(([name, value = '']) => [name, value] as const);
  const parameter = (name: string) => query.find(([key]) => key === name)?.[1];
  const header = (name: string) => request.headers[name] as string | undefined;
  const isPresigned = parameter('X-Amz-Algorithm') !== undefined;
  const [, credential, signedHeaders, signature] = isPresigned
    ? ['', parameter('X-Amz-Credential'), parameter('X-Amz-SignedHeaders'), parameter('X-Amz-Signature')]
    : (/^AWS4-HMAC-SHA256 Credential=(.+?), ?SignedHeaders=(.+?), ?Signature=(.+)$/.exec(
        header('authorization') ?? '',
      ) ?? []);
  if (!credential || !signedHeaders || !signature) return 'AccessDenied';
  const [keyId, date, region, service, kind] = credential.split('/');
  if (keyId !== accessKeyId || service !== 's3' || kind !== 'aws4_request') return 'InvalidAccessKeyId';
  const token = isPresigned ? parameter('X-Amz-Security-Token') : header('x-amz-security-token');
  if (token !== sessionToken) return 'InvalidToken';

  const time = (isPresigned ? parameter('X-Amz-Date') : header('x-amz-date')) ?? '';
  const signedAt = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const lifetime = isPresigned ? Number(parameter('X-Amz-Expires')) : 900;
  if (!(nowMs >= signedAt - 900_000 && nowMs < signedAt + lifetime * 1000)) return 'AccessDenied';
  const payloadHash = isPresigned ? 'UNSIGNED-PAYLOAD' : header('x-amz-content-sha256')!;
  if (/^[0-9a-f]{64}$/.test(payloadHash) && payloadHash !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  if (!signedHeaders.split(';').includes('host')) return 'AccessDenied';

  const canonical = [
    request.method!,
    url.pathname
      .split('/')
      .map((part) => encode(decodeURIComponent(part)))
      .join('/'),
    query
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...signedHeaders.split(';').map((name) => `${name}:${(header(name) ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    payloadHash,
  ].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [date!, region!, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex') === signature ? null : 'SignatureDoesNotMatch';
}
