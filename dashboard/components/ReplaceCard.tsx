import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ClaimCodeView } from '../../models/contracts/claimCode.ts';
import type { NodeView } from '../../models/contracts/node.ts';
import { api } from '../api.ts';
import { failureText } from '../failureText.ts';
import { askForFoundDevices, foundDevices, watchFoundDevices } from '../foundDevices.ts';
import { t } from '../i18n/messages.ts';
import { asRefusal, putNode } from '../state.ts';
import { ClaimCodeCard } from './ClaimCodeCard.tsx';
import { FoundFacts } from './FoundDevices.tsx';
import { Note } from './Note.tsx';

type Outcome =
  | { readonly claimCode: ClaimCodeView; readonly heardBefore: string | null }
  | { readonly bound: true };

/** Puts another device behind a sensor's name: by a new code, or one that was found behind a bridge. */
export function ReplaceCard({ node }: { node: NodeView }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  if (outcome !== null && 'claimCode' in outcome)
    return (
      <ClaimCodeCard
        claimCode={outcome.claimCode}
        name={node.name}
        replaces={{ heardBefore: outcome.heardBefore }}
      />
    );
  return (
    <section class="card padded">
      <h2>{t('sensors.replace.title')}</h2>
      <p class="second medium">{t('sensors.replace.how')}</p>
      {outcome !== null && <Note status="fresh">{t('sensors.replace.done')}</Note>}
      {open ? (
        <Choice
          node={node}
          onDone={done => {
            setOutcome(done);
            setOpen(false);
          }}
          onCancel={() => setOpen(false)}
        />
      ) : (
        <p>
          <button type="button" class="button" onClick={() => setOpen(true)}>
            {t('sensors.replace.start')}
          </button>
        </p>
      )}
    </section>
  );
}

interface ChoiceProps {
  readonly node: NodeView;
  onDone(outcome: Outcome): void;
  onCancel(): void;
}

const byCode = 'code';

function Choice({ node, onDone, onCancel }: ChoiceProps): JSX.Element {
  const [chosen, setChosen] = useState(byCode);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(watchFoundDevices, []);

  const replace = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    const heardBefore = node.lastReading?.receivedAt ?? null;
    try {
      if (chosen === byCode) {
        const { claimCode } = await api.replaceNode(node.nodeId, { claimCode: true });
        if (claimCode) onDone({ claimCode, heardBefore });
        return;
      }
      await api.replaceNode(node.nodeId, { foundDeviceId: chosen });
      putNode(await api.node(node.nodeId));
      await askForFoundDevices();
      onDone({ bound: true });
    } catch (error) {
      setFailure(failureText(asRefusal(error), t));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="stack"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void replace();
      }}
    >
      <fieldset class="choices">
        <legend class="strong">{t('sensors.replace.choose')}</legend>
        <label class="choice">
          <input type="radio" name="device" checked={chosen === byCode} onChange={() => setChosen(byCode)} />
          <span class="strong">{t('sensors.replace.withCode')}</span>
        </label>
        {(foundDevices.value ?? []).map(device => (
          <label key={device.foundDeviceId} class="choice">
            <input
              type="radio"
              name="device"
              checked={chosen === device.foundDeviceId}
              onChange={() => setChosen(device.foundDeviceId)}
            />
            <FoundFacts device={device} />
          </label>
        ))}
      </fieldset>
      <Note status="soon">{t('sensors.replace.warning')}</Note>
      {failure !== null && (
        <Note status="risk" alert>
          {failure}
        </Note>
      )}
      <div class="row wrap">
        <button type="submit" class="button primary" disabled={busy}>
          {t('sensors.replace.confirm', { name: node.name })}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          {t('common.cancel')}
        </button>
      </div>
    </form>
  );
}
