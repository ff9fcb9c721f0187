import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { encode } from 'uqr';
import { t } from '../i18n/messages.ts';
import type { LabelFacts, PaperSize } from '../labelFacts.ts';

/** The dark squares of a QR code as one path, in a box of `size` squares; quiet zone is the paper around it. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: 0 });
  const squares = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')));
  return { size, path: squares.join('') };
}

/** One label in millimetres: what is on the screen is what comes out of the printer. Black on white in every theme. */
export function QrLabel({ facts, paper }: { facts: LabelFacts; paper: PaperSize }): JSX.Element {
  const { size, path } = useMemo(() => qrPath(facts.qrText), [facts.qrText]);
  return (
    <div class={`qr-label paper-${paper}`}>
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('label.qr', { code: facts.code })}>
        <path d={path} fill="#000" shape-rendering="crispEdges" />
      </svg>
      <div>
        <div class="product">{facts.product}</div>
        <div class="small">{facts.firm}</div>
        <div class="key">{facts.madeKey}</div>
        <div class="value">{facts.made}</div>
        {facts.keeps !== null && (
          <>
            <div class="key">{facts.keeps.how}</div>
            <div class="value">{facts.keeps.until}</div>
          </>
        )}
      </div>
      <div class="foot">
        <span>{facts.scan}</span>
        <b>{facts.code}</b>
      </div>
    </div>
  );
}
