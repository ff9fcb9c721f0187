import type { Storage } from '../../models/contracts/batch.ts';
import { verdictSchema } from '../../models/contracts/observation.ts';
import { msPerHour } from '../../models/units.ts';
import { printedCode } from '../links/labelOf.ts';
import { type AlertFormat, createAlertFormat } from '../notify/alertFormat.ts';
import type { Batch } from '../store/metadata/batches.ts';
import { escapeHtml } from './html.ts';
import { lifeBar } from './lifeBar.ts';
import type { JourneyEvent } from './packJourney.ts';
import { type BoughtHours, boughtHours, type PackLife, storageTemperatureC } from './packLife.ts';
import { logo, statusShape } from './packShapes.ts';
import { type PackLanguage, packLanguages } from './packWords.ts';
import { pageFrame } from './pageFrame.ts';

export interface PackView {
  readonly code: string;
  readonly batch: Batch;
  /** As the firm wants to be called. */
  readonly firm: string;
  readonly halalNumber: string | null;
  readonly timeZone: string;
  readonly storage: Storage;
  readonly boughtH: BoughtHours;
  readonly life: PackLife;
  readonly journey: readonly JourneyEvent[];
  readonly now: number;
}

export type Thanks = 'recorded' | 'already' | null;

/** The page of one pack. */
export function renderPack(view: PackView, language: PackLanguage, thanks: Thanks = null): string {
  const { words } = language;
  const { firm, batch } = view;
  const sections = [
    thanks === null
      ? ''
      : `<section role="status"><p class="thanks">${escapeHtml(thanks === 'recorded' ? words.thanks : words.thanksAlready)}</p></section>`,
    batch.discarded === null ? answer(view, language) : discarded(view, language),
    batch.discarded === null ? choices(view, language) : '',
    journey(view, language),
    `<section class="caution">${statusShape('none', 22)}<span>${escapeHtml(words.caution)}</span></section>`,
    report(view, language),
    `<details><summary>${escapeHtml(words.how)}</summary><p class="note">${escapeHtml(words.howText)}</p></details>`,
  ];
  return pageFrame({
    language,
    title: words.title,
    header: `${logo}<b>${escapeHtml(firm)}</b>${languageLinks(view, language)}`,
    body: sections.join(''),
    footer: footer(view),
  });
}

function linkTo(
  { code, storage, boughtH }: Pick<PackView, 'code' | 'storage' | 'boughtH'>,
  lang: string,
): string {
  return `/p/${code}?lang=${lang}&amp;storage=${storage}${boughtH === 0 ? '' : `&amp;bought=${boughtH}`}`;
}

function languageLinks(view: PackView, { code: current, words }: PackLanguage): string {
  const names = { id: 'ID', en: 'EN', ja: '日本語' };
  const links = Object.values(packLanguages).map(
    ({ code }) =>
      `<a lang="${code}" hreflang="${code}" href="${linkTo(view, code)}"${code === current ? ' aria-current="true"' : ''}>${names[code]}</a>`,
  );
  return `<nav class="seg" aria-label="${escapeHtml(words.language)}">${links.join('')}</nav>`;
}

function formatOf({ timeZone, now }: PackView, { code, formatWords }: PackLanguage): AlertFormat {
  const format = createAlertFormat(formatWords, code, timeZone, now);
  // A figure and its unit stay on one line.
  return { ...format, temperature: degreesC => format.temperature(degreesC).replace(' ', '\u00a0') };
}

function answer(view: PackView, language: PackLanguage): string {
  const { life } = view;
  const { words } = language;
  const format = formatOf(view, language);
  const { estimate } = life;
  const flags = new Set(estimate.flags);
  // The zone stands with the time of the data, where there is room for it.
  format.moment(view.now);
  const until = life.say === 'left' ? format.until(life.untilAt) : null;
  const headline =
    life.say === 'past'
      ? words.past
      : life.say === 'maybe-past' || (life.say === 'left' && until === null)
        ? words.mayBePast
        : life.say === 'unknown'
          ? '?'
          : words.eatBefore(until!);
  const isEstimate = life.say === 'left' && until !== null;
  const chips = [
    flags.has('no-sensor') && words.noSensor,
    flags.has('outside-tested-range') && words.outsideTested,
  ].filter(chip => chip !== false);
  return [
    `<section class="answer ${life.status}"><p class="word">${statusShape(life.status)}${escapeHtml(words.status[life.status])}</p>`,
    `<h1>${escapeHtml(headline)}${isEstimate ? `<small>${escapeHtml(words.estimate)}</small>` : ''}</h1>`,
    `<p class="lead">${escapeHtml(leadOf(life, words, format))}</p>`,
    lifeBar(life, {
      ...{ formatWords: language.formatWords, timeZone: view.timeZone, now: view.now, nowWord: words.now },
      sentence: sentenceOf(life, words, format),
    }),
    life.say === 'unknown' || life.hiH <= 0
      ? ''
      : `<p>${escapeHtml(words.interval(rangeOf(life, format)))}</p>`,
    chips.map(chip => `<span class="chip">${escapeHtml(chip)}</span>`).join(''),
    `<p class="note">${dataLine(view, language)}</p></section>`,
  ].join('');
}

function leadOf(life: PackLife, words: PackLanguage['words'], format: AlertFormat): string {
  if (life.say === 'unknown') return `${words.worstCase(lifeText(life.loH, format))} ${words.checkFirst}`;
  if (life.say === 'left') return words.keepsAtLeast(lifeText(life.loH, format));
  return words.checkFirst;
}

/** 0 is not "less than an hour". */
const lifeText = (hours: number, format: AlertFormat): string =>
  hours <= 0 ? format.life(1).replace('1', '0') : format.life(hours);

function sentenceOf(
  life: PackLife,
  { barLeft, barPast, barUnknown }: PackLanguage['words'],
  format: AlertFormat,
) {
  if (life.say === 'unknown') return barUnknown;
  if (life.hiH <= 0) return barPast;
  return barLeft(
    ...([life.loH, life.medianH, life.hiH].map(h => lifeText(h, format)) as [string, string, string]),
  );
}

/** "3–5 days": the unit once where both have the same. */
function rangeOf({ loH, hiH }: PackLife, format: AlertFormat): string {
  const [lo, hi] = [lifeText(loH, format), lifeText(hiH, format)];
  const [, low, lowUnit] = /^([\d.,]+)(.*)$/.exec(lo) ?? [];
  const [, , highUnit] = /^([\d.,]+)(.*)$/.exec(hi) ?? [];
  if (lo === hi) return lo;
  const sameUnit = lowUnit !== undefined && lowUnit.replace(/s$/, '') === highUnit?.replace(/s$/, '');
  return sameUnit ? `${low}–${hi}` : `${lo} – ${hi}`;
}

/** Since when nobody measures, and how old what was measured is. */
function dataLine(view: PackView, language: PackLanguage): string {
  const { life, storage } = view;
  const { words } = language;
  const format = formatOf(view, language);
  const { lastReadingAt, flags } = life.estimate;
  const place = words.place(storage, format.temperature(life.storageC));
  const said = [
    lastReadingAt === null
      ? words.neverMeasured
      : words.lastMeasured(format.moment(Date.parse(lastReadingAt))),
    flags.includes('silent') && words.lowered,
    words.assumed(format.moment(life.sinceAt), place),
  ];
  return escapeHtml(said.filter(sentence => sentence !== false).join(' '));
}

function discarded({ batch }: PackView, { words }: PackLanguage): string {
  const { reason } = batch.discarded!;
  return [
    `<section class="answer risk"><p class="word">${statusShape('risk')}${escapeHtml(words.discarded)}</p>`,
    `<h1>${escapeHtml(words.discardedAdvice)}</h1>`,
    `<p>${escapeHtml(words.discardReason[reason])}</p></section>`,
  ].join('');
}

function choices(view: PackView, language: PackLanguage): string {
  const { words, code } = language;
  const format = formatOf(view, language);
  const link = (choice: Partial<PackView>, isCurrent: boolean, text: string) =>
    `<a rel="nofollow" href="${linkTo({ ...view, ...choice }, code)}"${isCurrent ? ' aria-current="true"' : ''}>${escapeHtml(text)}</a>`;
  const storages = (['fridge', 'room'] as const).map(storage =>
    link(
      { storage },
      storage === view.storage,
      words.place(storage, format.temperature(storageTemperatureC[storage])),
    ),
  );
  const ageH = (view.now - view.batch.producedAt) / msPerHour;
  const times = boughtHours
    .filter(hours => hours <= ageH || hours === view.boughtH)
    .map(boughtH => link({ boughtH }, boughtH === view.boughtH, words.boughtAgo[boughtH]));
  const bought =
    times.length < 2
      ? ''
      : `<section><h2 id="b">${escapeHtml(words.bought)}</h2><div class="seg wrap" role="group" aria-labelledby="b">${times.join('')}</div></section>`;
  return `<section><h2 id="w">${escapeHtml(words.where)}</h2><div class="seg" role="group" aria-labelledby="w">${storages.join('')}</div><p class="note">${escapeHtml(words.sensorsStay)}</p></section>${bought}`;
}

function journey(view: PackView, language: PackLanguage): string {
  const { words } = language;
  const format = formatOf(view, language);
  const items = view.journey.map(event => {
    const when = `<time datetime="${new Date(event.at).toISOString()}">${escapeHtml(format.moment(event.at))}</time>`;
    const [what, detail] = wordsOf(event, view, words);
    return `<li>${when}<b>${escapeHtml(what)}</b>${detail === '' ? '' : `<span>${escapeHtml(detail)}</span>`}</li>`;
  });
  const { lastReadingAt, timeOutOfRangeH, measuredShare, outOfRangeAboveC } = view.life.estimate;
  const measuredH = measuredShare * ((view.life.sinceAt - view.batch.producedAt) / msPerHour);
  if (lastReadingAt !== null && measuredH > 0) {
    const share = Math.max(0, 1 - timeOutOfRangeH / measuredH) * 100;
    const at = Date.parse(lastReadingAt);
    const below = words.below(format.percent(share), format.temperature(outOfRangeAboveC));
    items.push(
      `<li><time datetime="${new Date(at).toISOString()}">${escapeHtml(format.moment(at))}</time><b>${escapeHtml(words.measured)}</b><span>${escapeHtml(below)}</span></li>`,
    );
  }
  return `<section class="card"><h2>${escapeHtml(words.journey)}</h2><ol>${items.join('')}</ol></section>`;
}

function wordsOf(
  event: JourneyEvent,
  { firm, batch }: PackView,
  words: PackLanguage['words'],
): [string, string] {
  if (event.kind === 'made') return [words.madeBy(firm), words.treatment[batch.treatment]];
  if (event.kind === 'departed') return [words.departed(event.place), ''];
  if (event.kind === 'arrived') return [words.arrived(event.place), ''];
  if (event.kind === 'sent-out') return [words.sentOut, ''];
  return [event.kind === 'received' ? words.received : words.soldOut, ''];
}

/** Plain forms: it works without a script. */
function report(view: PackView, { words, code: lang }: PackLanguage): string {
  const buttons = verdictSchema.options.map(
    verdict => `<button name="verdict" value="${verdict}">${escapeHtml(words.verdict[verdict])}</button>`,
  );
  const hidden = [
    ['lang', lang],
    ['storage', view.storage],
    ['bought', String(view.boughtH)],
  ].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<section><h2 id="r">${escapeHtml(words.report)}</h2><p class="note" id="q">${escapeHtml(words.reportQuestion)}</p><form class="verdicts" method="post" action="/p/${view.code}/verdict" aria-labelledby="r" aria-describedby="q">${hidden.join('')}${buttons.join('')}</form></section>`;
}

function footer({ batch, code, halalNumber }: PackView): string {
  const halal = halalNumber === null ? '' : ` · Halal ${halalNumber}`;
  return escapeHtml(`${batch.productName} · ${printedCode(code)}${halal}`);
}
