import { writeTable } from '../../models/laboratory/writeTable.ts';
import { saveCsv } from '../charts/saveCsv.ts';
import { shownLanguage } from '../i18n/messages.ts';

/** Invented counts at two temperatures, in the columns a file should have; as the spreadsheets of the language read it. */
export function saveSample(): void {
  const curve = (i: number, middle: number): number =>
    Math.round((2.4 + 6.3 / (1 + Math.exp((middle - i) / 1.1))) * 100) / 100;
  const rows = [10, 25].flatMap(temperatureC =>
    Array.from({ length: 9 }, (_, i) =>
      [1, 2].map(rep => [temperatureC, i * (temperatureC === 10 ? 24 : 6), rep, curve(i + rep * 0.15, 4)]),
    ).flat(),
  );
  const style = shownLanguage.value === 'id' ? ({ delimiter: ';', decimal: ',' } as const) : {};
  saveCsv(
    writeTable(['temp_C', 'time_h', 'rep', 'logcfu'], rows, {
      ...style,
      byteOrderMark: true,
      lineEnd: '\r\n',
    }),
    'tahan-sample',
  );
}
