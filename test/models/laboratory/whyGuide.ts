import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type PreservationTechnique,
  preservationTechniques,
  techniqueCaveats,
  techniqueEvidence,
  techniqueFigures,
  techniqueMark,
} from '../../../models/laboratory/preservationTechniques.ts';
import { leversOf } from '../../../models/laboratory/treatmentChanges.ts';
import { legalFaults } from '../../../models/laboratory/treatmentFaults.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const words = JSON.parse(readFileSync(join(root, 'dashboard/i18n/en/why.json'), 'utf8')) as Record<
  string,
  string
>;
const say = (id: string): string => words[`why.${id}`] ?? `(${id} is missing)`;

/** Rounded down as everywhere: hours under two days, half days under a week, then whole days. */
function life(hours: number): string {
  if (hours < 48) return `${Math.floor(hours)} h`;
  const days = hours / 24;
  return `${days < 7 ? Math.floor(days * 2) / 2 : Math.floor(days)} d`;
}
const times = (ratio: number): string => `${(Math.floor(ratio * 10 + 1e-9) / 10).toFixed(1)}×`;

export const guidePath = join(root, 'docs/why-japanese-tofu-keeps.md');

/** The guide in `docs/`, from the same figures and words as the page. */
export function whyGuide(): string {
  return `# ${say('title')}, ${say('subtitle')}

${say('lead')}

Every figure below is worked out from \`models/preservation/levers.ts\` and \`models/parameters/\` by a test that also fails when
this file no longer says the same; the page \`/mengapa-tahu-jepang-awet\` works the same figures out in the browser and opens each way
in the comparison. Intervals are 90 %, the lower end first, rounded down. "Longer" is the lower 5 % of paired draws, with the median
behind it: ${say('heldBack')} Takwa and white tahu have the same figures: no counts of either are known.

To make this file anew: \`TAHAN_WRITE_GUIDES=1 npx vitest run --project node test/models/laboratory/whyGuide.test.ts\`.

${preservationTechniques.map(section).join('\n')}`;
}

function section(technique: PreservationTechnique): string {
  const { id, choice } = technique;
  const part = (name: string): string => say(`t.${id}.${name}`);
  const mark = techniqueMark(technique);
  const isUnread =
    choice !== null && legalFaults(leversOf(choice('turmeric-boiled')), 'indonesia').length > 0;
  const evidence = techniqueEvidence(technique).map(({ seen, source }) => `- ${seen}. ${source}`);
  const caveats = techniqueCaveats(technique).map(caveat => `- Know this: ${caveat}.`);
  return [
    `## ${part('name')}\n`,
    `${say('acts')}: ${part('acts')}\n`,
    figures(technique),
    ...(isUnread ? [`${say('legalIndonesia')}\n`] : []),
    `${say('certainty')}: **${say(`mark.${mark ?? 'none'}`)}**. ${say('equipment')}: ${part('equipment')} ${say('measure')}: ${part('measure')}\n`,
    ...evidence,
    ...caveats,
    '',
  ].join('\n');
}

function figures(technique: PreservationTechnique): string {
  const [takwa] = techniqueFigures(technique);
  if (takwa === undefined)
    return `**${say('noNumber')}**${technique.id === 'aseptic-filling' ? ` ${say('noNumberAseptic')}` : ''}\n`;
  const longer = technique.isCold ? 'Than at 28 °C, at least (median)' : 'Longer, at least (median)';
  const rows = takwa.figures.map(({ temperatureC, range, without, ratio }) =>
    [
      `${temperatureC} °C`,
      `${life(without.p05H)}–${life(without.p95H)}`,
      `**${life(range.p05H)}–${life(range.p95H)}**`,
      `${times(ratio.atLeast)} (${times(ratio.median)})`,
      `${times(ratio.spoilageAtLeast)} (${times(ratio.spoilageMedian)})`,
    ].join(' | '),
  );
  return `| ${['Kept at', 'Without', 'With', longer, 'Spoilage alone'].join(' | ')} |\n| --- | --- | --- | --- | --- |\n${rows
    .map(row => `| ${row} |\n`)
    .join('')}`;
}
