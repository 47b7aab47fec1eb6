import { productPhoto, reviewTable } from '../sample-files.js';
import type { TaskKind } from './task-kind.js';

const reviews = [
  ['negative', 'en', 'Arrived two days late and the box was crushed. The lamp still works, but only just.'],
  ['positive', 'en', "Best kettle I've ever owned – boils in under a minute! 🫖"],
  ['neutral', 'en', 'It is a chair. It has four legs and does what a chair does.'],
  [
    'negative',
    'de',
    'Die Bedienungsanleitung ist völlig unverständlich, und der Kundendienst meldet sich nicht zurück.',
  ],
  ['positive', 'ja', 'とても気に入りました。プレゼントにも最適です。'],
  ['mixed', 'fr', "Très belle couleur, mais la taille est trop petite d'au moins un numéro."],
  ['positive', 'ar', 'الجودة ممتازة والتوصيل سريع جدًا، شكرًا لكم.'],
  ['negative', 'pt', 'O aplicativo trava toda vez que tento abrir a câmera 😡'],
] as const;
const aspects = ['delivery', 'quality', 'price', 'service', 'packaging'];

export const sentimentClassification: TaskKind = {
  name: 'Sentiment classification',
  attachments: [productPhoto, reviewTable],
  exchange(random) {
    const [sentiment, language, text] = random.pick(reviews);
    return {
      submitted: { text, product_id: `SKU-${random.integer(1000, 9999)}`, stars: random.integer(1, 5) },
      response: {
        sentiment,
        confidence: random.integer(610, 998) / 1000,
        language,
        image_match: random.chance(70),
        aspects: { [random.pick(aspects)]: { sentiment, quote: text.slice(0, 24) } },
      },
    };
  },
};
