import { createHash } from 'node:crypto';

const light =
  '--bg:#F4F6F5;--surface:#FFF;--sunken:#EBEFED;--ink:#0D1A17;--ink2:#3A4A46;--ink3:#566661;--line:#D9E0DD;--edge:#7D8C87;--raise:#FFF;--accent:#0B5CAD;' +
  '--fresh:#0A6B5B;--fresh-soft:#DFF3EE;--fresh-fill:#17947F;--soon:#7F4700;--soon-soft:#FFEFCF;--soon-fill:#F0A31F;--soon-edge:#A86400;' +
  '--risk:#A81C17;--risk-soft:#FCE4E1;--risk-fill:#D4352B;--none:#46545F;--none-soft:#E8ECEF;--none-fill:#7B8892';
const dark =
  '--bg:#0C1311;--surface:#141D1A;--sunken:#1B2623;--ink:#EDF3F0;--ink2:#BFCCC7;--ink3:#9AAAA4;--line:#2A3733;--edge:#71827C;--raise:#36453F;--accent:#7DB8F7;' +
  '--fresh:#6FDCC4;--fresh-soft:#123A32;--fresh-fill:#2BB69C;--soon:#FFC766;--soon-soft:#3F2C08;--soon-fill:#E9A32B;--soon-edge:#E9A32B;' +
  '--risk:#FF9A8F;--risk-soft:#4A1713;--risk-fill:#E8564A;--none:#B5C0C8;--none-soft:#26313A;--none-fill:#74828D';

const statuses = ['fresh', 'soon', 'risk', 'none']
  .map(
    s =>
      `.${s}{--st:var(--${s});--soft:var(--${s}-soft);--fill:var(--${s}-fill);--line-st:var(--${s}-edge,var(--${s}-fill))}`,
  )
  .join('');

/** The whole style of the page: inline, so that a page is one answer. */
export const packStyle = [
  `:root{color-scheme:light dark;${light}}`,
  `@media(prefers-color-scheme:dark){:root{${dark}}}`,
  statuses,
  '*{box-sizing:border-box;margin:0}',
  'body{background:var(--bg);color:var(--ink);font:16px/1.5 Roboto,"Noto Sans",system-ui,-apple-system,"Noto Sans JP","Noto Sans CJK JP","Hiragino Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}',
  'main,header,footer{max-width:560px;margin:0 auto;padding:0 16px}',
  'header{display:flex;gap:10px;align-items:center;padding-top:10px;padding-bottom:10px;flex-wrap:wrap}header b{flex:1 1 30%}header svg{flex:none}',
  'h1{font-size:32px;line-height:1.15;letter-spacing:-.025em;margin:10px 0 6px;font-weight:700}h1:lang(ja){font-size:27px;word-break:auto-phrase}h1 small{font-size:16px;font-weight:400;letter-spacing:0;display:block;color:var(--ink2);margin-top:2px}',
  'h2{font-size:16px;margin-bottom:8px}section{margin-bottom:18px}p{margin-top:6px}',
  '.answer{background:var(--soft);border-radius:18px;padding:18px 16px;margin-left:-8px;margin-right:-8px}',
  '.word{display:flex;gap:10px;align-items:center;color:var(--st);font-size:18px;font-weight:700;margin:0}.word svg{flex:none}',
  '.lead{font-weight:600}.note{font-size:14px;color:var(--ink2)}',
  '.bar{display:block;width:100%;height:auto;margin-top:12px;overflow:visible;font-size:12px}.bar text{fill:var(--ink2)}.bar .now{font-weight:700;fill:var(--ink)}',
  '.track{fill:var(--surface)}.grid{stroke:var(--line)}.sure{fill:var(--fill);stroke:var(--line-st)}.maybe{fill:url(#h);stroke:var(--line-st)}.soft{fill:var(--soft)}.hatch{stroke:var(--line-st);stroke-width:3}.mid{stroke:var(--ink);stroke-width:2.5}.gone{stroke:var(--fill);stroke-width:2;stroke-dasharray:5 5}',
  '.chip{display:inline-block;border:1px solid var(--edge);border-radius:99px;padding:0 10px;font-size:14px;margin:6px 6px 0 0}',
  '.seg{display:flex;background:var(--sunken);border-radius:10px;padding:3px;gap:2px}.seg a{flex:1;display:flex;align-items:center;justify-content:center;text-align:center;min-height:48px;padding:0 8px;border-radius:8px;color:var(--ink2);text-decoration:none;line-height:1.25}.seg a[aria-current]{background:var(--raise);color:var(--ink);font-weight:700;box-shadow:0 1px 2px #0003}',
  'nav.seg a{min-width:48px;white-space:nowrap}.wrap{flex-wrap:wrap}.wrap a{flex:1 1 40%}',
  '.card{background:var(--surface);border:1px solid var(--line);border-radius:14px;padding:16px;margin-left:-8px;margin-right:-8px}',
  'ol{list-style:none;padding:0}li{position:relative;padding:0 0 14px 28px;line-height:1.4}li:before{content:"";position:absolute;left:3px;top:6px;width:10px;height:10px;border-radius:50%;background:var(--ink)}li:not(:last-child):after{content:"";position:absolute;left:7px;top:20px;bottom:-2px;width:2px;background:var(--line)}li:last-child{padding-bottom:0}time::first-letter{text-transform:uppercase}li time,li span{display:block;font-size:14px;color:var(--ink2)}',
  '.caution{display:flex;gap:12px;background:var(--sunken);border-radius:14px;padding:14px}.caution svg{flex:none}',
  '.verdicts{display:flex;flex-wrap:wrap;gap:8px}button,input{font:inherit;color:inherit;background:var(--surface);border:1px solid var(--edge);border-radius:10px;min-height:48px;padding:0 14px}.verdicts button{flex:1 1 40%}input{width:100%;margin:6px 0 10px;text-transform:uppercase}',
  'summary{min-height:48px;display:flex;align-items:center;color:var(--accent);text-decoration:underline;cursor:pointer}',
  '.thanks{background:var(--fresh-soft);color:var(--fresh);border-radius:10px;padding:12px 14px;font-weight:600}',
  'footer{font-size:14px;color:var(--ink3);padding-bottom:24px}a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}',
].join('');

/** Nothing but this style may be applied, nothing may run, nothing may be loaded. */
export const packPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(packStyle).digest('base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
