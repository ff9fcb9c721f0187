import type { LabelView } from '../../models/contracts/publicCode.ts';
import { ApiError, request } from '../api.ts';
import { openPhone, type ReservedCode } from './phoneDatabase.ts';

/** Fewer than this are too few for a morning without internet. */
const fewCodes = 8;
const blockOfCodes = 20;

/** Sets codes aside while there is internet, so that labels of batches made without it have one. */
export async function keepCodesReady(account: string): Promise<void> {
  try {
    const phone = await openPhone();
    if ((await phone.countFromIndex('codes', 'account', account)) >= fewCodes) return;
    const { codes } = await request<{ codes: Omit<ReservedCode, 'account'>[] }>('POST', '/labels/reserve', {
      count: blockOfCodes,
    });
    const writing = phone.transaction('codes', 'readwrite');
    for (const code of codes) await writing.store.put({ ...code, account });
    await writing.done;
  } catch (error) {
    // Without internet, without leave or in a private window the server gives a code when the batch arrives there.
    if (!(error instanceof ApiError || error instanceof DOMException)) throw error;
  }
}

/** Takes one of the codes set aside for a batch about to be made, and keeps its label; `undefined` when none is left. */
export async function takeCode(account: string, batchId: string): Promise<string | undefined> {
  try {
    const phone = await openPhone();
    const writing = phone.transaction(['codes', 'labels'], 'readwrite');
    const cursor = await writing.objectStore('codes').index('account').openCursor(account);
    if (cursor === null) return undefined;
    const { code, printedCode, url } = cursor.value;
    await cursor.delete();
    const label: LabelView = { code, printedCode, url, digitalLink: null, qrText: url };
    await writing.objectStore('labels').put(label, [account, batchId]);
    await writing.done;
    return code;
  } catch {
    // A phone that keeps nothing: the server makes the code.
    return undefined;
  }
}

/** The label of a batch as this phone knows it; `undefined` when it was never shown here. */
export async function keptLabel(account: string, batchId: string): Promise<LabelView | undefined> {
  try {
    return await (await openPhone()).get('labels', [account, batchId]);
  } catch {
    // A phone that keeps nothing.
    return undefined;
  }
}

/** @throws {ApiError} */
export async function fetchLabel(account: string, batchId: string): Promise<LabelView> {
  const label = await request<LabelView>('GET', `/batches/${encodeURIComponent(batchId)}/label`);
  await openPhone()
    .then(phone => phone.put('labels', label, [account, batchId]))
    // Not kept: it is fetched again.
    .catch(() => undefined);
  return label;
}
