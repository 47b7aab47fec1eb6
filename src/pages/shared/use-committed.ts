import { useEffect, useState } from 'react';

type InputAttributes = Required<Pick<React.ComponentProps<'input'>, 'value' | 'onChange' | 'onBlur' | 'onKeyDown'>>;

/**
 * Returns the attributes of an input that takes effect with Enter or when it loses focus, because otherwise each
 * character would cause a request.
 * @param value the value in effect, which replaces the typed text when it changes
 * @param onCommit receives the typed text, even if it equals the value
 */
export function useCommitted(value: string, onCommit: (text: string) => void): InputAttributes {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return {
    value: text,
    onChange: ({ target }) => setText(target.value),
    onBlur: () => onCommit(text),
    onKeyDown: ({ key }) => {
      if (key === 'Enter') onCommit(text);
    },
  };
}
