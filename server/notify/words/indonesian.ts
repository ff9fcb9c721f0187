import type { AlertFormat } from '../alertFormat.ts';
import { type AlertToTell, type AlertWords, instant, type Sentence, type Teller } from '../alertWords.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'Mei', 'Jun', 'Jul', 'Agu', 'Sep', 'Okt', 'Nov', 'Des'];

/** What goes before a sentence to say why it is told again. */
const again = ({ event }: AlertToTell): string => (event === 'escalated' ? 'Belum ditangani. ' : '');
const late = ({ knownLate }: AlertToTell): string => (knownLate ? 'Kabar terlambat. ' : '');

/** "masih tahan paling sedikit 9 jam, sampai hari ini 18.00 WIB" */
function keeps({ facts }: AlertToTell, format: AlertFormat): string | undefined {
  if (facts.remainingP05H === undefined) return undefined;
  if (facts.remainingP05H <= 0) return 'bisa sudah lewat batas. Cium dan cek dulu';
  const until = facts.keepsUntilP05 && format.until(Date.parse(facts.keepsUntilP05));
  return `masih tahan paling sedikit ${format.life(facts.remainingP05H)}${until ? `, sampai ${until}` : ''}`;
}

const tooWarm: Teller = (alert, { subject, place }, format) => {
  const { facts, event, knownLate, beganAt, clearedAt } = alert;
  const { temperatureC = facts.peakC, levelC, aboveH, lifeLostH } = facts;
  const limit = levelC === undefined ? '' : ` (batas ${format.temperature(levelC)})`;
  const warmth = (degreesC: number | undefined) =>
    degreesC === undefined ? 'terlalu panas' : format.temperature(degreesC);
  const first = (): string => {
    if (knownLate) {
      const lasted = aboveH === undefined ? '' : ` selama ${format.lasting(aboveH)}`;
      return `Kabar terlambat. Suhu ${place} sempat ${warmth(facts.peakC ?? temperatureC)}${limit}${lasted}, mulai ${format.moment(beganAt)}.`;
    }
    if (event === 'cleared') {
      const since = clearedAt === null ? '' : ` sejak ${format.moment(clearedAt)}`;
      return `Suhu ${place} sudah turun${levelC === undefined ? ' lagi' : ` di bawah ${format.temperature(levelC)}`}${since}.`;
    }
    const lasting = aboveH === undefined ? '' : ` sudah ${format.lasting(aboveH)}`;
    const worse = event === 'worsened' ? 'Makin parah. ' : '';
    return `${again(alert)}${worse}Suhu ${place} ${warmth(temperatureC)}${limit}${lasting}.`;
  };
  const sentence = first();
  const life = keeps(alert, format);
  return [
    sentence,
    life && `${subject} ${life}.`,
    lifeLostH !== undefined && lifeLostH > 0 && `Umur berkurang ${format.loss(lifeLostH)}.`,
    event !== 'cleared' && !knownLate && 'Tambah es atau pindahkan ke tempat dingin.',
  ];
};

const spoilageNear: Teller = (alert, { subject }, format) => {
  const { event, facts } = alert;
  const left = facts.remainingP05H;
  if (event === 'cleared') {
    const life = left !== undefined && left > 0 && keeps(alert, format);
    return [`Peringatan ${subject} sudah selesai.`, life && `${subject} ${life}.`];
  }
  const before = `${late(alert)}${again(alert)}`;
  if (left === undefined) return [`${before}${subject} sudah dekat batas.`, 'Jual dulu yang ini.'];
  if (left <= 0) return [`${before}${subject} bisa sudah lewat batas.`, 'Cium dan cek dulu sebelum dijual.'];
  const shorter = event === 'worsened' ? 'Makin dekat batas. ' : '';
  const today = facts.keepsUntilP05 !== undefined && format.isToday(Date.parse(facts.keepsUntilP05));
  return [
    `${before}${shorter}${subject} ${keeps(alert, format)}.`,
    today ? 'Jual habis hari ini.' : 'Jual dulu yang ini.',
  ];
};

const willNotArrive: Teller = (alert, { subject }, format) => {
  const { event, facts } = alert;
  const { arrivesWithP05H: left, needH } = facts;
  const arrivesAt = instant(facts.arrivesAt);
  const when = arrivesAt === undefined ? '' : ` ${format.moment(arrivesAt)}`;
  const pair = left === undefined || needH === undefined ? undefined : format.pair(left, needH);
  if (event === 'cleared')
    return [
      `${subject} sekarang cukup.`,
      pair && `Tiba${when} dengan paling sedikit ${pair.left}, syarat ${pair.needed}.`,
    ];
  const before = `${late(alert)}${again(alert)}${event === 'worsened' ? 'Makin kurang. ' : ''}`;
  const advice = 'Tambah es, berangkat lebih awal, atau jual lebih dekat.';
  if (left !== undefined && left <= 0)
    return [`${before}${subject} bisa sudah lewat batas saat tiba${when}.`, advice];
  if (pair === undefined) return [`${before}${subject} tidak cukup saat tiba${when}.`, advice];
  return [
    `${before}${subject} tiba${when} dengan paling sedikit ${pair.left}, syarat ${pair.needed}.`,
    advice,
  ];
};

const noData: Teller = (alert, { subject }, format) => {
  const { event, facts, knownLate, beganAt, clearedAt } = alert;
  const since = instant(facts.since) ?? beganAt;
  if (knownLate && clearedAt !== null) {
    const from = format.moment(since);
    return [`Kabar terlambat. ${subject} sempat diam dari ${from} sampai ${format.moment(clearedAt)}.`];
  }
  if (event === 'cleared')
    return [
      `${subject} mengirim kabar lagi${clearedAt === null ? '' : ` sejak ${format.moment(clearedAt)}`}.`,
      clearedAt !== null && `Diam selama ${format.lasting((clearedAt - since) / 3_600_000)}.`,
    ];
  const still = event === 'worsened' ? 'Masih belum' : 'Belum';
  return [
    `${again(alert)}${still} ada kabar dari ${subject} sejak ${format.moment(since)}.`,
    'Cek listrik, Wi-Fi, atau baterai.',
  ];
};

const batteryLow: Teller = (alert, { subject }, format) => {
  const { batteryPct } = alert.facts;
  if (alert.event === 'cleared')
    return [
      `Baterai alat suhu ${subject} baik lagi${batteryPct === undefined ? '' : `, ${format.percent(batteryPct)}`}.`,
    ];
  const left = batteryPct === undefined ? '' : `, sisa ${format.percent(batteryPct)}`;
  return [
    `${late(alert)}${again(alert)}Baterai alat suhu ${subject} hampir habis${left}.`,
    'Ganti atau isi baterainya.',
  ];
};

const calibrationDue: Teller = (alert, { subject }, format) => {
  if (alert.event === 'cleared') return [`Kalibrasi alat suhu ${subject} sudah dicatat.`];
  const dueAt = instant(alert.facts.dueAt);
  const due = dueAt === undefined ? '' : `, batasnya ${format.day(dueAt)}`;
  return [
    `${again(alert)}Alat suhu ${subject} perlu dikalibrasi${due}.`,
    'Bandingkan dengan es yang mencair, 0 °C.',
  ];
};

const clockWrong: Teller = (alert, { subject }, format) => {
  if (alert.event === 'cleared') return [`Jam alat suhu ${subject} sudah benar lagi.`];
  const since = instant(alert.facts.since) ?? alert.beganAt;
  return [
    `${late(alert)}${again(alert)}Jam alat suhu ${subject} salah sejak ${format.moment(since)}.`,
    'Sementara dipakai waktu terima. Setel jamnya.',
  ];
};

const journalFilling: Teller = (alert, { subject }, format): readonly Sentence[] => {
  const { journalHoursLeft } = alert.facts;
  if (alert.event === 'cleared') return [`Penyimpanan gateway ${subject} lega lagi.`];
  const left = journalHoursLeft === undefined ? '' : `, cukup untuk ${format.life(journalHoursLeft)} lagi`;
  return [
    `${late(alert)}${again(alert)}Penyimpanan gateway ${subject} hampir penuh${left}.`,
    'Cek sambungannya ke server.',
  ];
};

export const indonesianWords: AlertWords = {
  decimal: ',',
  clock: '.',
  hours: n => `${n} jam`,
  days: n => `${n} hari`,
  minutes: n => `${n} menit`,
  underAnHour: '<1 jam',
  nearDays: { '-1': 'kemarin', 0: 'hari ini', 1: 'besok' },
  weekdays: ['Minggu', 'Senin', 'Selasa', 'Rabu', 'Kamis', 'Jumat', 'Sabtu'],
  date: (day, month) => `${day} ${months[month]}`,
  moment: (day, clock, zone) => `${day} ${clock}${zone && ` ${zone}`}`,
  kinds: {
    'too-warm': 'Terlalu panas',
    'spoilage-near': 'Segera jual',
    'will-not-arrive': 'Tidak cukup saat tiba',
    'no-data': 'Belum ada kabar',
    'battery-low': 'Baterai hampir habis',
    'calibration-due': 'Perlu kalibrasi',
    'clock-wrong': 'Jam alat salah',
    'journal-filling': 'Gateway hampir penuh',
  },
  cleared: 'Sudah beres',
  late: 'Kabar terlambat',
  tell: {
    'too-warm': tooWarm,
    'spoilage-near': spoilageNear,
    'will-not-arrive': willNotArrive,
    'no-data': noData,
    'battery-low': batteryLow,
    'calibration-due': calibrationDue,
    'clock-wrong': clockWrong,
    'journal-filling': journalFilling,
  },
  digestTitle: count => `${count} peringatan`,
  digest: (count, items, more) =>
    `${count} peringatan belum selesai: ${items.join(', ')}${more > 0 ? `, dan ${more} lagi` : ''}.`,
  test: name => ({
    title: 'Percobaan',
    text: `Ini percobaan dari Tahan untuk ${name}. Kalau ini terbaca, peringatan akan sampai di sini.`,
  }),
  code: code => ({
    title: 'Kode Tahan',
    text: `Kode Tahan Anda ${code}. Berlaku 24 jam. Abaikan kalau Anda tidak memintanya.`,
  }),
};
