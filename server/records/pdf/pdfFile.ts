import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { PdfPage } from './pdfPage.ts';

export interface PdfMeta {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  /** BCP 47, of its text. */
  readonly language: string;
  /** Epoch ms; a file says when it was made only by this, so that equal content gives equal bytes. */
  readonly createdAt: number;
}

/**
 * A PDF 1.4 file with pages of A4 in the two weights of Helvetica. The same calls give the same bytes.
 *
 * Written here because a library that writes PDF brings machinery for fonts that takes 0.2 s of the thread which answers
 * readings and 26 MB, and a record needs text, lines and areas.
 */
export class PdfFile {
  readonly pages: PdfPage[] = [];
  readonly #meta: PdfMeta;
  readonly #compress: boolean;

  constructor(meta: PdfMeta, { compress = true }: { readonly compress?: boolean } = {}) {
    this.#meta = meta;
    this.#compress = compress;
  }

  addPage(): PdfPage {
    const page = new PdfPage();
    this.pages.push(page);
    return page;
  }

  bytes(): Buffer {
    const objects = [...this.#frame(), ...this.pages.flatMap((page, i) => this.#pageObjects(page, i))];
    const chunks: Buffer[] = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
    const offsets: number[] = [];
    let length = chunks[0]!.length;
    for (const [i, object] of objects.entries()) {
      offsets.push(length);
      const chunk = Buffer.concat([
        Buffer.from(`${i + 1} 0 obj\n`, 'latin1'),
        object,
        Buffer.from('\nendobj\n', 'latin1'),
      ]);
      chunks.push(chunk);
      length += chunk.length;
    }
    const id = createHash('sha256').update(Buffer.concat(chunks)).digest('hex').slice(0, 32);
    const rows = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    const size = objects.length + 1;
    const trailer = `<< /Size ${size} /Root 1 0 R /Info 3 0 R /ID [<${id}> <${id}>] >>`;
    const end = `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n${trailer}\nstartxref\n${length}\n%%EOF\n`;
    return Buffer.concat([...chunks, Buffer.from(end, 'latin1')]);
  }

  /** Objects 1 to 5: catalogue, list of pages, information, fonts. */
  #frame(): Buffer[] {
    const { title, author, subject, language, createdAt } = this.#meta;
    const kids = this.pages.map((_, i) => `${pageNumber(i)} 0 R`).join(' ');
    const font = (name: string) =>
      `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
    const date = `(D:${new Date(createdAt).toISOString().replace(/\D/g, '').slice(0, 14)}Z)`;
    return [
      `<< /Type /Catalog /Pages 2 0 R /Lang (${language}) /ViewerPreferences << /DisplayDocTitle true >> >>`,
      `<< /Type /Pages /Kids [${kids}] /Count ${this.pages.length} >>`,
      `<< /Title ${textString(title)} /Author ${textString(author)} /Subject ${textString(subject)} /Producer (Tahan) /CreationDate ${date} >>`,
      font('Helvetica'),
      font('Helvetica-Bold'),
    ].map(text => Buffer.from(text, 'latin1'));
  }

  #pageObjects(page: PdfPage, index: number): Buffer[] {
    const number = pageNumber(index);
    const resources = '<< /Font << /F1 4 0 R /F2 5 0 R >> >>';
    const content = page.content();
    const stream = this.#compress ? deflateSync(content) : content;
    const filter = this.#compress ? ' /Filter /FlateDecode' : '';
    return [
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PdfPage.width} ${PdfPage.height}] /Resources ${resources} /Contents ${number + 1} 0 R >>`,
        'latin1',
      ),
      Buffer.concat([
        Buffer.from(`<< /Length ${stream.length}${filter} >>\nstream\n`, 'latin1'),
        stream,
        Buffer.from('\nendstream', 'latin1'),
      ]),
    ];
  }
}

const pageNumber = (index: number): number => 6 + 2 * index;

/** Of any script: UTF-16 with its mark. */
function textString(text: string): string {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  return `<${bytes.toString('hex')}>`;
}
