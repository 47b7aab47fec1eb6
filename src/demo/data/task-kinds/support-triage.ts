import { screenshot, transcript, voiceNote } from '../sample-files.js';
import type { TaskKind } from './task-kind.js';

const tickets = [
  ['billing', 'Charged twice', 'I was charged twice for order %, please refund one of the payments.'],
  ['account', 'Locked out', "Since this morning I can't sign in any more; the code never arrives 📵 (customer %)."],
  ['delivery', 'Wo ist mein Paket?', 'Die Sendung % steht seit einer Woche auf „in Zustellung“.'],
  ['bug', '画面が真っ白になる', '注文番号%を開くとエラーが表示されます。'],
  ['praise', 'Thank you!', 'Case % was solved within an hour. Whoever it was: you made my day 🙂'],
] as const;
const teams = ['Billing', 'Identity', 'Logistics', 'Web — tier 2'];

export const supportTriage: TaskKind = {
  name: 'Support triage',
  attachments: [screenshot, voiceNote, transcript],
  exchange(random) {
    const [category, subject, body] = random.pick(tickets);
    const ticket = random.integer(100_000, 999_999);
    return {
      submitted: {
        ticket: {
          id: ticket,
          subject,
          body: body.replace('%', `${ticket}`),
          channel: random.pick(['mail', 'web', 'phone']),
        },
        history: [],
      },
      response: {
        category,
        priority: random.pick(['low', 'normal', 'high', 'urgent']),
        route: { team: random.pick(teams), confidence: random.integer(500, 999) / 1000, alternatives: [] },
        summary: subject,
        needs_human: random.chance(25),
      },
    };
  },
};
