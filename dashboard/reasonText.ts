import type { RejectionCode } from '../models/contracts/rejection.ts';
import type { MessageId, Translate } from './i18n/catalogues.ts';

const reasons: Record<RejectionCode, MessageId> = {
  'publish.empty': 'quarantine.reasons.publish.empty',
  'publish.too_large': 'quarantine.reasons.publish.too_large',
  'publish.not_utf8': 'quarantine.reasons.publish.not_utf8',
  'publish.not_json': 'quarantine.reasons.publish.not_json',
  'publish.too_deep': 'quarantine.reasons.publish.too_deep',
  'publish.too_many_readings': 'quarantine.reasons.publish.too_many_readings',
  'publish.not_a_reading': 'quarantine.reasons.publish.not_a_reading',
  'publish.retained': 'quarantine.reasons.publish.retained',
  'publish.topic_not_allowed': 'quarantine.reasons.publish.topic_not_allowed',
  'publish.as_another_node': 'quarantine.reasons.publish.as_another_node',
  'publish.not_understood': 'quarantine.reasons.publish.not_understood',
  'publish.partly_understood': 'quarantine.reasons.publish.partly_understood',
  'publish.unknown_node': 'quarantine.reasons.publish.unknown_node',
  'reading.field_invalid': 'quarantine.reasons.reading.field_invalid',
  'reading.value_missing': 'quarantine.reasons.reading.value_missing',
  'reading.sensor_fault': 'quarantine.reasons.reading.sensor_fault',
  'reading.conflict': 'quarantine.reasons.reading.conflict',
  'reading.not_stored': 'quarantine.reasons.reading.not_stored',
};

/** Why something was not used, in plain words; a code of another release in the server's own. */
export function reasonText(code: string, otherwise: string, t: Translate): string {
  return Object.hasOwn(reasons, code) ? t(reasons[code as RejectionCode]) : otherwise;
}
