import type { JSX } from 'preact';

export function WhyItKeepsView(): JSX.Element {
  return <main id="content" tabIndex={-1} />;
}
