import type { Member } from './response-members.js';

interface MembersProps {
  readonly members: readonly Member[];
  /** The tooltip. */
  readonly title?: string;
}

/** The first values of a response with their names, in one line. */
export function Members({ members, title }: MembersProps) {
  return (
    <span className="members" title={title}>
      {members.map(({ name, text }, index) => (
        <span key={`${index} ${name}`}>
          {index > 0 && ' · '}
          <span className="faint">{name}</span> {text}
        </span>
      ))}
    </span>
  );
}
