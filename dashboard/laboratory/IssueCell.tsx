import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { IssueOption, TableIssue } from '../../models/laboratory/tableIssue.ts';
import { isOpen } from '../../models/laboratory/tableIssue.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { decisionText, issueText, optionText } from './issueWords.ts';
import type { Upload } from './useUpload.ts';

interface IssueCellProps {
  readonly issue: TableIssue;
  readonly upload: Upload;
  /** Open ones of the same kind and column: what is decided here can be decided for all. */
  readonly alike: readonly TableIssue[];
}

/** One oddity of a row: what it is, what was decided, or what can be done with one tap. */
export function IssueCell({ issue, upload, alike }: IssueCellProps): JSX.Element {
  const [writing, setWriting] = useState<IssueOption | null>(null);
  const shown = format.value;
  const asks = isOpen(issue) || upload.isAsked(issue);
  if (!asks)
    return (
      <p class="issue settled">
        <strong class="soon-text">{decisionText(issue, t, shown)}</strong>{' '}
        <button type="button" class="as-link" onClick={() => upload.askAgain(issue)}>
          {t('experiments.change')}
        </button>
      </p>
    );
  const choose = (option: IssueOption, issues: readonly TableIssue[]): void => {
    if (option.value === null && !['keep', 'leave-out'].includes(option.action)) setWriting(option);
    else upload.decide(issues, { ...option, ...reasonFor(option, issue) });
  };
  return (
    <div class="issue">
      <p>
        <strong class="risk-text">{issueText(issue, upload.mapping, t, shown)}</strong>
      </p>
      {writing !== null ? (
        <WriteNumber
          option={writing}
          issue={issue}
          onNumber={value => {
            setWriting(null);
            upload.decide([issue], { action: writing.action, value });
          }}
          onCancel={() => setWriting(null)}
        />
      ) : (
        <p class="issue-options">
          {issue.options.map(option => (
            <button
              type="button"
              class="as-link"
              key={`${option.action}${option.value}`}
              onClick={() => choose(option, [issue])}
            >
              {optionText(option, issue, t, shown)}
            </button>
          ))}
          {alike.length > 1 && issue.options.some(isForAll) && (
            <button
              type="button"
              class="as-link"
              onClick={() => choose(issue.options.find(isForAll)!, alike)}
            >
              {t('experiments.do.all', {
                what: optionText(issue.options.find(isForAll)!, issue, t, shown),
                n: alike.length,
              })}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

/** What makes sense for many rows at once: no figure that is of one row. */
const isForAll = ({ action }: IssueOption): boolean => action === 'leave-out' || action === 'keep';

const reasonFor = (option: IssueOption, issue: TableIssue): { reason?: string } =>
  option.action === 'leave-out'
    ? {
        reason: issueText(
          issue,
          { kind: 'growth', columns: [], constantTemperatureC: null, detectionLimitLog10: null },
          reasonWords,
          format.value,
        ).slice(0, 200),
      }
    : {};

/** Reasons are kept with the data and read by others: out of range needs no range there. */
const reasonWords: typeof t = (id, values) =>
  id === 'experiments.issue.out-of-range' ? t('experiments.reason.out-of-range') : t(id, values);

interface WriteNumberProps {
  readonly option: IssueOption;
  readonly issue: TableIssue;
  onNumber(value: number): void;
  onCancel(): void;
}

function WriteNumber({ option, issue, onNumber, onCancel }: WriteNumberProps): JSX.Element {
  const [text, setText] = useState('');
  const id = useId();
  const value = Number(text.trim().replace(',', '.'));
  const isNumber = text.trim() !== '' && Number.isFinite(value);
  return (
    <form
      class="write-number"
      onSubmit={event => {
        event.preventDefault();
        if (isNumber) onNumber(value);
      }}
    >
      <label class="for-reader" for={id}>
        {optionText(option, issue, t, format.value)}
      </label>
      <input
        id={id}
        class="input"
        inputMode="decimal"
        autocomplete="off"
        value={text}
        autofocus
        onInput={event => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button compact" disabled={!isNumber}>
        {t('experiments.ok')}
      </button>
      <button type="button" class="as-link" onClick={onCancel}>
        {t('experiments.cancel')}
      </button>
    </form>
  );
}
