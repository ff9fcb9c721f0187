import type { BatchView } from '../models/contracts/batch.ts';
import type { LabelView } from '../models/contracts/publicCode.ts';
import type { Format } from './format.ts';
import { shownLife } from './shownLife.ts';

/** Millimetres of the paper in the printer; `a4` is a sheet of 3 × 7 labels. */
export const paperSizes = ['58x40', '50x30', 'a4'] as const;
export type PaperSize = (typeof paperSizes)[number];
export const labelMm: Readonly<Record<PaperSize, { readonly width: number; readonly height: number }>> = {
  '58x40': { width: 58, height: 40 },
  '50x30': { width: 50, height: 30 },
  a4: { width: 58, height: 40 },
};

/** What stands on a label, in the order it is read. */
export interface LabelFacts {
  readonly product: string;
  readonly firm: string;
  readonly madeKey: string;
  readonly made: string;
  /** How it is kept and until when; `null` while nothing can be said. */
  readonly keeps: { readonly how: string; readonly until: string } | null;
  readonly scan: string;
  readonly code: string;
  readonly qrText: string;
}

/** Figures are rounded down as everywhere: a label outlives what was known when it was printed. */
export function labelFacts(
  batch: BatchView,
  label: LabelView,
  { firm, now, format }: { firm: string; now: number; format: Format },
): LabelFacts {
  const life = shownLife(batch.estimate, now);
  const madeAt = Date.parse(batch.producedAt);
  const until = format.until(life.untilAt, now);
  const { t } = format;
  const says = life.say === 'left' && !until.passed;
  return {
    product: batch.productName,
    firm,
    madeKey: t('label.made'),
    made: `${format.dayOfMonth(madeAt)} ${format.clock(madeAt)}`,
    keeps: says
      ? {
          how: t('label.keepsUntil', { kept: t(`storage.${batch.storage ?? 'room'}`) }),
          until: `${format.dayOfMonth(until.at)} ${format.clock(until.at)}`,
        }
      : null,
    scan: t('label.scan'),
    code: label.printedCode,
    qrText: label.qrText,
  };
}

/** As many labels as there are packs, when those are counted. */
export function usualCopies(batch: BatchView): number {
  const amount = batch.quantity?.amount ?? 1;
  return Math.max(1, Math.min(mostCopies, Math.round(amount)));
}

export const mostCopies = 300;
