import type { JSX } from 'preact';

/** A block of tofu with the life bar on it. */
export function Logo({ size }: { size: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect x="2" y="8" width="28" height="20" rx="5" fill="#f2b81b" />
      <path d="M2 13a5 5 0 0 1 5-5h18a5 5 0 0 1 5 5v1.5H2z" fill="#fbe08a" />
      <path d="M9 21.5h9" stroke="#3a2a00" stroke-width="2.6" stroke-linecap="round" />
      <path d="M21 21.5h2.4" stroke="#3a2a00" stroke-width="2.6" stroke-linecap="round" opacity=".45" />
    </svg>
  );
}
