import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A QR code, always dark on light: scanners do not read it the other way round. */
export function QrCode({ text, label }: { text: string; label: string }): JSX.Element | null {
  const [drawn, setDrawn] = useState<{ size: number; path: string } | null>(null);
  useEffect(() => {
    let wanted = true;
    import('uqr').then(
      ({ encode }) => {
        const { size, data } = encode(text, { ecc: 'M', border: 4 });
        const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')));
        if (wanted) setDrawn({ size, path: path.join('') });
      },
      // Without it the code above is still there to be typed.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [text]);
  if (drawn === null) return <div class="qr" aria-hidden="true" />;
  return (
    <svg class="qr" viewBox={`0 0 ${drawn.size} ${drawn.size}`} role="img" aria-label={label}>
      <rect width="100%" height="100%" fill="#fff" />
      <path d={drawn.path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  );
}
