import type { AlertFormat } from '../alertFormat.ts';
import { type AlertToTell, type AlertWords, instant, type Sentence, type Teller } from '../alertWords.ts';

const again = ({ event }: AlertToTell): string => (event === 'escalated' ? '未対応です。' : '');
const late = ({ knownLate }: AlertToTell): string => (knownLate ? '遅れて届いた情報です。' : '');

/** "あと少なくとも9時間(今日 18:00 WIBまで)" */
function keeps({ facts }: AlertToTell, format: AlertFormat): string | undefined {
  if (facts.remainingP05H === undefined) return undefined;
  if (facts.remainingP05H <= 0) return '目安を超過している可能性があります。においと見た目を確認してください';
  const until = facts.keepsUntilP05 && format.until(Date.parse(facts.keepsUntilP05));
  return `あと少なくとも${format.life(facts.remainingP05H)}${until ? `(${until}まで)` : ''}`;
}

const tooWarm: Teller = (alert, { subject, place }, format) => {
  const { facts, event, knownLate, beganAt, clearedAt } = alert;
  const { temperatureC = facts.peakC, levelC, aboveH, lifeLostH } = facts;
  const limit = levelC === undefined ? '' : `(上限${format.temperature(levelC)})`;
  const warmth = (degreesC: number | undefined) =>
    degreesC === undefined ? '温度超過' : format.temperature(degreesC);
  const first = (): string => {
    if (knownLate) {
      const from = format.moment(beganAt);
      const lasted = aboveH === undefined ? '' : `${format.lasting(aboveH)}、`;
      return `遅れて届いた情報です。${place}は${from}から${lasted}${warmth(facts.peakC ?? temperatureC)}${limit}でした。`;
    }
    if (event === 'cleared') {
      const since = clearedAt === null ? '' : `${format.moment(clearedAt)}から`;
      return `${place}は${since}${levelC === undefined ? '再び冷えています' : `${format.temperature(levelC)}未満に戻りました`}。`;
    }
    const lasting = aboveH === undefined ? '' : `、${format.lasting(aboveH)}続いています`;
    const worse = event === 'worsened' ? '悪化しています。' : '';
    return `${again(alert)}${worse}${place}は${warmth(temperatureC)}${limit}${lasting || 'です'}。`;
  };
  const sentence = first();
  const life = keeps(alert, format);
  return [
    sentence,
    life && `${subject}:${life}。`,
    lifeLostH !== undefined && lifeLostH > 0 && `日持ちが${format.loss(lifeLostH)}短縮。`,
    event !== 'cleared' && !knownLate && '氷を足すか、冷たい場所へ移してください。',
  ];
};

const spoilageNear: Teller = (alert, { subject }, format) => {
  const { event, facts } = alert;
  const left = facts.remainingP05H;
  if (event === 'cleared') {
    const life = left !== undefined && left > 0 && keeps(alert, format);
    return [`${subject}のアラートは終了しました。`, life && `${life}。`];
  }
  const before = `${late(alert)}${again(alert)}`;
  if (left === undefined) return [`${before}${subject}は目安が近づいています。`, '先に販売してください。'];
  if (left <= 0)
    return [
      `${before}${subject}は目安を超過している可能性があります。`,
      '販売前ににおいと見た目を確認してください。',
    ];
  const shorter = event === 'worsened' ? '目安がさらに近づきました。' : '';
  const today = facts.keepsUntilP05 !== undefined && format.isToday(Date.parse(facts.keepsUntilP05));
  return [
    `${before}${shorter}${subject}は${keeps(alert, format)}。`,
    today ? '今日中に売り切ってください。' : '先に販売してください。',
  ];
};

const willNotArrive: Teller = (alert, { subject }, format) => {
  const { event, facts } = alert;
  const { arrivesWithP05H: left, needH } = facts;
  const arrivesAt = instant(facts.arrivesAt);
  const when = arrivesAt === undefined ? '' : `(${format.moment(arrivesAt)})`;
  const pair = left === undefined || needH === undefined ? undefined : format.pair(left, needH);
  const figures = pair && `到着時${when}${pair.left}以上、条件${pair.needed}。`;
  if (event === 'cleared') return [`${subject}は余裕が戻りました。`, figures];
  const before = `${late(alert)}${again(alert)}${event === 'worsened' ? 'さらに不足しています。' : ''}`;
  const advice = '氷を足す、早く出発する、近くで売るなどしてください。';
  if (left !== undefined && left <= 0)
    return [`${before}${subject}は到着時${when}に目安を超過している可能性があります。`, advice];
  if (figures === undefined) return [`${before}${subject}は到着時${when}に日数が不足します。`, advice];
  return [`${before}${subject}は日数不足:${figures}`, advice];
};

const noData: Teller = (alert, { subject }, format) => {
  const { event, facts, knownLate, beganAt, clearedAt } = alert;
  const since = instant(facts.since) ?? beganAt;
  if (knownLate && clearedAt !== null) {
    const from = format.moment(since);
    return [
      `遅れて届いた情報です。${subject}は${from}から${format.moment(clearedAt)}まで応答がありませんでした。`,
    ];
  }
  if (event === 'cleared')
    return [
      `${subject}は${clearedAt === null ? '' : `${format.moment(clearedAt)}から`}応答しています。`,
      clearedAt !== null && `応答なし:${format.lasting((clearedAt - since) / 3_600_000)}。`,
    ];
  const still = event === 'worsened' ? 'まだ応答がありません' : '応答がありません';
  return [
    `${again(alert)}${subject}は${format.moment(since)}から${still}。`,
    '電源、Wi-Fi、電池を確認してください。',
  ];
};

const batteryLow: Teller = (alert, { subject }, format) => {
  const { batteryPct } = alert.facts;
  const figure = batteryPct === undefined ? '' : `(${format.percent(batteryPct)})`;
  if (alert.event === 'cleared') return [`センサー${subject}の電池は正常に戻りました${figure}。`];
  return [
    `${late(alert)}${again(alert)}センサー${subject}の電池が残りわずかです${figure}。`,
    '交換または充電してください。',
  ];
};

const calibrationDue: Teller = (alert, { subject }, format) => {
  if (alert.event === 'cleared') return [`センサー${subject}の校正を記録しました。`];
  const dueAt = instant(alert.facts.dueAt);
  const due = dueAt === undefined ? '' : `(期日${format.day(dueAt)})`;
  return [`${again(alert)}センサー${subject}は校正時期です${due}。`, '溶けかけの氷(0 °C)と比べてください。'];
};

const clockWrong: Teller = (alert, { subject }, format) => {
  if (alert.event === 'cleared') return [`センサー${subject}の時計は正常に戻りました。`];
  const since = instant(alert.facts.since) ?? alert.beganAt;
  return [
    `${late(alert)}${again(alert)}センサー${subject}の時計が${format.moment(since)}からずれています。`,
    'その間は受信時刻を使います。時計を合わせてください。',
  ];
};

const journalFilling: Teller = (alert, { subject }, format): readonly Sentence[] => {
  const { journalHoursLeft } = alert.facts;
  if (alert.event === 'cleared') return [`ゲートウェイ${subject}の空きが戻りました。`];
  const left = journalHoursLeft === undefined ? '' : `(残り${format.life(journalHoursLeft)}分)`;
  return [
    `${late(alert)}${again(alert)}ゲートウェイ${subject}の空きが残りわずかです${left}。`,
    'サーバーへの接続を確認してください。',
  ];
};

export const japaneseWords: AlertWords = {
  decimal: '.',
  clock: ':',
  hours: n => `${n}時間`,
  days: n => `${n}日`,
  minutes: n => `${n}分`,
  underAnHour: '1時間未満',
  nearDays: { '-1': '昨日', 0: '今日', 1: '明日' },
  weekdays: ['日曜', '月曜', '火曜', '水曜', '木曜', '金曜', '土曜'],
  date: (day, month) => `${month + 1}月${day}日`,
  moment: (day, clock, zone) => `${day} ${clock}${zone && ` ${zone}`}`,
  kinds: {
    'too-warm': '温度超過',
    'spoilage-near': 'お早めに',
    'will-not-arrive': '到着時に日数不足',
    'no-data': '応答なし',
    'battery-low': '電池残量低下',
    'calibration-due': '校正時期',
    'clock-wrong': '時計のずれ',
    'journal-filling': 'ゲートウェイ空き不足',
  },
  cleared: '解消',
  late: '遅れて届いた情報',
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
  digestTitle: count => `アラート${count}件`,
  digest: (count, items, more) =>
    `未解消のアラート${count}件:${items.join('、')}${more > 0 ? `、ほか${more}件` : ''}。`,
  test: name => ({
    title: 'テスト',
    text: `Tahanから${name}へのテストです。これが読めれば、アラートはここに届きます。`,
  }),
  code: code => ({
    title: 'Tahanコード',
    text: `Tahanのコードは${code}です。24時間有効です。心当たりがなければ無視してください。`,
  }),
};
