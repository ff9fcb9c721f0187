import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { OffsetEffect } from '../../models/contracts/offset.ts';
import { ApiError } from '../api.ts';
import { now } from '../clock.ts';
import { t } from '../i18n/messages.ts';
import { offsetEffectText } from '../offsetEffectText.ts';
import { type OffsetForm, readOffsetForm } from '../offsetForm.ts';
import { sensorsApi } from '../sensorsApi.ts';
import { format } from '../state.ts';

/** Between the last change of a field and the question. */
const calmMs = 300;

/** What the offset in the fields would do to the batches that are there; nothing while it cannot be said. */
export function OffsetEffectLine({ nodeId, form }: { nodeId: string; form: OffsetForm }): JSX.Element | null {
  const [effect, setEffect] = useState<OffsetEffect | null>(null);
  const { probe, value, from } = form;
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      const read = readOffsetForm({ ...form, due: '', note: '' }, now.value, format.value.zone, t);
      if ('wrong' in read) return setEffect(null);
      const { temperatureOffsetC } = read.offset;
      try {
        const found = await sensorsApi.offsetEffect(nodeId, {
          probe,
          temperatureOffsetC,
          from: read.offset.from,
        });
        if (wanted) setEffect(found);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (wanted) setEffect(null);
      }
    }, calmMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [nodeId, probe, value, from]);
  return (
    <p class="medium offset-effect" role="status">
      {effect === null ? '' : offsetEffectText(effect, format.value)}
    </p>
  );
}
