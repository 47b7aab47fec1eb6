import { CopyButton } from '../../shared/copy-button.js';
import { gatewayUrl } from '../../shared/initial-state-of-page.js';
import type { Operation } from '../response/stored-responses.js';
import { snippetsOf } from './code-snippets.js';

export function CodePane({ operation }: { readonly operation: Operation }) {
  return (
    <>
      <p>
        With the token in the variable <code>TOKEN</code>.
      </p>
      {snippetsOf(operation, gatewayUrl('graphql').href).map(({ name, code }) => (
        <section key={name} aria-label={name}>
          <div className="pane-line row">
            <h2>{name}</h2>
            <CopyButton label={name} text={() => code} />
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and not everybody has a mouse. */}
          <pre className="code" tabIndex={0}>
            {code}
          </pre>
        </section>
      ))}
    </>
  );
}
