import { ApiError } from '../api.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { FailedNote } from '../components/FailedNote.tsx';
import { NewVersionBar } from '../components/NewVersionBar.tsx';
import { Note } from '../components/Note.tsx';
import { OfflineBar } from '../components/OfflineBar.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { PhoneTop } from '../components/PhoneTop.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { QrCode } from '../components/QrCode.tsx';
import { QrLabel } from '../components/QrLabel.tsx';
import { RefusedNotes } from '../components/RefusedNotes.tsx';
import { Snackbar } from '../components/Snackbar.tsx';
import { ThumbBar } from '../components/ThumbBar.tsx';
import { t } from '../i18n/messages.ts';
import { type LabelFacts, labelFacts } from '../labelFacts.ts';
import { actions } from '../offline/actionQueue.ts';
import { newVersionWaits } from '../offline/newVersion.ts';
import { said } from '../snack.ts';
import '../style/label.css';
import type { NumberedAction } from '../offline/actionStore.ts';
import { agreedAt, cutSince, format, loadFailed, me, online } from '../state.ts';
import { hourMs, now } from './builders.ts';
import { batches, producer } from './galleryData.ts';
import { type Story, states } from './story.ts';

const waiting = (number: number, more: Partial<NumberedAction> = {}): NumberedAction => ({
  ...{ number, account: 'sri kediri', kind: 'sold-out', subject: 'fresh', name: 'Takwa kulkas depan' },
  ...{ madeAt: now - hourMs, method: 'POST', path: '/batches/fresh/sold-out', ...more },
});

const label = (): LabelFacts =>
  labelFacts(
    batches.fresh!,
    {
      ...{ code: 'K7M2Q9XA', printedCode: 'K7M2 Q9XA', digitalLink: null },
      ...{ url: 'https://tahan.example/p/K7M2Q9XA', qrText: 'https://tahan.example/p/K7M2Q9XA' },
    },
    { firm: producer.organisation.name, now, format: format.value },
  );

const one = (name: string, draw: Story['states'][number]['draw'], setUp?: () => void): Story => ({
  ...{ name, states: [{ name, draw }] },
  ...(setUp === undefined ? {} : { setUp }),
});

export const messageStories: readonly Story[] = [
  {
    name: 'note',
    states: (['fresh', 'soon', 'risk', 'none'] as const).map(status => ({
      name: status,
      draw: () => <Note status={status}>{t('life.loweredOne', { at: '13.40' })}</Note>,
    })),
  },
  one('failed-note', FailedNote, () => {
    loadFailed.value = new ApiError(0, 'unreachable', '');
  }),
  one('failed-note-with-lists', FailedNote, () => {
    loadFailed.value = new ApiError(0, 'unreachable', '');
    agreedAt.value = now - hourMs;
  }),
  one('refused-notes', RefusedNotes, () => {
    const refused = { status: 403, code: 'auth.forbidden', message: '' };
    actions.value = [waiting(1, { refused }), waiting(2, { refused: { ...refused, status: 409 } })];
  }),
  one('offline-bar', OfflineBar, () => {
    online.value = false;
  }),
  one('offline-bar-waiting', OfflineBar, () => {
    online.value = false;
    actions.value = [waiting(1), waiting(2)];
  }),
  one('offline-bar-cut', OfflineBar, () => {
    cutSince.value = now - 120_000;
  }),
  one('new-version-bar', NewVersionBar, () => {
    newVersionWaits.value = true;
  }),
  one('snackbar', Snackbar, () => {
    said.value = { text: t('soldOut.done', { at: '13.40' }), undo: () => undefined };
  }),
  one('snackbar-failed', Snackbar, () => {
    said.value = { text: t('failed.save'), failed: true };
  }),
  one('thumb-bar', () => (
    <ThumbBar>
      <button type="button" class="button primary">
        {t('common.save')}
      </button>
      <button type="button" class="button">
        {t('common.cancel')}
      </button>
    </ThumbBar>
  )),
  one('placeholder', () => <Placeholder rows={3} />),
  one('page-head', () => (
    <PageHead title="Takwa pagi" crumb="Takwa pagi">
      <button type="button" class="button wide-page">
        {t('common.save')}
      </button>
    </PageHead>
  )),
  one('phone-top', PhoneTop, () => {
    me.value = producer;
    agreedAt.value = now - 60_000;
  }),
  one('phone-top-old', PhoneTop, () => {
    me.value = producer;
    agreedAt.value = now - hourMs;
    online.value = false;
  }),
  {
    name: 'qr-label',
    states: states({
      '58 × 40 mm': () => <QrLabel facts={label()} paper="58x40" />,
      '50 × 30 mm': () => <QrLabel facts={label()} paper="50x30" />,
      'nothing to be promised': () => <QrLabel facts={{ ...label(), keeps: null }} paper="58x40" />,
    }),
  },
  one('qr-code', () => <QrCode text="https://tahan.example/claim#K7M2Q9XA" label="K7M2 Q9XA" />),
  one('copy-button', () => <CopyButton text="K7M2Q9XA" label="K7M2 Q9XA" named />),
];
