import type { ShownStatus } from './packLife.ts';

const inner = 'var(--soft)';

/** A shape for each status: colour is never alone. */
const shapes: Readonly<Record<ShownStatus, string>> = {
  fresh: `<circle cx="12" cy="12" r="10" fill="currentColor"/><path d="M7.4 12.4l3.1 3.1 6.1-6.6" fill="none" stroke="${inner}" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/>`,
  soon: `<path d="M12 1.8 23 21.2a.9.9 0 0 1-.8 1.3H1.8a.9.9 0 0 1-.8-1.3z" fill="currentColor"/><path d="M12 9v6" stroke="${inner}" stroke-width="2.4" stroke-linecap="round"/><circle cx="12" cy="18.6" r="1.4" fill="${inner}"/>`,
  risk: `<path d="M7.6 1.5h8.8l6.1 6.1v8.8l-6.1 6.1H7.6l-6.1-6.1V7.6z" fill="currentColor"/><path d="M8.4 8.4l7.2 7.2m0-7.2-7.2 7.2" stroke="${inner}" stroke-width="2.5" stroke-linecap="round"/>`,
  none: `<circle cx="12" cy="12" r="9.6" fill="none" stroke="currentColor" stroke-width="2.2" stroke-dasharray="3.6 2.6"/><path d="M9.4 9.6a2.7 2.7 0 1 1 3.9 2.5c-.9.4-1.3.9-1.3 1.8" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/><circle cx="12" cy="17" r="1.25" fill="currentColor"/>`,
};

export function statusShape(status: ShownStatus, size = 28): string {
  return `<svg width="${size}" height="${size}" viewBox="0 0 24 24" aria-hidden="true">${shapes[status]}</svg>`;
}

export const logo =
  '<svg width="30" height="30" viewBox="0 0 30 30" aria-hidden="true"><rect x="2" y="5" width="26" height="20" rx="4" fill="#F2B81B"/><path d="M2 12V9a4 4 0 0 1 4-4h18a4 4 0 0 1 4 4v3z" fill="#FBDF8B"/><path d="M9 19.5h8" stroke="#4A3200" stroke-width="2.4" stroke-linecap="round"/><path d="M20 19.5h2" stroke="#B98500" stroke-width="2.4" stroke-linecap="round"/></svg>';
