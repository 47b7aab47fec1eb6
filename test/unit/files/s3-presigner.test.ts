import { S3Client } from '@aws-sdk/client-s3';
import { createS3Presigner } from '../../../src/files/s3/s3-presigner.js';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

it('signs the example of Amazon S3\'s description, "Authenticating Requests: Using Query Parameters", to the same URL', async () => {
  const presign = createS3Presigner(new S3Client({ region: 'us-east-1', credentials }).config);
  const url = await presign({
    method: 'GET',
    url: 'https://examplebucket.s3.amazonaws.com/test.txt',
    query: {},
    signedAt: new Date('2013-05-24T00:00:00Z'),
    lifetimeSeconds: 86_400,
  });
  expect(url).toBe(
    'https://examplebucket.s3.amazonaws.com/test.txt' +
      '?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
      '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
      '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});
