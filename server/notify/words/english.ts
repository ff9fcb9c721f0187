import type { AlertFormat } from '../alertFormat.ts';
import { type AlertToTell, type AlertWords, instant, type Sentence, type Teller } from '../alertWords.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const again = ({ event }: AlertToTell): string => (event === 'escalated' ? 'Not handled yet. ' : '');
const late = ({ knownLate }: AlertToTell): string => (knownLate ? 'Late news. ' : '');

/** "keeps at least 9 h, until today 18:00 WIB" */
function keeps({ facts }: AlertToTell, format: AlertFormat): string | undefined {
  if (facts.remainingP05H === undefined) return undefined;
  if (facts.remainingP05H <= 0) return 'may be past the limit. Smell and check first';
  const until = facts.keepsUntilP05 && format.until(Date.parse(facts.keepsUntilP05));
  return `keeps at least ${format.life(facts.remainingP05H)}${until ? `, until ${until}` : ''}`;
}

const tooWarm: Teller = (alert, { subject, place }, format) => {
  const { facts, event, knownLate, beganAt, clearedAt } = alert;
  const { temperatureC = facts.peakC, levelC, aboveH, lifeLostH } = facts;
  const limit = levelC === undefined ? '' : ` (limit ${format.temperature(levelC)})`;
  const warmth = (degreesC: number | undefined) =>
    degreesC === undefined ? 'too warm' : format.temperature(degreesC);
  const first = (): string => {
    if (knownLate) {
      const lasted = aboveH === undefined ? '' : ` for ${format.lasting(aboveH)}`;
      return `Late news. ${place} was ${warmth(facts.peakC ?? temperatureC)}${limit}${lasted}, from ${format.moment(beganAt)}.`;
    }
    if (event === 'cleared') {
      const since = clearedAt === null ? '' : ` since ${format.moment(clearedAt)}`;
      return `${place} is ${levelC === undefined ? 'cool again' : `below ${format.temperature(levelC)} again`}${since}.`;
    }
    const lasting = aboveH === undefined ? '' : ` for ${format.lasting(aboveH)} now`;
    const worse = event === 'worsened' ? 'Getting worse. ' : '';
    return `${again(alert)}${worse}${place} is ${warmth(temperatureC)}${limit}${lasting}.`;
  };
  const sentence = first();
  const life = keeps(alert, format);
  return [
    sentence,
    life && `${subject} ${life}.`,
    lifeLostH !== undefined && lifeLostH > 0 && `${format.loss(lifeLostH)} of life lost.`,
    event !== 'cleared' && !knownLate && 'Add ice or move it to the cold.',
  ];
};

const spoilageNear: Teller = (alert, { subject }, format) => {
  const { event, facts } = alert;
  const left = facts.remainingP05H;
  if (event === 'cleared') {
    const life = left !== undefined && left > 0 && keeps(alert, format);
    return [`The alert for ${subject} is over.`, life && `${subject} ${life}.`];
  }
  const before = `${late(alert)}${again(alert)}`;
  if (left === undefined) return [`${before}${subject} is near its limit.`, 'Sell this one first.'];
  if (left <= 0) return [`${before}${subject} may be past the limit.`, 'Smell and check before selling.'];
  const shorter = event === 'worsened' ? 'Nearer to the limit. ' : '';
  const today = facts.keepsUntilP05 !== undefined && format.isToday(Date.parse(facts.keepsUntilP05));
  return [
    `${before}${shorter}${subject} ${keeps(alert, format)}.`,
    today ? 'Sell it all today.' : 'Sell this one first.',
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
      `${subject} has enough again.`,
      pair && `Arrives${when} with at least ${pair.left}, needs ${pair.needed}.`,
    ];
  const before = `${late(alert)}${again(alert)}${event === 'worsened' ? 'Getting worse. ' : ''}`;
  const advice = 'Add ice, leave earlier, or sell nearer.';
  if (left !== undefined && left <= 0)
    return [`${before}${subject} may be past the limit on arrival${when}.`, advice];
  if (pair === undefined) return [`${before}${subject} has too little life on arrival${when}.`, advice];
  return [`${before}${subject} arrives${when} with at least ${pair.left}, needs ${pair.needed}.`, advice];
};

const noData: Teller = (alert, { subject }, format) => {
  const { event, facts, knownLate, beganAt, clearedAt } = alert;
  const since = instant(facts.since) ?? beganAt;
  if (knownLate && clearedAt !== null) {
    const from = format.moment(since);
    return [`Late news. ${subject} was silent from ${from} to ${format.moment(clearedAt)}.`];
  }
  if (event === 'cleared')
    return [
      `${subject} reports again${clearedAt === null ? '' : ` since ${format.moment(clearedAt)}`}.`,
      clearedAt !== null && `It was silent for ${format.lasting((clearedAt - since) / 3_600_000)}.`,
    ];
  const still = event === 'worsened' ? 'Still no news' : 'No news';
  return [
    `${again(alert)}${still} from ${subject} since ${format.moment(since)}.`,
    'Check power, Wi-Fi or battery.',
  ];
};

const batteryLow: Teller = (alert, { subject }, format) => {
  const { batteryPct } = alert.facts;
  if (alert.event === 'cleared')
    return [
      `The battery of sensor ${subject} is good again${batteryPct === undefined ? '' : `, ${format.percent(batteryPct)}`}.`,
    ];
  const left = batteryPct === undefined ? '' : `, ${format.percent(batteryPct)} left`;
  return [
    `${late(alert)}${again(alert)}The battery of sensor ${subject} is low${left}.`,
    'Change or charge it.',
  ];
};

const calibrationDue: Teller = (alert, { subject }, format) => {
  if (alert.event === 'cleared') return [`The calibration of sensor ${subject} is noted.`];
  const dueAt = instant(alert.facts.dueAt);
  const due = dueAt === undefined ? '' : `, due ${format.day(dueAt)}`;
  return [`${again(alert)}Sensor ${subject} needs calibration${due}.`, 'Compare it with melting ice, 0 °C.'];
};

const clockWrong: Teller = (alert, { subject }, format) => {
  if (alert.event === 'cleared') return [`The clock of sensor ${subject} is right again.`];
  const since = instant(alert.facts.since) ?? alert.beganAt;
  return [
    `${late(alert)}${again(alert)}The clock of sensor ${subject} is wrong since ${format.moment(since)}.`,
    'Times of arrival are used meanwhile. Set its clock.',
  ];
};

const journalFilling: Teller = (alert, { subject }, format): readonly Sentence[] => {
  const { journalHoursLeft } = alert.facts;
  if (alert.event === 'cleared') return [`Gateway ${subject} has room again.`];
  const left = journalHoursLeft === undefined ? '' : `, room for ${format.life(journalHoursLeft)} more`;
  return [
    `${late(alert)}${again(alert)}Gateway ${subject} is nearly full${left}.`,
    'Check its connection to the server.',
  ];
};

export const englishWords: AlertWords = {
  decimal: '.',
  clock: ':',
  hours: n => `${n} h`,
  days: n => (n === '1' ? '1 day' : `${n} days`),
  minutes: n => `${n} min`,
  underAnHour: '<1 h',
  nearDays: { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' },
  weekdays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  date: (day, month) => `${day} ${months[month]}`,
  moment: (day, clock, zone) => `${day} ${clock}${zone && ` ${zone}`}`,
  kinds: {
    'too-warm': 'Too warm',
    'spoilage-near': 'Use soon',
    'will-not-arrive': 'Too short on arrival',
    'no-data': 'No news',
    'battery-low': 'Battery low',
    'calibration-due': 'Calibration due',
    'clock-wrong': 'Clock wrong',
    'journal-filling': 'Gateway nearly full',
  },
  cleared: 'Over',
  late: 'Late news',
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
  digestTitle: count => (count === 1 ? '1 alert' : `${count} alerts`),
  digest: (count, items, more) =>
    `${count === 1 ? '1 alert is' : `${count} alerts are`} open: ${items.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`,
  test: name => ({
    title: 'Test',
    text: `This is a test from Tahan for ${name}. If you can read it, alerts will reach you here.`,
  }),
  code: code => ({
    title: 'Tahan code',
    text: `Your Tahan code is ${code}. It holds for 24 hours. Ignore this if you did not ask for it.`,
  }),
};
