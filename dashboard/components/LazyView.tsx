import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Area } from '../i18n/catalogues.ts';
import { openArea, t } from '../i18n/messages.ts';
import { Note } from './Note.tsx';
import { Placeholder } from './Placeholder.tsx';

interface LazyViewProps<P> {
  /** Imports the code; the same function at every drawing. */
  readonly load: () => Promise<ComponentType<P>>;
  readonly props: P;
  /** Whose messages it shows; fetched with it. */
  readonly area?: Area;
  /** Shows nothing while it loads, nor when it fails: for a part a page can do without. */
  readonly quiet?: boolean;
}

/** A part of the pages whose code is fetched when it is first needed. */
export function LazyView<P extends object>({
  load,
  props,
  area = 'core',
  quiet = false,
}: LazyViewProps<P>): JSX.Element | null {
  const [View, setView] = useState<ComponentType<P> | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let wanted = true;
    setView(null);
    Promise.all([load(), openArea(area)]).then(
      ([loaded]) => wanted && setView(() => loaded),
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [load, area]);
  if (View !== null) return <View {...props} />;
  if (quiet) return null;
  if (!failed) return <Placeholder rows={3} />;
  return (
    <Note status="soon" alert>
      <div class="row">
        <span class="grow">{t('failed.load')}</span>
        <button type="button" class="button compact" onClick={() => location.reload()}>
          {t('failed.retry')}
        </button>
      </div>
    </Note>
  );
}
