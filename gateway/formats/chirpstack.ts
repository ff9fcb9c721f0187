import { bareId } from './bareId.ts';
import { readDecodedObject } from './decodedObject.ts';
import type { DeviceFormat } from './deviceFormat.ts';
import type { Findings } from './findings.ts';
import { readRadio } from './loraRadio.ts';
import type { OpenedMessage } from './openedMessage.ts';
import { isObject, type JsonObject, parseSafeJson, textOf } from './safeJson.ts';

/**
 * ChirpStack v4 (JSON marshaler): `application/<id>/device/<DevEUI>/event/<up|status|join|…>`. Times are those of the
 * network; `history` in a decoded object holds older samples with the device's own times. Also takes v3 uplinks, whose
 * decoded object is text in `objectJSON`.
 */
export const chirpstack: DeviceFormat = {
  family: 'chirpstack-v4',
  read(message, findings) {
    const place = placeOf(message.parts);
    if (!place) return false;
    if (place.event !== 'up' && place.event !== 'status' && place.event !== 'join')
      findings.note('no-measurement-topic');
    else readEvent(place.eui, place.event, message, findings);
    return true;
  },
};

function placeOf(parts: readonly string[]): { eui: string; event: string } | undefined {
  const [application, , device, eui, event, kind] = parts.slice(-6);
  if (application !== 'application' || device !== 'device' || event !== 'event') return undefined;
  return eui !== undefined && kind !== undefined && /^[0-9a-f]{16}$/i.test(eui)
    ? { eui: bareId(eui), event: kind }
    : undefined;
}

function readEvent(
  topicEui: string,
  kind: 'up' | 'status' | 'join',
  message: OpenedMessage,
  findings: Findings,
): void {
  const event = message.object(findings);
  if (!event) return;
  const info = isObject(event.deviceInfo) ? event.deviceInfo : undefined;
  const named = textOf(info?.devEui);
  if (named !== undefined && bareId(named) !== topicEui) {
    findings.reject('as-another-node');
    return;
  }
  const duplicateKey = textOf(event.deduplicationId);
  if (duplicateKey !== undefined && !findings.isFirst(`lora\n${kind}\n${topicEui}\n${duplicateKey}`)) return;
  if (kind === 'join') findings.event('joined', topicEui, 'pending-claim');
  else if (kind === 'status') readStatus(topicEui, event, findings);
  else readUplink(topicEui, event, findings);
}

/** Copies of one frame by several receivers come within seconds; counters start again only after a join. */
const copiesWithinMs = 5 * 60_000;

function readUplink(node: string, event: JsonObject, findings: Findings): void {
  const { fCnt, devAddr, data } = event;
  const frame = `lora frame\n${node}\n${String(devAddr)}\n${String(fCnt)}\n${String(data).slice(0, 512)}`;
  if (typeof fCnt === 'number' && !findings.isFirst(frame, copiesWithinMs)) return;
  const time = findings.timeOf(event.time ?? gatewayTime(event.rxInfo), 'network', node);
  const object = decodedObject(event);
  if (object === undefined) {
    if (textOf(event.data) === undefined) {
      findings.note('no-measurement');
      return;
    }
    const port = typeof event.fPort === 'number' ? event.fPort : 0;
    findings.event('needs-codec', node, `fPort ${port}`);
    findings.setAside('undecoded');
    return;
  }
  if (readDecodedObject(object, findings, { node, time })) readRadio(node, event.rxInfo, time, findings);
}

function decodedObject(event: JsonObject): JsonObject | undefined {
  if (isObject(event.object)) return Object.keys(event.object).length > 0 ? event.object : undefined;
  const text = textOf(event.objectJSON);
  if (text === undefined) return undefined;
  const parsed = parseSafeJson(Buffer.from(text));
  return parsed.ok && isObject(parsed.value) ? parsed.value : undefined;
}

function gatewayTime(receptions: unknown): unknown {
  const first: unknown = Array.isArray(receptions) ? receptions[0] : undefined;
  return isObject(first) ? (first.gwTime ?? first.time) : undefined;
}

function readStatus(node: string, event: JsonObject, findings: Findings): void {
  const time = findings.timeOf(event.time, 'network', node);
  if (event.externalPowerSource === true) findings.event('power-source', node, 'external');
  else if (event.batteryLevelUnavailable !== true)
    findings.value({ node, metric: 'battery', raw: event.batteryLevel, time });
}
