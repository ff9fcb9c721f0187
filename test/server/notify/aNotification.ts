import type { Notification } from '../../../server/notify/channel.ts';

/** 10.00 in Jakarta. */
export const sentAt = Date.parse('2026-11-24T03:00:00.000Z');

/** An alert on its way out. */
export function aNotification(fields: Partial<Notification> = {}): Notification {
  return {
    deliveryId: 'd-0001',
    kind: 'too-warm',
    severity: 'risk',
    title: 'Terlalu panas: Takwa pagi',
    text: 'Suhu boks Pak Yanto 14 °C (batas 8 °C) sudah 40 menit.',
    url: 'https://tahan.example/alerts/a-1',
    at: sentAt,
    language: 'id',
    data: { alertId: 'a-1', event: 'opened' },
    ...fields,
  };
}
