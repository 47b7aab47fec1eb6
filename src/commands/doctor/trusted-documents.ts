import type { Config } from '../../config/config.js';
import { type AddFinding, failed, ok } from './finding.js';

const check = 'trusted documents';

/** As at the start of the gateway, which needs all of them to be valid. Finds nothing where none are configured. */
export async function checkTrustedDocuments(
  { trustedDocuments: { paths, mode }, limits }: Pick<Config, 'trustedDocuments' | 'limits'>,
  add: AddFinding,
): Promise<void> {
  if (paths.length === 0) return;
  // Only who has a list waits for the schema to be built.
  const [{ createSchema }, { loadDocuments }] = await Promise.all([
    import('../../graphql/schema/schema.js'),
    import('../../graphql/documents/load-documents.js'),
  ]);
  const options = { schema: await createSchema(), maxTokens: limits.documentTokens };
  const { documents, faults } = await loadDocuments(paths, options);
  for (const fault of faults)
    add(failed(check, fault, 'Correct it, or TRUSTED_DOCUMENTS: the gateway does not start.'));
  if (faults.length === 0) {
    add(ok(check, `${documents.length} ${documents.length === 1 ? 'is' : 'are'} listed; the mode is ${mode}.`));
  }
}
