import { signal } from '@preact/signals';
import { request } from './api.ts';
import { language } from './preferences.ts';

/**
 *   unsupported  this browser cannot be told anything while it is closed
 *   forbidden    whoever uses it has said no; only the browser's own settings can change that
 */
export type PushState = 'unsupported' | 'forbidden' | 'off' | 'on';

export const pushState = signal<PushState>('unsupported');

const isSupported = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** Finds out whether this browser is told of alerts. */
export async function lookAtPush(): Promise<void> {
  if (!isSupported()) return;
  if (Notification.permission === 'denied') {
    pushState.value = 'forbidden';
    return;
  }
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  pushState.value = subscription == null ? 'off' : 'on';
}

/**
 * Asks the person, then the browser, then tells the server where to send alerts for this phone.
 * @throws {ApiError} when the server refuses or cannot be reached; {DOMException} when the push service does
 */
export async function turnPushOn(): Promise<void> {
  if (!isSupported()) return;
  if ((await Notification.requestPermission()) !== 'granted') {
    await lookAtPush();
    return;
  }
  const registration = await navigator.serviceWorker.ready;
  const { publicKey } = await request<{ publicKey: string }>('GET', '/push/key');
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  });
  const { endpoint, keys } = subscription.toJSON();
  await request('POST', '/push/subscriptions', {
    endpoint,
    keys,
    language: language.value,
    name: browserName(),
  });
  pushState.value = 'on';
}

/** Ends it here; the server finds out at the next alert and strikes the browser off. */
export async function turnPushOff(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
  pushState.value = 'off';
}

/** So that a person with two phones can tell them apart in their settings. */
function browserName(): string {
  const { userAgentData } = navigator as Navigator & {
    userAgentData?: { platform: string; mobile: boolean };
  };
  return userAgentData === undefined
    ? 'Browser'
    : `${userAgentData.platform}${userAgentData.mobile ? ' HP' : ''}`;
}
