import { useEffect, useState } from 'react';

interface CopyButtonProps {
  readonly text: () => string;
  /** The name of the copied text, for screen readers. */
  readonly label: string;
  readonly children?: React.ReactNode;
  readonly isDisabled?: boolean;
  readonly className?: string;
}

export function CopyButton({ text, label, children = 'Copy', isDisabled = false, className = '' }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => setState((await copyText(text())) ? 'copied' : 'failed');
  return (
    <button
      type="button"
      className={`copy ${className}`}
      disabled={isDisabled}
      aria-label={`Copy ${label}`}
      onClick={copy}
    >
      {/* Keeps its width, so that nothing moves. */}
      <span className={state === 'idle' ? '' : 'hidden'}>{children}</span>
      <output className={state === 'idle' ? 'hidden' : ''}>{state === 'failed' ? 'Failed' : 'Copied'}</output>
    </button>
  );
}

/**
 * Browsers have a clipboard API only for pages over HTTPS or on this machine. Elsewhere, the old method still works.
 */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  return isCopied;
}
