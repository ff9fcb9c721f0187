import type { LabelView } from '../../models/contracts/publicCode.ts';
import { isLot, lotPath } from './digitalLink.ts';

/** The query key that carries our code in a GS1 Digital Link: a lot number alone could be guessed. */
export const codeKey = 'c';

export interface LabelledBatch {
  readonly batchId: string;
  readonly code: string;
  readonly gtin: string | null;
}

/** What stands on the label of a batch. `base`: address of this server, without a slash at its end. */
export function labelOf(base: string, { batchId, code, gtin }: LabelledBatch): LabelView {
  const url = pageUrl(base, code);
  const lot = lotOf({ batchId, code });
  const digitalLink = gtin === null ? null : `${base}${lotPath({ gtin, lot })}?${codeKey}=${code}`;
  return { code, printedCode: printedCode(code), url, digitalLink, qrText: digitalLink ?? url };
}

export const pageUrl = (base: string, code: string): string => `${base}/p/${code}`;

/** As people read and type it. */
export const printedCode = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`;

/** The lot number of a batch towards GS1: its id where GS1 allows that, else its code. */
export function lotOf({ batchId, code }: Pick<LabelledBatch, 'batchId' | 'code'>): string {
  return isLot(batchId) ? batchId : code;
}
