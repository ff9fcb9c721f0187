import type { RejectionCode } from '../models/contracts/rejection.ts';

interface Reason {
  /** For a person who has never seen the code. */
  readonly reason: string;
  /** Whether the same bytes may be taken another day: after an update, a changed setting, a message that was missing. */
  readonly mayBeTakenLater: boolean;
}

const never = (reason: string): Reason => ({ reason, mayBeTakenLater: false });
const perhaps = (reason: string): Reason => ({ reason, mayBeTakenLater: true });

const reasons: Readonly<Record<RejectionCode, Reason>> = {
  'publish.empty': never('The message was empty.'),
  'publish.too_large': never('The message was larger than may be sent at once.'),
  'publish.not_utf8': never('The message is not text.'),
  'publish.not_json': never('The message is not JSON.'),
  'publish.too_deep': never('The message is nested too deeply.'),
  'publish.too_many_readings': never('The message held more readings than may be sent at once.'),
  'publish.not_a_reading': perhaps('The message holds no reading.'),
  'publish.retained': never('The message was an old one kept by a broker.'),
  'publish.topic_not_allowed': perhaps('The sender may not speak on this topic.'),
  'publish.as_another_node': never('The sender spoke as another.'),
  'publish.not_understood': perhaps('The message of a foreign device could not be understood.'),
  'publish.partly_understood': perhaps('Part of a message of a foreign device could not be used.'),
  'publish.unknown_node': perhaps('No node of this firm has this name.'),
  'reading.field_invalid': perhaps('A value is outside what is possible.'),
  'reading.value_missing': never('The reading holds neither temperature nor humidity.'),
  'reading.sensor_fault': never('The sensor said that it could not measure.'),
  'reading.conflict': never('Another reading of the same instant came first and stays.'),
  'reading.not_stored': never('The database of the readings did not take it.'),
};

/** What a code means. A code of another release (told by an edge gateway) explains itself by its message only. */
export function reasonOf(code: string): Reason {
  return Object.hasOwn(reasons, code)
    ? reasons[code as RejectionCode]
    : never('It was refused for a reason this release does not know.');
}
