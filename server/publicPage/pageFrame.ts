import { escapeHtml } from './html.ts';
import { logo, statusShape } from './packShapes.ts';
import { packStyle } from './packStyle.ts';
import type { PackLanguage } from './packWords.ts';

interface Frame {
  readonly language: PackLanguage;
  readonly title: string;
  /** HTML, as are the next two. */
  readonly header: string;
  readonly body: string;
  readonly footer: string;
}

/** A whole page in one answer: nothing else is loaded. */
export function pageFrame({ language, title, header, body, footer }: Frame): string {
  return (
    `<!doctype html><html lang="${language.code}"><head><meta charset="utf-8">` +
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">' +
    `<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${packStyle}</style></head>` +
    `<body><header>${header}</header><main>${body}</main>${footer === '' ? '' : `<footer>${footer}</footer>`}</body></html>`
  );
}

/** There is no pack to show: the code is not known, or the page was asked for too often. */
export function renderNoPack(language: PackLanguage, reason: 'unknown' | 'busy' | 'failed' | 'ask'): string {
  const { words } = language;
  const said = {
    unknown: [words.unknownTitle, words.unknownAdvice],
    busy: [words.busyTitle, words.busyAdvice],
    failed: [words.failedTitle, words.busyAdvice],
    ask: [words.title, words.unknownAdvice],
  }[reason] as [string, string];
  const form = `<form method="get" action="/p"><input type="hidden" name="lang" value="${language.code}"><label>${escapeHtml(words.codeLabel)}<input name="code" maxlength="32" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="7K3Q9-ZPM4T" required></label><button>${escapeHtml(words.open)}</button></form>`;
  return pageFrame({
    language,
    title: said[0],
    header: `${logo}<b>Tahan</b>`,
    body: `<section class="answer none"><p class="word">${statusShape('none')}${escapeHtml(said[0])}</p><p>${escapeHtml(said[1])}</p></section><section>${reason === 'unknown' || reason === 'ask' ? form : ''}</section>`,
    footer: '',
  });
}
