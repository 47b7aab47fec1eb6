import { transcript, voiceNote } from '../sample-files.js';
import type { TaskKind } from './task-kind.js';

const translations = [
  ['de', 'Your parcel is on its way.', 'Ihr Paket ist unterwegs.'],
  ['fr', 'The meeting has been moved to Thursday at noon.', 'La réunion a été déplacée à jeudi midi.'],
  ['ja', 'Please keep this letter for your records.', 'この手紙は控えとして保管してください。'],
  ['es', 'Have you already paid? Then ignore this message.', '¿Ya ha pagado? Entonces ignore este mensaje.'],
  ['el', 'The clinic is closed on public holidays.', 'Η κλινική παραμένει κλειστή τις αργίες.'],
  ['he', 'Welcome back, it is good to see you again!', 'ברוכים השבים, טוב לראות אתכם שוב!'],
  ['hi', 'Your appointment is confirmed.', 'आपकी अपॉइंटमेंट की पुष्टि हो गई है।'],
  ['pl', 'She said: "No change without notice."', 'Powiedziała: „Żadnych zmian bez uprzedzenia”.'],
] as const;

/** The kind whose response is a string. */
export const translation: TaskKind = {
  name: 'Translation',
  attachments: [voiceNote, transcript],
  exchange(random) {
    const [language, text, translated] = random.pick(translations);
    return {
      submitted: { text, source_language: 'en', target_language: language, formal: random.chance(60) },
      response: translated,
    };
  },
};
