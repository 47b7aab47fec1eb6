import { logoPath } from '../page-links.js';

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d={logoPath} />
    </svg>
  );
}
