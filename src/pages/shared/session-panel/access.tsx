import { sentenceOf } from '../api/error-sentence.js';
import { useQuery } from '../api/use-query.js';
import { accessQuery } from '../operations.js';
import { describeAccess } from './describe-access.js';

const noVariables = {};
const maxLines = 6;

/** The caller's roles, which determine what is visible. */
export function Access() {
  const { response, error } = useQuery(accessQuery, noVariables);
  if (error !== undefined) return <span>{sentenceOf(error)}</span>;
  const lines = describeAccess(response?.data?.viewer?.organizations ?? []);
  if (response !== undefined && lines.length === 0) return <span>sees nothing: has no role</span>;
  return (
    <ul className="session-access bare-list" aria-busy={response === undefined}>
      {lines.slice(0, maxLines).map((line) => (
        <li key={line}>{line}</li>
      ))}
      {lines.length > maxLines && <li>and {lines.length - maxLines} more</li>}
    </ul>
  );
}
