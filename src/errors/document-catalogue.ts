// Part of the catalogue: documents that a caller may not send, by the codes of Apollo's routers.

import type { CatalogueEntry } from './catalogue-entry.js';

export const documentCatalogue = {
  PERSISTED_QUERY_NOT_IN_LIST: {
    code: 'PERSISTED_QUERY_NOT_IN_LIST',
    status: 404,
    message: 'No trusted document has this id.',
    when: 'no trusted document has this id, and the caller may send no other',
    logLevel: 'info',
  },
  PERSISTED_QUERY_ID_REQUIRED: {
    code: 'PERSISTED_QUERY_ID_REQUIRED',
    status: 400,
    message: 'The gateway takes the id of a trusted document in place of a text.',
    when: 'the caller has to send the id of a trusted document in place of a text',
    logLevel: 'info',
  },
  CANNOT_SEND_PQ_ID_AND_BODY: {
    code: 'CANNOT_SEND_PQ_ID_AND_BODY',
    status: 400,
    message: 'The request has both the id of a document and a text.',
    when: 'the request has both the id of a document and a text',
    logLevel: 'info',
  },
  QUERY_NOT_IN_SAFELIST: {
    code: 'QUERY_NOT_IN_SAFELIST',
    status: 403,
    message: 'The document is not one of the trusted documents.',
    when: 'the document is none of the trusted documents, and the caller may send no other',
    logLevel: 'info',
  },
} as const satisfies Record<string, CatalogueEntry>;
