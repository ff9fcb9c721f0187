import { spanOf } from '../../models/laboratory/checkCell.ts';
import { fromKept, type Mapping } from '../../models/laboratory/columnUse.ts';
import type { IssueOption, TableIssue } from '../../models/laboratory/tableIssue.ts';
import type { Format } from '../format.ts';
import type { Translate } from '../i18n/catalogues.ts';

/** Every digit that was measured, none that a conversion left behind. */
export function figure(value: number, format: Pick<Format, 'number'>): string {
  const text = String(Number(value.toPrecision(6)));
  const digits = /e/.test(text) ? 0 : (text.split('.')[1]?.length ?? 0);
  return format.number(value, Math.min(4, digits));
}

/** What is odd, in one short sentence. */
export function issueText(issue: TableIssue, mapping: Mapping, t: Translate, format: Format): string {
  const other = issue.other === null ? '' : figure(issue.other, format);
  if (issue.kind === 'out-of-range' && issue.column !== null) {
    const use = mapping.columns[issue.column]!;
    const { min, max } = spanOf({ use, kind: mapping.kind });
    // Zero has no logarithm: the lowest count that may stand there is one.
    const lowest = use.unit === 'cfu' ? 0 : fromKept(min, use.unit);
    const range = { min: figure(lowest, format), max: figure(fromKept(max, use.unit), format) };
    return t('experiments.issue.out-of-range', range);
  }
  return t(`experiments.issue.${issue.kind}`, { value: issue.value, other });
}

/** What is done when this is chosen, as the words of its button. */
export function optionText(option: IssueOption, issue: TableIssue, t: Translate, format: Format): string {
  const value = option.value === null ? '' : figure(option.value, format);
  if (option.value === null && option.action === 'read') return t('experiments.do.write');
  if (option.value === null && option.action === 'above') return t('experiments.do.writeAbove');
  if (option.value === null && option.action === 'below') return t('experiments.do.writeBelow');
  if (option.action === 'keep')
    return issue.kind === 'duplicate' ? t('experiments.do.another') : t('experiments.do.keep');
  if (issue.kind === 'wrong-temperature' && option.action === 'read')
    return t('experiments.do.set', { value });
  return t(`experiments.do.${option.action}`, { value });
}

/** What holds now. */
export function decisionText(issue: TableIssue, t: Translate, format: Format): string {
  const { decision } = issue;
  if (decision === null) return '';
  const value = decision.value === null ? '' : writtenLike(decision.value, issue.value, format);
  return t(`experiments.done.${decision.action}`, { value });
}

/** 2,70 is read as 2.70, with the digits it was written with. */
function writtenLike(value: number, found: string, format: Format): string {
  const digits = /^[+-]?\d+[.,](\d{1,4})$/.exec(found)?.[1]?.length ?? 0;
  const own = figure(value, format);
  return value.toFixed(digits) === String(value) || Number(value.toFixed(digits)) === value
    ? format.number(value, Math.max(digits, /[.,](\d+)$/.exec(own)?.[1]?.length ?? 0))
    : own;
}
