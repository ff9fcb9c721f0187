import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { now } from '../clock.ts';
import { FailedNote } from '../components/FailedNote.tsx';
import { Icon } from '../components/Icon.tsx';
import { LazyView } from '../components/LazyView.tsx';
import { Logo } from '../components/Logo.tsx';
import { NodeCard } from '../components/NodeCard.tsx';
import { NodesTable } from '../components/NodesTable.tsx';
import { PairingSteps } from '../components/PairingSteps.tsx';
import { Placeholder } from '../components/Placeholder.tsx';
import { t } from '../i18n/messages.ts';
import { worstFirst } from '../nodeState.ts';
import { expectedText, nodesSentence } from '../nodeWords.ts';
import { watchReception } from '../reception.ts';
import { paths } from '../router.ts';
import { agreedAt, fleet, format, hasLists, maySeeQuarantine, maySetUpNodes } from '../state.ts';
import '../style/sensors.css';

/** Sensor: every node, the one with the worst trouble first. Cards on a phone, a table where there is room. */
export function NodesView(): JSX.Element {
  const nodes = worstFirst(Object.values(fleet.value.nodes), now.value);
  const sentence = nodes.length === 0 ? t('sensors.empty') : nodesSentence(nodes, now.value, format.value);
  useEffect(watchReception, []);
  return (
    <>
      <header class="top">
        <Logo size={28} />
        <div class="title grow">{t('nav.nodes')}</div>
        {agreedAt.value !== null && (
          <span class="agreed">
            <Icon name="check" size={18} />
            {format.value.clock(agreedAt.value)}
          </span>
        )}
      </header>
      <main id="content" tabIndex={-1}>
        <FailedNote />
        {hasLists.value ? (
          <>
            <div class="heading">
              <div class="lead">
                <h1>{sentence}</h1>
                <p class={nodes.length === 0 ? 'second' : 'wide-page'}>
                  {nodes.length === 0 ? t('sensors.emptyHow') : expectedText(nodes, format.value)}
                </p>
              </div>
              <NodeActions hasNodes={nodes.length > 0} />
            </div>
            <LazyView load={loadFoundDevices} props={{}} quiet />
            {nodes.length === 0 && maySetUpNodes.value && <PairingSteps />}
            <ul class="rows narrow-page" aria-label={t('nav.nodes')}>
              {nodes.map(node => (
                <li key={node.nodeId}>
                  <NodeCard node={node} format={format.value} />
                </li>
              ))}
            </ul>
            {nodes.length > 0 && <NodesTable nodes={nodes} format={format.value} />}
          </>
        ) : (
          <Placeholder rows={4} />
        )}
      </main>
    </>
  );
}

const loadFoundDevices = () => import('../components/FoundDevices.tsx').then(chunk => chunk.FoundDevices);

/** What this account may do here, and no more. */
function NodeActions({ hasNodes }: { hasNodes: boolean }): JSX.Element {
  return (
    <div class="row wrap actions">
      {maySeeQuarantine.value && (
        <a class="button" href={paths.quarantine}>
          {t('title.quarantine')}
        </a>
      )}
      {hasNodes && maySetUpNodes.value && (
        <a class="button" href={paths.installNode}>
          <Icon name="plus" size={18} />
          {t('title.installNode')}
        </a>
      )}
    </div>
  );
}
