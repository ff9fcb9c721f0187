import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CopyButton } from '../components/CopyButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { t } from '../i18n/messages.ts';

interface SecretLinkProps {
  readonly title: string;
  readonly how: string;
  readonly url: string;
  /** What the copy button says it copies. */
  readonly label: string;
  /** Ready for a chat. Without it there is nothing to be sent on. */
  readonly text?: string;
  /** The telephone it is meant for, as E.164. */
  readonly phone?: string | null;
  onClose(): void;
}

/** Something secret that is shown once: a link or a key, with the ways of passing it on. */
export function SecretLink({ title, how, url, label, text, phone, onClose }: SecretLinkProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const chat = `https://wa.me/${(phone ?? '').replace(/\D/g, '')}?text=${encodeURIComponent(text ?? '')}`;
  return (
    <section class="card padded secret">
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p class="medium">{how}</p>
      <p class="secret-text">{url}</p>
      <div class="buttons">
        <CopyButton text={url} label={label} />
        {text !== undefined && phone != null && (
          <a class="button compact" href={chat} target="_blank" rel="noopener noreferrer">
            <Icon name="phone" size={18} />
            {t('manage.invite.whatsapp')}
          </a>
        )}
        {text !== undefined && 'share' in navigator && (
          <button
            type="button"
            class="button compact"
            // Closing the sheet without a choice is no failure.
            onClick={() => void navigator.share({ text }).catch(() => undefined)}
          >
            <Icon name="share" size={18} />
            {t('manage.shareButton')}
          </button>
        )}
        <button type="button" class="button plain compact" onClick={onClose}>
          {t('manage.close')}
        </button>
      </div>
    </section>
  );
}
