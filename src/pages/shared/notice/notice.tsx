interface NoticeProps {
  /** Whether something failed. */
  readonly isProblem?: boolean;
  readonly title?: string;
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
}

/** A sentence instead of content or above it, with what to do. */
export function Notice({ isProblem = false, title, actions, children }: NoticeProps) {
  return (
    <div className={`notice ${isProblem ? 'bad' : ''}`} role={isProblem ? 'alert' : undefined}>
      {title && <strong>{title}</strong>}
      <p>{children}</p>
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}
