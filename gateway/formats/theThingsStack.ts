import { bareId } from './bareId.ts';
import { readDecodedObject } from './decodedObject.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import { readRadio } from './loraRadio.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { isObject, type JsonObject, textOf } from './safeJson.ts';

/**
 * The Things Stack v3: `v3/<application>@<tenant>/devices/<device id>/<up|join|…>`. The time is the network server's
 * (`uplink_message.received_at`), not the application server's. Fields that are zero or empty are left out by it.
 */
export const theThingsStack: DeviceFormat = {
  family: 'tts-v3',
  read(message, findings) {
    const [version, , devices, deviceId, kind] = message.parts;
    if (version !== 'v3' || devices !== 'devices' || deviceId === undefined || kind === undefined)
      return false;
    if (kind === 'up' || kind === 'join') readMessage(deviceId, kind, message, findings);
    else findings.note('no-measurement-topic');
    return true;
  },
};

function readMessage(
  deviceId: string,
  kind: 'up' | 'join',
  message: OpenedMessage,
  findings: Findings,
): void {
  const root = message.object(findings);
  if (!root) return;
  const ids = isObject(root.end_device_ids) ? root.end_device_ids : undefined;
  const named = textOf(ids?.device_id);
  if (named !== undefined && named !== deviceId) {
    findings.reject('as-another-node');
    return;
  }
  const eui = textOf(ids?.dev_eui);
  const node = eui === undefined ? deviceId : bareId(eui);
  if (kind === 'join') {
    findings.event('joined', node, 'pending-claim');
    return;
  }
  const uplink = isObject(root.uplink_message) ? root.uplink_message : undefined;
  if (!uplink) {
    findings.note('no-measurement');
    return;
  }
  if (root.simulated === true) {
    findings.event('test-message', node, 'simulated');
    findings.note('simulated');
    return;
  }
  // Counters start again with every session.
  const session = textOf(uplink.session_key_id) ?? textOf(ids?.dev_addr);
  if (session !== undefined && !findings.isFirst(`tts\n${node}\n${session}\n${String(uplink.f_cnt ?? 0)}`))
    return;
  readUplink(node, root, uplink, findings);
}

function readUplink(node: string, root: JsonObject, uplink: JsonObject, findings: Findings): void {
  const time = findings.timeOf(uplink.received_at ?? root.received_at, 'network', node);
  const decoded = isObject(uplink.decoded_payload) ? uplink.decoded_payload : undefined;
  const isRead = decoded !== undefined && readDecodedObject(decoded, findings, { node, time });
  const isTaken = isRead || readNormalized(node, uplink.normalized_payload, findings, time);
  if (isTaken) readRadio(node, uplink.rx_metadata, time, findings);
  else if (decoded === undefined && textOf(uplink.frm_payload) !== undefined) {
    const port = typeof uplink.f_port === 'number' ? uplink.f_port : 0;
    findings.event('needs-codec', node, `fPort ${port}`);
    findings.setAside('undecoded');
  }
}

/** The common structure some codecs add: {"air": {"temperature", "relativeHumidity"}}, one or a list. */
function readNormalized(
  node: string,
  payload: unknown,
  findings: Findings,
  time: ReturnType<Findings['arrival']>,
): boolean {
  const list: readonly unknown[] = Array.isArray(payload) ? payload.slice(0, 1000) : [payload];
  let isRead = false;
  for (const item of list) {
    if (!isObject(item)) continue;
    const measuredAt = item.time === undefined ? time : findings.timeOf(item.time, 'device', node);
    isRead = readDecodedObject(item, findings, { node, time: measuredAt }) || isRead;
  }
  return isRead;
}
