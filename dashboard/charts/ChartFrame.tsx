import type { ComponentChildren, JSX } from 'preact';
import { RetryNote } from '../components/RetryNote.tsx';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { ChartFoot } from './ChartFoot.tsx';
import { NodeTable } from './NodeTable.tsx';
import { type NodeChartModel, type NodeRow, nodeCsv } from './nodeChartModel.ts';
import { saveCsv } from './saveCsv.ts';
import type { ReadRows } from './useReadRows.ts';

interface ChartFrameProps extends Pick<Parameters<typeof ChartFoot>[0], 'pale'> {
  /** Null until it is loaded. */
  readonly model: NodeChartModel | null;
  readonly reading: ReadRows<NodeRow>;
  readonly caption: string;
  readonly failed: boolean;
  /** Of what keeps its place until then. */
  readonly waitingClass: string;
  readonly fileName: string;
  readonly isBusy?: boolean;
  /** For what looks at the page from outside. */
  readonly range?: string;
  retry(): void;
  readonly children: ComponentChildren;
}

/** Temperatures as a drawing, a table or CSV; what could not be loaded, with a way to try again. */
export function ChartFrame(props: ChartFrameProps): JSX.Element {
  const { model, reading, caption, failed, children } = props;
  const rows = model?.rows ?? [];
  return (
    <>
      {failed && (
        <div class="chart-note">
          <RetryNote text={t('failed.load')} onRetry={props.retry} />
        </div>
      )}
      {model === null ? (
        !failed && <div class={props.waitingClass} role="status" aria-label={t('common.loading')} />
      ) : reading.asTable ? (
        <NodeTable rows={rows} caption={caption} format={format.value} takesFocus={reading.takesFocus} />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a drawing, no fields of a form
        <div
          class="charts"
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the chart from here
          tabIndex={0}
          aria-label={`${caption}. ${t('charts.keys')}`}
          {...(props.isBusy === undefined ? {} : { 'aria-busy': props.isBusy })}
          data-points={rows.length}
          data-range={props.range}
          onKeyDown={reading.onKeyDown}
        >
          {children}
        </div>
      )}
      <ChartFoot
        {...(props.pale === undefined ? {} : { pale: props.pale })}
        asTable={reading.asTable}
        canSave={rows.length > 0}
        canSwitch={model !== null}
        onSave={() => model && saveCsv(nodeCsv(model), props.fileName)}
        onSwitch={reading.onSwitch}
      />
    </>
  );
}
