import { extractedTable, invoiceDocument, receiptPhoto } from '../sample-files.js';
import type { TaskKind } from './task-kind.js';

const suppliers = [
  { name: 'Schäfer & Söhne GmbH', address: { street: 'Königstraße 12', city: 'Köln', country: 'DE' }, currency: 'EUR' },
  { name: 'Nordlys Kaffe AS', address: { street: 'Øvre gate 7', city: 'Tromsø', country: 'NO' }, currency: 'NOK' },
  { name: '株式会社さくら文具', address: { street: '本町2-6-1', city: '大阪市', country: 'JP' }, currency: 'JPY' },
  {
    name: 'Brightwater Supplies Ltd',
    address: { street: '4 Quay Lane', city: 'Bristol', country: 'GB' },
    currency: 'GBP',
  },
];
const articles = [
  'Copy paper A4, 80 g/m²',
  'Espresso “Crema”, 1 kg',
  'Toner ½-size',
  'Cable ties ×100',
  'Entretien – été',
];

export const invoiceExtraction: TaskKind = {
  name: 'Invoice extraction',
  attachments: [receiptPhoto, invoiceDocument, extractedTable],
  exchange(random) {
    const { currency, ...supplier } = random.pick(suppliers);
    const lines = Array.from({ length: random.integer(1, 4) }, (_, index) => ({
      position: index + 1,
      article: random.pick(articles),
      quantity: random.integer(1, 12),
      unit_price: { cents: random.integer(99, 25_000), currency },
    }));
    const cents = lines.reduce((sum, { quantity, unit_price }) => sum + quantity * unit_price.cents, 0);
    return {
      submitted: { document_type: 'invoice', page: 1, locale: random.pick(['de-DE', 'en-GB', 'ja-JP', 'nb-NO']) },
      response: {
        invoice_number: `${random.integer(2025, 2026)}/${random.integer(10_000, 99_999)}`,
        supplier,
        lines,
        total: { cents, currency },
        due_date: random.chance(30) ? null : `2026-11-${random.integer(10, 30)}`,
        warnings: [],
      },
    };
  },
};
