import './first-run.css';
import { CopyButton } from '../../shared/copy-button.js';
import { gatewayUrl } from '../../shared/initial-state-of-page.js';
import { currentToken } from '../../shared/token/token-store.js';
import type { FirstPlace } from './first-place.js';
import { SnippetBox } from './snippet-box.js';
import { creationOf, readingOf, writingOf } from './snippets.js';

interface FirstRunCardProps {
  readonly place: FirstPlace;
  /** The subject by which grants name the caller. */
  readonly subject: string;
}

/** The steps to the first run. Callers who cannot take them read who can. */
export function FirstRunCard({ place, subject }: FirstRunCardProps) {
  const hasRole = !place.missing.includes('organization');
  return (
    <section className="first-run card" aria-label="The first run">
      {hasRole ? <NoRuns name={place.name} /> : <NoRole subject={subject} />}
      <p className="first-run-wait" role="status">
        {hasRole ? 'Waiting for the first run …' : 'Waiting for your first role …'}
      </p>
      {hasRole && !place.isOwner ? <StepsOfReader place={place} /> : <Steps place={place} subject={subject} />}
    </section>
  );
}

function NoRole({ subject }: { readonly subject: string }) {
  return (
    <header>
      <h2>You have no role yet</h2>
      <p>
        You see runs as soon as you have a role on their organization, project or task. Ask the operator of this gateway
        for one, with your subject: <code>{subject}</code> <CopyButton label="your subject" text={() => subject} />
      </p>
      <p>If you are the operator and the database is empty, these steps lead to the first run.</p>
    </header>
  );
}

function NoRuns({ name }: { readonly name: string | null }) {
  return (
    <header>
      <h2>No runs yet</h2>
      <p>
        There are no runs in {name ?? 'this organization'}. The gateway only reads: programs write runs to its database,
        and this page shows the first one as soon as it arrives.
      </p>
    </header>
  );
}

/** The steps of somebody who sets up the gateway. */
function Steps({ place, subject }: FirstRunCardProps) {
  return (
    <ol className="first-run-steps">
      {place.missing.length > 0 ? (
        <li>
          <h3>Create {listOf(place.missing)}</h3>
          <p>
            Use a role that may write to the gateway’s database, whose URL is in <code>DATABASE_URL</code>.
          </p>
          <SnippetBox label="Create" snippets={[{ name: 'Shell', code: creationOf(place, subject) }]} />
        </li>
      ) : (
        <li className="done">
          <h3>Create an organization, a project and a task</h3>
          <p>
            There is a task: {place.task} in {place.project}.
          </p>
        </li>
      )}
      <li>
        <h3>Write a run</h3>
        <p>
          One to start with. <DocumentLink name="writing.md">Writing runs</DocumentLink> has all columns.
        </p>
        <SnippetBox label="Write a run" snippets={writingOf(place)} />
      </li>
      <li>
        <ReadStep place={place} />
      </li>
    </ol>
  );
}

/** The steps of a caller who does not set up the gateway. */
function StepsOfReader({ place }: { readonly place: FirstPlace }) {
  const owners = `an owner of ${place.organization ?? 'the organization'}`;
  return (
    <ol className="first-run-steps">
      <li>
        <h3>{place.missing.length > 0 ? 'Ask for a task' : 'Ask for a run'}</h3>
        <p>
          {place.missing.length > 0
            ? `The operator of this gateway creates projects and tasks. Ask them, or ${owners}.`
            : `If you expected runs here, ask ${owners} whether your programs write them to this task.`}
        </p>
      </li>
      {place.missing.length === 0 && (
        <li>
          <ReadStep place={place} />
        </li>
      )}
    </ol>
  );
}

function ReadStep({ place }: { readonly place: FirstPlace }) {
  return (
    <>
      <h3>Read it</h3>
      <p>
        With a token in <code>TOKEN</code>.{' '}
        <CopyButton label="your token" text={currentToken}>
          Copy your token
        </CopyButton>
      </p>
      <SnippetBox label="Read runs" snippets={readingOf(place, gatewayUrl('').href)} />
    </>
  );
}

function DocumentLink({ name, children }: { readonly name: string; readonly children: string }) {
  return <a href={gatewayUrl(`docs/${name}`).href}>{children}</a>;
}

/** Returns nouns with their articles: `a project and a task`. */
function listOf(kinds: FirstPlace['missing']): string {
  const nouns = kinds.map((kind) => (kind === 'organization' ? `an ${kind}` : `a ${kind}`));
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(nouns).replace(/, and /, ' and ');
}
