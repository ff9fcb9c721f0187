import type { JSX } from 'preact';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';

interface ChartFootProps {
  /** What the pale area means, and which colour it has where it is not that of the interval. */
  readonly pale?: { readonly text: string; readonly colour?: 'temperature' | 'warm' };
  readonly asTable: boolean;
  readonly canSave?: boolean;
  readonly canSwitch?: boolean;
  onSave(): void;
  onSwitch(): void;
}

/** Under every chart: what its pale area means, its figures as CSV, and the table that says the same. */
export function ChartFoot(props: ChartFootProps): JSX.Element {
  const { pale, asTable, canSave = true, canSwitch = true } = props;
  return (
    <div class="panel-foot">
      {pale === undefined ? (
        <span />
      ) : (
        <span class="swatch">
          <i class={pale.colour === undefined ? 'pale' : `pale ${pale.colour}`} />
          {pale.text}
        </span>
      )}
      <div class="row">
        <button type="button" class="button compact" disabled={!canSave} onClick={props.onSave}>
          <Icon name="download" size={16} />
          {t('charts.download')}
        </button>
        <button
          type="button"
          class="button compact"
          aria-pressed={asTable}
          disabled={!canSwitch}
          onClick={props.onSwitch}
        >
          <Icon name={asTable ? 'chart' : 'table'} size={16} />
          {asTable ? t('charts.showCharts') : t('charts.showTable')}
        </button>
      </div>
    </div>
  );
}
