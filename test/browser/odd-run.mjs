import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { demoId } from '../../dist/src/demo/data/ids.js';

/** Values that a page may display incorrectly, each with its expected appearance. */
export const odd = {
  digits: '1234567890123456789012345678901234567890',
  scale: '1.00',
  emoji: '👩‍👩‍👧 ½ 漢',
  html: '<img src=x onerror="document.title=1"><script>document.title=2</script><b>bold</b>',
  longCharacters: 5 * 1024 * 1024,
};

/** In PostgreSQL's order of names. JavaScript's objects would begin with `10`. */
const response = `{"b": ${odd.digits}, "10": ${odd.scale}, "html": ${JSON.stringify(odd.html)}, "emoji": "${odd.emoji}", "__proto__": {"a": 0.10}}`;

/**
 * Adds two runs to the demo: one with values that pages may display incorrectly, and one with a string of 5 MB.
 * @returns their paths
 */
export async function insertOddRuns(gateway) {
  const created = '2026-10-29T12:00:00.000001Z';
  const add = async (name, text) => {
    const path = { ...demoPlaces.richRun, id: demoId(name, Date.parse(created)) };
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens, total_tokens, charged_credits)
       SELECT $1, task_id, task_revision_id, '{"submitted":{"text":"odd"}}', $2::jsonb, $3, 1, 2, 3, 1.00 FROM task_run WHERE id = $4`,
      [path.id, text, created, demoPlaces.richRun.id],
    );
    return path;
  };
  return {
    oddRun: await add('run/odd', response),
    longRun: await add('run/long', JSON.stringify({ long: 'x'.repeat(odd.longCharacters), end: 'the end' })),
  };
}
