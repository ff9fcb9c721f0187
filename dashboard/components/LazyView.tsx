import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Area } from '../i18n/catalogues.ts';
import { openArea, t } from '../i18n/messages.ts';
import { Placeholder } from './Placeholder.tsx';
import { RetryNote } from './RetryNote.tsx';

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
  return <RetryNote text={t('failed.load')} onRetry={() => location.reload()} />;
}
