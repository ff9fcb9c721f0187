import type { JSX } from 'preact';
import type { AuditAnchor } from '../../models/contracts/audit.ts';
import { CopyButton } from '../components/CopyButton.tsx';
import { Note } from '../components/Note.tsx';
import { fromLocalInput } from '../dateInput.ts';
import { t } from '../i18n/messages.ts';
import { format } from '../state.ts';
import { auditApi } from './auditApi.ts';
import { useList } from './useList.ts';

const anchorsOf = async (): Promise<readonly AuditAnchor[]> => (await auditApi.anchors()).anchors;

/** What is to be kept elsewhere, so that the trail can be held against it later. */
export function AuditAnchors(): JSX.Element {
  const anchors = useList('anchors', anchorsOf);
  const items = anchors.items ?? [];
  const day = (anchor: AuditAnchor): string =>
    format.value.date(fromLocalInput(anchor.day, format.value.zone) ?? Date.parse(anchor.at));
  return (
    <section class="stack">
      <h2>{t('audit.anchors')}</h2>
      <p class="second medium">{t('audit.anchorsHow')}</p>
      {anchors.items !== null && items.length === 0 && <p class="second">{t('audit.noAnchors')}</p>}
      {anchors.failed !== null && (
        <Note status="soon" alert>
          {t('audit.failed')}
        </Note>
      )}
      {items.length > 0 && (
        <div class="card table-box">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('audit.anchorDay')}</th>
                <th scope="col" class="number">
                  {t('audit.anchorLines')}
                </th>
                <th scope="col">{t('audit.anchorHash')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map(anchor => (
                <tr key={anchor.day}>
                  <td class="no-wrap">{day(anchor)}</td>
                  <td class="number">{anchor.line}</td>
                  <td>
                    <span class="hash">{anchor.hash.slice(0, 16)}…</span>{' '}
                    <CopyButton text={anchor.hash} label={t('audit.anchorCopy', { day: day(anchor) })} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
