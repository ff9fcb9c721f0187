import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../components/Icon.tsx';
import { LazyView } from '../components/LazyView.tsx';
import { Note } from '../components/Note.tsx';
import { PageHead } from '../components/PageHead.tsx';
import { useMedia } from '../components/useMedia.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../router.ts';
import { asRefusal, load, me, signOut } from '../state.ts';
import { AccountSection } from './AccountSection.tsx';
import { ContactsSection } from './ContactsSection.tsx';
import { DisplaySection } from './DisplaySection.tsx';
import { GrantsSection } from './GrantsSection.tsx';
import { OrganisationSection } from './OrganisationSection.tsx';
import { PeopleSection } from './PeopleSection.tsx';
import { PlacesSection } from './PlacesSection.tsx';
import { ProductsSection } from './ProductsSection.tsx';
import { refusalText } from './refusal.ts';
import { roleNames } from './roles.ts';
import { type Section, type SectionId, sectionsOf } from './sections.ts';
import { settingsApi } from './settingsApi.ts';
import { TokensSection } from './TokensSection.tsx';
import '../style/settings.css';

const contents: Record<SectionId, () => JSX.Element> = {
  kontak: ContactsSection,
  masuk: AccountSection,
  tampilan: DisplaySection,
  orang: PeopleSection,
  tempat: PlacesSection,
  produk: ProductsSection,
  perusahaan: OrganisationSection,
  aturan: RulesSection,
  berbagi: GrantsSection,
  token: TokensSection,
};

/** Pengaturan: on a phone the list or one section of it, on a wide screen both. @param section  of the address */
export function SettingsView({ section }: { section: string | null }): JSX.Element | null {
  const wide = useMedia('(min-width: 900px)');
  const account = me.value;
  if (!account) return null;
  const groups = sectionsOf(account.role);
  const all = groups.flatMap(group => group.sections);
  const chosen = all.find(one => one.id === section) ?? (section === null && wide ? all[0] : undefined);
  if (section === null && !wide)
    return (
      <main id="content" tabIndex={-1} class="settings-page">
        <header class="heading">
          <h1>{t('manage.title')}</h1>
        </header>
        <SectionList current={undefined} />
      </main>
    );
  return (
    <main id="content" tabIndex={-1} class="settings-page">
      <PageHead
        title={chosen === undefined ? t('manage.title') : t(chosen.name)}
        crumb={chosen === undefined ? '' : t(chosen.name)}
        above={{ path: paths.settings, label: t('manage.title') }}
      />
      <div class="settings-columns">
        {wide && <SectionList current={chosen?.id} />}
        <div class="settings-section" key={chosen?.id ?? 'none'}>
          <Content section={chosen} />
        </div>
      </div>
    </main>
  );
}

function Content({ section }: { section: Section | undefined }): JSX.Element {
  if (section === undefined || section.id === 'audit')
    return <Note status="none">{t('manage.notHere')}</Note>;
  const Shown = contents[section.id];
  return <Shown />;
}

function SectionList({ current }: { current: Section['id'] | undefined }): JSX.Element | null {
  const account = me.value;
  if (!account) return null;
  const { name, role, organisation } = account;
  return (
    <nav class="sections" aria-label={t('manage.title')}>
      <p class="who">{t('manage.signedInAs', { name, role: t(roleNames[role]), firm: organisation.name })}</p>
      <FirmSwitch />
      {sectionsOf(role).map(group => (
        <section key={group.name}>
          <h2>{t(group.name)}</h2>
          <ul>
            {group.sections.map(section => (
              <li key={section.id}>
                <SectionLink section={section} current={current} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <button type="button" class="button" onClick={() => void signOut()}>
        {t('manage.signOut')}
      </button>
    </nav>
  );
}

function SectionLink(props: { section: Section; current: Section['id'] | undefined }): JSX.Element {
  const { id, icon, name, minor } = props.section;
  return (
    <a
      href={id === 'audit' ? paths.audit : paths.settingsSection(id)}
      {...(id === props.current ? { 'aria-current': 'page' as const } : {})}
    >
      <Icon name={icon} size={22} />
      <span class="grow">
        <span class="name">{t(name)}</span>
        <span class="minor">{t(minor)}</span>
      </span>
      <Icon name="forward" size={18} />
    </a>
  );
}

/** For whoever belongs to several firms: which of them the pages speak for. */
function FirmSwitch(): JSX.Element | null {
  const [failure, setFailure] = useState<string | null>(null);
  const account = me.value;
  if (!account || account.organisations.length < 2) return null;
  const change = async (orgId: string): Promise<void> => {
    try {
      await settingsApi.switchOrganisation(orgId);
      await load();
      // Everything that listens for the other firm begins anew.
      location.assign(paths.home);
    } catch (error) {
      setFailure(refusalText(asRefusal(error)));
    }
  };
  return (
    <div class="field">
      <label for="firm">{t('manage.firmSwitch')}</label>
      <select
        class="input"
        id="firm"
        value={account.organisation.orgId}
        onChange={event => void change(event.currentTarget.value)}
      >
        {account.organisations.map(firm => (
          <option key={firm.orgId} value={firm.orgId}>
            {firm.name}
          </option>
        ))}
      </select>
      {failure !== null && (
        <Note status="risk" alert>
          {failure}
        </Note>
      )}
    </div>
  );
}

const loadRules = () => import('../views/AlertRulesView.tsx').then(chunk => chunk.AlertRulesView);

function RulesSection(): JSX.Element {
  return <LazyView load={loadRules} props={{}} area="alertRules" />;
}
