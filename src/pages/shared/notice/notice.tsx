interface NoticeProps {
  /** Whether something failed. */
  readonly isProblem?: boolean;
  /** Whether screen readers announce it when it appears. They always announce problems. */
  readonly isAnnounced?: boolean;
  readonly title?: string;
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
}

/** A sentence instead of content or above it, with what to do. */
export function Notice({ isProblem = false, isAnnounced = false, title, actions, children }: NoticeProps) {
  const role = isProblem ? 'alert' : isAnnounced ? 'status' : undefined;
  return (
    <div className={`notice ${isProblem ? 'bad' : ''}`} role={role}>
      {title && <strong>{title}</strong>}
      <p>{children}</p>
      {actions && <div className="row">{actions}</div>}
    </div>
  );
}
