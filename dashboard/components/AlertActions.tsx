import type { JSX, RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { AlertView } from '../../models/contracts/alert.ts';
import type { MemberView } from '../../models/contracts/people.ts';
import { mayHandleAlerts, mayWriteAlertNotes } from '../alerts.ts';
import { alertsApi } from '../alertsApi.ts';
import { ApiError } from '../api.ts';
import { acknowledgeAlert, assignAlert, writeAlertNote } from '../handleAlert.ts';
import { t } from '../i18n/messages.ts';
import { Icon } from './Icon.tsx';
import { ThumbBar } from './ThumbBar.tsx';

type OpenForm = 'none' | 'note' | 'pass-on';

interface AlertActionsProps {
  readonly alert: AlertView;
  readonly driverPhone: string | null;
  /** Nobody has taken it on: that comes first. */
  readonly toHandle: boolean;
}

/** What can be done about an alert, at the thumb; a form takes the place of the bar, which would cover its buttons. */
export function AlertActions({ alert, driverPhone, toHandle }: AlertActionsProps): JSX.Element | null {
  const [form, setForm] = useState<OpenForm>('none');
  const opened = useRef<OpenForm>('none');
  const mayHandle = mayHandleAlerts.value;
  const mayNote = mayWriteAlertNotes.value;
  if (!mayHandle && !mayNote && driverPhone === null) return null;
  const close = (): void => setForm('none');
  if (form === 'note') return <NoteForm alert={alert} onDone={close} />;
  if (form === 'pass-on') return <PassOnForm alert={alert} onDone={close} />;
  const open = (wanted: OpenForm): void => {
    opened.current = wanted;
    setForm(wanted);
  };
  /** Whoever comes back from a form goes on where they left. */
  const backFrom = (wanted: OpenForm) => (button: HTMLButtonElement | null) => {
    if (button === null || opened.current !== wanted) return;
    opened.current = 'none';
    button.focus({ preventScroll: true });
  };
  const passOn = mayHandle && (
    <button type="button" class="button" ref={backFrom('pass-on')} onClick={() => open('pass-on')}>
      <Icon name="people" size={20} />
      {t('alerts.passOn')}
    </button>
  );
  const note = mayNote && (
    <button type="button" class="button" ref={backFrom('note')} onClick={() => open('note')}>
      <Icon name="pen" size={20} />
      {t('alerts.addNote')}
    </button>
  );
  // Two stand at the thumb; of three, what comes later stays in the page.
  const [atThumb, inPage] = toHandle ? [passOn, note] : [note, passOn];
  return (
    <>
      {driverPhone !== null && inPage !== false && <div class="alert-more-actions">{inPage}</div>}
      <ThumbBar>
        {toHandle && mayHandle && (
          <button type="button" class="button primary large" onClick={() => void acknowledgeAlert(alert)}>
            <Icon name="check" size={24} />
            {t('alerts.handle')}
          </button>
        )}
        <div class="thumb-row">
          {driverPhone !== null && (
            <a class="button" href={`tel:${driverPhone.replace(/[^\d+]/g, '')}`}>
              <Icon name="phone" size={20} />
              {t('alerts.callDriver')}
            </a>
          )}
          {atThumb}
          {driverPhone === null && inPage}
        </div>
      </ThumbBar>
    </>
  );
}

interface FormProps {
  readonly alert: AlertView;
  onDone(): void;
}

function NoteForm({ alert, onDone }: FormProps): JSX.Element {
  const id = useId();
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState(false);
  const field = useFirstFocus<HTMLTextAreaElement>();
  const submit = (event: Event): void => {
    event.preventDefault();
    if (note.trim() === '') {
      setWrong(true);
      field.current?.focus();
      return;
    }
    void writeAlertNote(alert, note.trim()).then(written => written && onDone());
  };
  return (
    <form class="card padded alert-form" onSubmit={submit} noValidate>
      <div class="field">
        <label for={id}>{t('alerts.note')}</label>
        <textarea
          id={id}
          ref={field}
          class="input"
          rows={3}
          maxLength={512}
          value={note}
          aria-describedby={`${id}how${wrong ? ` ${id}wrong` : ''}`}
          aria-invalid={wrong}
          onInput={event => {
            setNote(event.currentTarget.value);
            setWrong(false);
          }}
        />
        {wrong && (
          <p class="wrong" id={`${id}wrong`} role="alert">
            {t('alerts.noteEmpty')}
          </p>
        )}
        <p class="hint" id={`${id}how`}>
          {t('alerts.noteHow')}
        </p>
      </div>
      <FormButtons text={t('common.save')} onCancel={onDone} />
    </form>
  );
}

const anotherName = '';

function PassOnForm({ alert, onDone }: FormProps): JSX.Element {
  const id = useId();
  const members = useMembers();
  const [userId, setUserId] = useState(anotherName);
  const [name, setName] = useState('');
  const [wrong, setWrong] = useState(false);
  const field = useFirstFocus<HTMLSelectElement>();
  const submit = (event: Event): void => {
    event.preventDefault();
    const member = members.find(one => one.userId === userId);
    const to = member === undefined ? { name: name.trim() } : { userId, name: member.name };
    if (to.name === '') {
      setWrong(true);
      return;
    }
    void assignAlert(alert, to).then(done => done && onDone());
  };
  return (
    <form class="card padded alert-form" onSubmit={submit} noValidate>
      <h2>{t('alerts.passOnTitle')}</h2>
      <div class="field">
        <label for={id}>{t('alerts.person')}</label>
        <select
          id={id}
          ref={field}
          class="input"
          value={userId}
          onChange={event => {
            setUserId(event.currentTarget.value);
            setWrong(false);
          }}
        >
          <option value={anotherName}>{t('alerts.otherName')}</option>
          {members.map(member => (
            <option key={member.userId} value={member.userId}>
              {member.name}
            </option>
          ))}
        </select>
      </div>
      {userId === anotherName && (
        <div class="field">
          <label for={`${id}name`}>{t('alerts.otherName')}</label>
          <input
            id={`${id}name`}
            class="input"
            value={name}
            maxLength={128}
            autocomplete="off"
            aria-invalid={wrong}
            {...(wrong ? { 'aria-describedby': `${id}wrong` } : {})}
            onInput={event => {
              setName(event.currentTarget.value);
              setWrong(false);
            }}
          />
          {wrong && (
            <p class="wrong" id={`${id}wrong`} role="alert">
              {t('alerts.chooseName')}
            </p>
          )}
        </div>
      )}
      <p class="small second">{t('alerts.passOnHow')}</p>
      <FormButtons text={t('alerts.passOnDo')} onCancel={onDone} />
    </form>
  );
}

function FormButtons({ text, onCancel }: { text: string; onCancel(): void }): JSX.Element {
  return (
    <div class="row">
      <button type="submit" class="button primary">
        {text}
      </button>
      <button type="button" class="button" onClick={onCancel}>
        {t('common.cancel')}
      </button>
    </div>
  );
}

/** A form that was asked for is where typing goes on, and is seen whole above the bar. */
function useFirstFocus<E extends HTMLTextAreaElement | HTMLSelectElement>(): RefObject<E | null> {
  const field = useRef<E>(null);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.form?.scrollIntoView({ block: 'center' });
  }, []);
  return field;
}

/** Who belongs to the firm; nobody while that is not known, and a name can be typed. */
function useMembers(): readonly MemberView[] {
  const [members, setMembers] = useState<readonly MemberView[]>([]);
  useEffect(() => {
    alertsApi.members().then(setMembers, (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
    });
  }, []);
  return members;
}
