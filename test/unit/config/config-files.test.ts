import { ConfigError, parseConfig } from '../../../src/config/config.js';

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
};

describe('FILES_URL', () => {
  it.each([
    ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '' }],
    ['s3://my.bucket-2/', { kind: 's3', bucket: 'my.bucket-2', prefix: '' }],
    ['s3://bucket/a/b_c.d/', { kind: 's3', bucket: 'bucket', prefix: 'a/b_c.d' }],
    ['file:///srv/task%20files', { kind: 'directory', path: '/srv/task files', isPrivate: false }],
  ])('accepts %s', (FILES_URL, location) => {
    expect(parseConfig({ FILES_URL }).files.location).toEqual(location);
  });

  it.each([
    'https://bucket/x',
    's3://',
    's3:bucket',
    's3://Bucket',
    's3://b',
    's3://user:secret@bucket',
    's3://bucket?region=x',
    's3://bucket/a%2Fb',
    's3://bucket/ä',
  ])('rejects %s', (FILES_URL) => {
    const faults = faultsOf({ FILES_URL });
    expect(faults).toEqual([expect.stringMatching(/^FILES_URL /)]);
    expect(faults.join()).not.toContain('secret');
  });

  it('decides how files are delivered, unless that is configured', () => {
    const deliveryOf = (environment: Record<string, string>) => parseConfig(environment).files.delivery;
    expect(deliveryOf({})).toBe('stream');
    expect(deliveryOf({ FILES_URL: 's3://bucket' })).toBe('redirect');
    expect(deliveryOf({ FILES_URL: 's3://bucket', FILES_DELIVERY: 'stream' })).toBe('stream');
    expect(faultsOf({ FILES_DELIVERY: 'redirect' })).toEqual([expect.stringMatching(/^FILES_DELIVERY is redirect/)]);
    expect(faultsOf({ FILES_DELIVERY: 'mail' })).toEqual(['FILES_DELIVERY is not one of redirect, stream.']);
  });
});

describe('the configuration of an S3 store', () => {
  const s3Of = (environment: Record<string, string>) => parseConfig(environment).files.s3;

  it('comes from the AWS SDK by default', () => {
    expect(s3Of({})).toEqual({});
  });

  it('takes a common region for a custom endpoint', () => {
    const endpoint = 'http://127.0.0.1:9000';
    expect(s3Of({ AWS_ENDPOINT_URL_S3: endpoint })).toEqual({ endpoint, region: 'us-east-1' });
    expect(s3Of({ AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: 'eu-west-3' })).toEqual({
      endpoint,
      region: 'eu-west-3',
    });
  });

  it.each([
    [{ AWS_ENDPOINT_URL_S3: 'store' }, /^AWS_ENDPOINT_URL_S3 is not a URL/],
    [{ AWS_ENDPOINT_URL_S3: 'ftp://store' }, /^AWS_ENDPOINT_URL_S3 is not an http/],
    [{ AWS_ENDPOINT_URL_S3: 'http://me:secret@store' }, /^AWS_ENDPOINT_URL_S3 has a user/],
    [{ AWS_ACCESS_KEY_ID: 'x' }, /^AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/],
    [{ AWS_SECRET_ACCESS_KEY: 'secret' }, /^AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/],
  ])('rejects %j', (environment, fault) => {
    const faults = faultsOf({ FILES_URL: 's3://bucket', ...environment });
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults.join()).not.toContain('secret');
  });
});

describe('CORS_ORIGINS', () => {
  it.each([
    ['', ['http://localhost:*', 'http://127.0.0.1:*']],
    ['*', '*'],
    ['https://a.example, http://localhost:5173', ['https://a.example', 'http://localhost:5173']],
  ])('accepts %j', (CORS_ORIGINS, origins) => {
    expect(parseConfig({ CORS_ORIGINS }).corsOrigins).toEqual(origins);
  });

  it.each([
    'https://a.example/',
    'a.example',
    'https://*.example',
    'https://a.example,',
    'null',
    '*,https://a.example',
  ])('rejects %j', (CORS_ORIGINS) => {
    expect(faultsOf({ CORS_ORIGINS })).toEqual([expect.stringMatching(/^CORS_ORIGINS names /)]);
  });
});

describe('SUBSCRIPTION_CALLBACK_HOSTS', () => {
  it('become lower-case hosts, with or without a port', () => {
    const hosts = 'Router.example:4000, 127.0.0.1:80,[::1]:443,router';
    expect(parseConfig({ SUBSCRIPTION_CALLBACK_HOSTS: hosts }).subscriptionCallbackHosts).toEqual([
      'router.example:4000',
      '127.0.0.1:80',
      '[::1]:443',
      'router',
    ]);
  });

  it.each(['http://router:4000', 'router/', 'router:99999', ':80', 'a b', 'me@router', '*.example', 'router,'])(
    'rejects %j',
    (SUBSCRIPTION_CALLBACK_HOSTS) => {
      expect(faultsOf({ SUBSCRIPTION_CALLBACK_HOSTS })).toEqual([
        expect.stringMatching(/^SUBSCRIPTION_CALLBACK_HOSTS /),
      ]);
    },
  );
});
