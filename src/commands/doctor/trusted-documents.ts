import type { Config } from '../../config/config.js';
import { type AddFinding, failed, ok } from './finding.js';

const check = 'trusted documents';

/**
 * Checks that all documents are valid, because otherwise the gateway does not start. Adds no finding if there are no
 * lists.
 */
export async function checkTrustedDocuments(
  config: Pick<Config, 'trustedDocuments' | 'modelPointer' | 'sharing'>,
  add: AddFinding,
): Promise<void> {
  const { paths, mode } = config.trustedDocuments;
  if (paths.length === 0) return;
  // Builds the schema only if there is a list.
  const [{ createConfiguredSchema }, { loadDocuments }] = await Promise.all([
    import('../../graphql/schema/schema.js'),
    import('../../graphql/documents/compile-documents.js'),
  ]);
  const schema = await createConfiguredSchema(config);
  const { documents, faults } = await loadDocuments(paths, { schema });
  for (const fault of faults)
    add(failed(check, fault, 'Correct the file or TRUSTED_DOCUMENTS. The gateway does not start with this error.'));
  if (faults.length === 0) {
    add(ok(check, `${documents.length} ${documents.length === 1 ? 'is' : 'are'} listed; the mode is ${mode}.`));
  }
}
