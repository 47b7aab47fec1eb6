// Packages that an installation may omit with `npm ci --omit=optional` if no configured feature requires them.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Reader } from './reader.js';
import type { VariableName } from './variables.js';

const optionalPackages = {
  'the embedded database': ['@electric-sql/pglite', '@electric-sql/pglite-socket'],
  'an S3 bucket': ['@aws-sdk/client-s3', '@aws-sdk/s3-request-presigner'],
  tracing: [
    '@opentelemetry/api',
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace',
  ],
} as const;

/** Rejects a variable whose value requires packages that are not installed. */
export function requirePackages(
  { reject }: Pick<Reader, 'reject'>,
  name: VariableName,
  feature: keyof typeof optionalPackages,
): void {
  const missing = optionalPackages[feature].filter((packageName) => !isInstalled(packageName));
  if (missing.length === 0) return;
  const isUnset = feature === 'the embedded database';
  const condition = isUnset ? 'is not set, and the embedded database requires' : `requires, for ${feature},`;
  reject(name, `${condition} packages that are not installed: npm install --no-save ${missing.join(' ')}.`);
}

/** Searches where Node.js would, without loading the package. */
function isInstalled(name: string): boolean {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.some((folder) => existsSync(join(folder, name, 'package.json')));
}
