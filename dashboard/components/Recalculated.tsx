import type { JSX } from 'preact';
import type { Estimate } from '../../models/contracts/estimate.ts';
import type { Format } from '../format.ts';
import { t } from '../i18n/messages.ts';

/** For a day after other numbers came into use: what was promised before and what then. Nothing while both read the same. */
export function Recalculated(props: {
  estimate: Estimate;
  format: Format;
  kind: string;
}): JSX.Element | null {
  const { recalculated } = props.estimate;
  if (recalculated === undefined) return null;
  const before = props.format.remainingText(recalculated.beforeP05H);
  const after = props.format.remainingText(recalculated.afterP05H);
  if (before === after) return null;
  return (
    <p class={props.kind}>{t('life.recalculated', { version: recalculated.toVersion, before, after })}</p>
  );
}
