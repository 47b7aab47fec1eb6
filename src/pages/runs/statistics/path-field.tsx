import { useEffect, useRef } from 'react';
import type { ApiError } from '../../shared/api/error-sentence.js';
import { useCommitted } from '../../shared/use-committed.js';
import { setParams } from '../navigation.js';

/** Returns whether the API rejected the path of a breakdown. */
export function isPathError(error: unknown): boolean {
  const detail = (error as ApiError | undefined)?.extensions?.detail as readonly { readonly loc: readonly unknown[] }[];
  return detail?.some(({ loc }) => loc.join('.') === 'groupBy.path') ?? false;
}

interface PathFieldProps {
  readonly path: string;
  readonly example: string | undefined;
  readonly isBad: boolean;
}

/** A field that has the initial focus if no path is chosen. */
export function PathField({ path, example = '', isBad }: PathFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (path === '') field.current!.focus();
  }, []);
  const committed = useCommitted(path, (typed) => {
    const text = typed.trim();
    setParams({ path: text === '' || text.startsWith('/') ? text : `/${text}` });
  });
  return (
    <label className="row">
      <span className="faint">Path</span>
      <input
        ref={field}
        type="text"
        placeholder={example}
        aria-invalid={isBad}
        autoComplete="off"
        spellCheck={false}
        {...committed}
      />
      {isBad && (
        <span className="field-error problem small" role="alert">
          {`“${path}” is not a path. A path has a slash before each name, as in ${example}.`}
        </span>
      )}
    </label>
  );
}
