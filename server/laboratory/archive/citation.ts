import type { ArchiveContent, ArchiveLanguage } from './archiveContent.ts';

/** Where this program comes from stays with whoever runs it: the title and the version say what it is. */
const software = (version: string) => `Tahan ${version}`;

/** One line for a list of references. */
export function citationText(content: ArchiveContent, language: ArchiveLanguage = content.language): string {
  const { experiment, version, organisation, fit, set, programVersion } = content;
  const year = new Date(version.madeAt).getUTCFullYear();
  const parts = {
    en: [
      `${version.madeBy} (${organisation}) (${year}). ${experiment.title}, version ${version.version} [data set]`,
      fit && `fit with ${fit.request.model}`,
      set && `parameter set ${set.title} v${set.version}`,
      `made with ${software(programVersion)}`,
    ],
    id: [
      `${version.madeBy} (${organisation}) (${year}). ${experiment.title}, versi ${version.version} [kumpulan data]`,
      fit && `ditaksir dengan ${fit.request.model}`,
      set && `kumpulan parameter ${set.title} v${set.version}`,
      `dibuat dengan ${software(programVersion)}`,
    ],
    ja: [
      `${version.madeBy}（${organisation}）（${year}）「${experiment.title}」第${version.version}版[データセット]`,
      fit && `当てはめモデル：${fit.request.model}`,
      set && `パラメータセット：${set.title} v${set.version}`,
      `使用プログラム：${software(programVersion)}`,
    ],
  }[language].filter((part): part is string => typeof part === 'string');
  return `${parts.join(language === 'ja' ? '、' : '; ')}.`;
}

/** CITATION.cff 1.2, as repositories of data read it. */
export function citationFile(content: ArchiveContent): string {
  const { experiment, version, organisation, set } = content;
  const authors = [...new Set([version.madeBy, ...(set?.author ? [set.author] : [])])];
  const lines = [
    'cff-version: 1.2.0',
    'message: If you use these data, please cite them as below.',
    'type: dataset',
    `title: ${quoted(experiment.title)}`,
    `version: ${quoted(String(version.version))}`,
    `date-released: ${new Date(version.madeAt).toISOString().slice(0, 10)}`,
    'authors:',
    ...authors.flatMap(author => [`  - name: ${quoted(author)}`, `    affiliation: ${quoted(organisation)}`]),
    'identifiers:',
    '  - type: other',
    `    value: ${quoted(`urn:uuid:${experiment.experimentId}`)}`,
    '    description: Experiment in the Tahan installation it comes from',
    'keywords:',
    ...['tofu', 'tahu', 'predictive microbiology', 'shelf life'].map(word => `  - ${word}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** A JSON string is a YAML string. */
const quoted = (text: string): string => JSON.stringify(text);
