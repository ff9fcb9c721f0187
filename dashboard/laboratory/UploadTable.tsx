import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ignored } from '../../models/laboratory/columnUse.ts';
import type { TableRow } from '../../models/laboratory/readTable.ts';
import { isOpen, type TableIssue } from '../../models/laboratory/tableIssue.ts';
import { Segmented } from '../components/Segmented.tsx';
import { t } from '../i18n/messages.ts';
import { choiceOf, columnChoices } from './columnChoices.ts';
import { IssueCell } from './IssueCell.tsx';
import type { Upload } from './useUpload.ts';

const rowsAtOnce = 50;

/** The table as it came, with what each column is taken for and what is odd in place. */
export function UploadTable({ upload }: { upload: Upload }): JSX.Element {
  const { table, checked } = upload;
  const byRow = Map.groupBy(checked.issues, issue => issue.row);
  const problems = table.rows.filter(row => byRow.has(row.line));
  const [show, setShow] = useState<'problems' | 'all'>(
    problems.length > 0 && table.rows.length > rowsAtOnce ? 'problems' : 'all',
  );
  const [page, setPage] = useState(0);
  const rows = show === 'problems' ? problems : table.rows;
  const last = Math.max(0, Math.ceil(rows.length / rowsAtOnce) - 1);
  const from = Math.min(page, last) * rowsAtOnce;
  const shown = rows.slice(from, from + rowsAtOnce);
  const alike = Map.groupBy(checked.issues.filter(isOpen), issue => `${issue.kind}${issue.column}`);
  return (
    <div class="card upload-table">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keys */}
      <section class="upload-scroll" tabIndex={0} aria-label={t('experiments.table')}>
        <table>
          <thead>
            <tr>
              <th class="number row-number" scope="col">
                {t('experiments.row')}
              </th>
              {table.header.map((name, index) => (
                <ColumnHead key={name} name={name} index={index} upload={upload} />
              ))}
              <th class="check-column" scope="col">
                {t('experiments.check')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(row => (
              <Row
                key={row.line}
                row={row}
                issues={byRow.get(row.line) ?? []}
                alike={alike}
                upload={upload}
              />
            ))}
          </tbody>
        </table>
      </section>
      <div class="upload-foot">
        <span class="row">
          <span class="second small">
            {shown.length === 0
              ? t('experiments.noProblems')
              : t('experiments.shownRows', {
                  from: shown[0]!.line,
                  to: shown.at(-1)!.line,
                  n: table.rows.length,
                })}
          </span>
          {last > 0 && (
            <>
              <button
                type="button"
                class="button compact"
                disabled={from === 0}
                onClick={() => setPage(Math.min(page, last) - 1)}
              >
                {t('experiments.earlier')}
              </button>
              <button
                type="button"
                class="button compact"
                disabled={from + rowsAtOnce >= rows.length}
                onClick={() => setPage(Math.min(page, last) + 1)}
              >
                {t('experiments.later')}
              </button>
            </>
          )}
        </span>
        <Segmented
          label={t('experiments.show')}
          value={show}
          onChange={value => {
            setShow(value);
            setPage(0);
          }}
          options={[
            { value: 'problems', label: t('experiments.onlyProblems', { n: problems.length }) },
            { value: 'all', label: t('experiments.all', { n: table.rows.length }) },
          ]}
        />
      </div>
    </div>
  );
}

function ColumnHead({ name, index, upload }: { name: string; index: number; upload: Upload }): JSX.Element {
  const use = upload.mapping.columns[index]!;
  return (
    <th scope="col" class={`${use.role}${use.isSure ? '' : ' unsure'}`}>
      {name}
      <select
        class="input"
        aria-label={t('experiments.columnIs', { name })}
        value={choiceOf(use)}
        onChange={event => {
          const choice = columnChoices.find(one => one.value === event.currentTarget.value);
          if (choice === undefined) return;
          const temperatureC = choice.role === 'count' ? use.temperatureC : null;
          upload.setColumn(index, { ...ignored, role: choice.role, unit: choice.unit, temperatureC });
        }}
      >
        {columnChoices.map(choice => (
          <option key={choice.value} value={choice.value}>
            {t(choice.label)}
          </option>
        ))}
      </select>
    </th>
  );
}

interface RowProps {
  readonly row: TableRow;
  readonly issues: readonly TableIssue[];
  readonly alike: ReadonlyMap<string, readonly TableIssue[]>;
  readonly upload: Upload;
}

function Row({ row, issues, alike, upload }: RowProps): JSX.Element {
  const { header } = upload.table;
  const oddOf = (index: number) => issues.filter(issue => issue.column === index);
  return (
    <tr class={issues.some(isOpen) ? 'open-row' : ''} data-row={row.line}>
      <th class="number row-number" scope="row">
        <span class="row-word">{t('experiments.row')} </span>
        {row.line}
      </th>
      {row.cells.map((cell, index) => {
        const odd = oddOf(index);
        const tint = odd.some(isOpen) ? 'odd risk' : odd.length > 0 ? 'odd soon' : '';
        const isIgnored = upload.mapping.columns[index]?.role === 'ignore';
        return (
          <td
            key={header[index]}
            class={`number ${tint}${isIgnored ? ' muted unused' : ''}${cell === '' ? ' blank' : ''}`}
            data-column={header[index]}
          >
            {cell === '' ? ' ' : cell}
          </td>
        );
      })}
      <td class={`check-column${issues.length === 0 ? ' nothing' : ''}`}>
        {issues.map(issue => (
          <IssueCell
            key={issue.id}
            issue={issue}
            upload={upload}
            alike={alike.get(`${issue.kind}${issue.column}`) ?? []}
          />
        ))}
      </td>
    </tr>
  );
}
