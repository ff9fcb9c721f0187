import type { ExperimentKind } from '../../../models/contracts/experiment.ts';
import type { RateScale } from '../../../models/laboratory/rateAgainstTemperature.ts';
import type { Mark } from '../../../models/parameters/parameterSet.ts';
import type { ArchiveLanguage } from './archiveContent.ts';

/** Everything a report of an experiment says, in one language. */
export interface ReportWords {
  readonly kinds: Readonly<Record<ExperimentKind, string>>;
  readonly title: string;
  readonly facts: Readonly<
    Record<'organisation' | 'version' | 'made' | 'rows' | 'model' | 'command' | 'notes' | 'program', string>
  >;
  readonly rowsOf: (rows: number, excluded: number, series: number) => string;
  readonly sections: Readonly<
    Record<
      | 'figures'
      | 'estimates'
      | 'correlation'
      | 'agreement'
      | 'series'
      | 'leftOut'
      | 'decisions'
      | 'set'
      | 'citation',
      string
    >
  >;
  readonly columns: Readonly<
    Record<
      | 'parameter'
      | 'estimate'
      | 'error'
      | 'interval95'
      | 'profile95'
      | 'bootstrap95'
      | 'measure'
      | 'value'
      | 'series'
      | 'temperature'
      | 'levers'
      | 'medium'
      | 'row'
      | 'reason'
      | 'found'
      | 'became'
      | 'unit'
      | 'sd'
      | 'mark'
      | 'source',
      string
    >
  >;
  readonly figures: {
    readonly counts: (where: string) => string;
    readonly fitted: (where: string) => string;
    readonly residuals: string;
  };
  readonly marks: Readonly<Record<Mark, string>>;
  readonly changing: string;
  readonly measured: string;
  readonly fitted: string;
  readonly onlyALimit: string;
  readonly leftOut: string;
  readonly residual: string;
  readonly interval90: string;
  readonly temperature: string;
  readonly timeH: string;
  readonly timeMin: string;
  readonly count: string;
  readonly rates: Readonly<Record<RateScale, string>>;
  readonly rateAxes: Readonly<Record<RateScale, string>>;
  readonly prediction90: string;
  readonly ownCurve: string;
  readonly limit: (log10: number) => string;
  readonly limitAt: (hours: string) => string;
  readonly notIdentifiable: string;
  readonly noFit: string;
  readonly testedRange: (min: number, max: number) => string;
  readonly caution: string;
}

const en: ReportWords = {
  kinds: { growth: 'growth', inactivation: 'inactivation', 'shelf-life': 'shelf life' },
  title: 'Report of an experiment',
  facts: {
    organisation: 'Organisation',
    version: 'Version',
    made: 'Made',
    rows: 'Data',
    model: 'Model',
    command: 'To repeat it',
    notes: 'Notes',
    program: 'Program',
  },
  rowsOf: (rows, excluded, series) => `${rows} rows (${excluded} left out) in ${series} series`,
  sections: {
    figures: 'Figures',
    estimates: 'Estimates',
    correlation: 'Correlation of the estimates',
    agreement: 'How well it fits',
    series: 'Series',
    leftOut: 'Rows left out',
    decisions: 'What was decided about cells',
    set: 'Parameter set',
    citation: 'How to cite',
  },
  columns: {
    parameter: 'Parameter',
    estimate: 'Estimate',
    error: 'Standard error',
    interval95: '95 % interval (Wald)',
    profile95: '95 % (profile likelihood)',
    bootstrap95: '95 % (bootstrap)',
    measure: 'Measure',
    value: 'Value',
    series: 'Series',
    temperature: 'Temperature',
    levers: 'Preservation',
    medium: 'Medium and method',
    row: 'Row',
    reason: 'Reason',
    found: 'Found',
    became: 'Became',
    unit: 'Unit',
    sd: 'SD',
    mark: 'Known how',
    source: 'Source',
  },
  figures: {
    counts: where => `Counts at ${where}`,
    fitted: where => `Counts and fitted curve at ${where}`,
    residuals: 'Residuals against fitted values',
  },
  marks: {
    seen: 'seen in the source',
    computed: 'computed',
    general: 'general knowledge',
    assumed: 'assumed',
  },
  changing: 'changing',
  measured: 'measured',
  fitted: 'fitted',
  onlyALimit: 'only a limit',
  leftOut: 'left out',
  residual: 'residual',
  interval90: '90 % interval',
  temperature: 'temperature, °C',
  timeH: 'time, h',
  timeMin: 'time, min',
  count: 'log10 CFU/g',
  rates: {
    'sqrt-mu': 'Square root of the growth rate against temperature',
    'log10-d': 'Decimal reduction time against temperature',
    'life-h': 'Shelf life against temperature',
  },
  rateAxes: { 'sqrt-mu': '√µ, √(ln/h)', 'log10-d': 'log10 D, min', 'life-h': 'shelf life, h' },
  prediction90: '90 % of counts',
  ownCurve: 'each temperature alone',
  limit: log10 => `limit ${log10}`,
  limitAt: hours => `The curve meets the limit after ${hours}`,
  notIdentifiable: 'These data do not determine the parameters, so no estimate is shown:',
  noFit: 'No fit was chosen for this archive.',
  testedRange: (min, max) => `Tested from ${min} to ${max} °C.`,
  caution: 'The model predicts spoilage, not the growth of pathogens. It is no use-by date.',
};

const id: ReportWords = {
  kinds: { growth: 'pertumbuhan', inactivation: 'inaktivasi', 'shelf-life': 'masa simpan' },
  title: 'Laporan percobaan',
  facts: {
    organisation: 'Organisasi',
    version: 'Versi',
    made: 'Dibuat',
    rows: 'Data',
    model: 'Model',
    command: 'Untuk mengulang',
    notes: 'Catatan',
    program: 'Program',
  },
  rowsOf: (rows, excluded, series) => `${rows} baris (${excluded} dikeluarkan) dalam ${series} seri`,
  sections: {
    figures: 'Gambar',
    estimates: 'Taksiran',
    correlation: 'Korelasi taksiran',
    agreement: 'Seberapa cocok',
    series: 'Seri',
    leftOut: 'Baris yang dikeluarkan',
    decisions: 'Keputusan tentang sel',
    set: 'Kumpulan parameter',
    citation: 'Cara mengutip',
  },
  columns: {
    parameter: 'Parameter',
    estimate: 'Taksiran',
    error: 'Galat baku',
    interval95: 'Selang 95 % (Wald)',
    profile95: '95 % (profil kemungkinan)',
    bootstrap95: '95 % (bootstrap)',
    measure: 'Ukuran',
    value: 'Nilai',
    series: 'Seri',
    temperature: 'Suhu',
    levers: 'Pengawetan',
    medium: 'Media dan metode',
    row: 'Baris',
    reason: 'Alasan',
    found: 'Tertulis',
    became: 'Menjadi',
    unit: 'Satuan',
    sd: 'SD',
    mark: 'Dasar',
    source: 'Sumber',
  },
  figures: {
    counts: where => `Hitungan pada ${where}`,
    fitted: where => `Hitungan dan kurva pada ${where}`,
    residuals: 'Residu terhadap nilai taksiran',
  },
  marks: { seen: 'dibaca di sumber', computed: 'dihitung', general: 'pengetahuan umum', assumed: 'anggapan' },
  changing: 'berubah',
  measured: 'terukur',
  fitted: 'taksiran',
  onlyALimit: 'hanya batas',
  leftOut: 'dikeluarkan',
  residual: 'residu',
  interval90: 'selang 90 %',
  temperature: 'suhu, °C',
  timeH: 'waktu, jam',
  timeMin: 'waktu, menit',
  count: 'log10 CFU/g',
  rates: {
    'sqrt-mu': 'Akar laju pertumbuhan terhadap suhu',
    'log10-d': 'Waktu reduksi desimal terhadap suhu',
    'life-h': 'Masa simpan terhadap suhu',
  },
  rateAxes: { 'sqrt-mu': '√µ, √(ln/jam)', 'log10-d': 'log10 D, menit', 'life-h': 'masa simpan, jam' },
  prediction90: '90 % hitungan',
  ownCurve: 'tiap suhu sendiri',
  limit: log10 => `batas ${log10}`,
  limitAt: hours => `Kurva mencapai batas setelah ${hours}`,
  notIdentifiable: 'Data ini tidak menentukan parameternya, jadi taksiran tidak ditampilkan:',
  noFit: 'Tidak ada taksiran yang dipilih untuk arsip ini.',
  testedRange: (min, max) => `Diuji dari ${min} sampai ${max} °C.`,
  caution: 'Model ini memperkirakan basi, bukan pertumbuhan patogen. Ini bukan tanggal kedaluwarsa.',
};

const ja: ReportWords = {
  kinds: { growth: '増殖', inactivation: '死滅', 'shelf-life': '日持ち' },
  title: '実験報告書',
  facts: {
    organisation: '機関',
    version: '版',
    made: '作成',
    rows: 'データ',
    model: 'モデル',
    command: '再現コマンド',
    notes: '備考',
    program: 'プログラム',
  },
  rowsOf: (rows, excluded, series) => `${rows}行（除外${excluded}行）、${series}系列`,
  sections: {
    figures: '図',
    estimates: '推定値',
    correlation: '推定値の相関',
    agreement: '適合度',
    series: '系列',
    leftOut: '除外した行',
    decisions: 'セルについての判断',
    set: 'パラメータセット',
    citation: '引用方法',
  },
  columns: {
    parameter: 'パラメータ',
    estimate: '推定値',
    error: '標準誤差',
    interval95: '95 %区間（Wald）',
    profile95: '95 %区間（プロファイル尤度）',
    bootstrap95: '95 %区間（ブートストラップ）',
    measure: '指標',
    value: '値',
    series: '系列',
    temperature: '温度',
    levers: '保存処理',
    medium: '培地と方法',
    row: '行',
    reason: '理由',
    found: '元の記載',
    became: '採用値',
    unit: '単位',
    sd: '標準偏差',
    mark: '根拠',
    source: '出典',
  },
  figures: {
    counts: where => `菌数（${where}）`,
    fitted: where => `菌数と当てはめ曲線（${where}）`,
    residuals: '当てはめ値に対する残差',
  },
  marks: { seen: '文献の値', computed: '計算値', general: '一般的知見', assumed: '仮定' },
  changing: '変動',
  measured: '実測',
  fitted: '当てはめ',
  onlyALimit: '限界値のみ',
  leftOut: '除外',
  residual: '残差',
  interval90: '90 %区間',
  temperature: '温度 °C',
  timeH: '時間 h',
  timeMin: '時間 min',
  count: 'log10 CFU/g',
  rates: {
    'sqrt-mu': '温度に対する増殖速度の平方根',
    'log10-d': '温度に対するD値',
    'life-h': '温度に対する日持ち',
  },
  rateAxes: { 'sqrt-mu': '√µ, √(ln/h)', 'log10-d': 'log10 D, min', 'life-h': '日持ち, h' },
  prediction90: '菌数の90 %区間',
  ownCurve: '各温度単独',
  limit: log10 => `限界 ${log10}`,
  limitAt: hours => `曲線が限界に達するまで${hours}`,
  notIdentifiable: 'このデータではパラメータが定まらないため、推定値を示しません。',
  noFit: 'この書庫には当てはめ結果が含まれていません。',
  testedRange: (min, max) => `試験温度範囲：${min}〜${max} °C`,
  caution: 'このモデルは腐敗を予測するもので、病原菌の増殖は予測しません。表示期限ではありません。',
};

export const reportWords: Readonly<Record<ArchiveLanguage, ReportWords>> = { en, id, ja };
