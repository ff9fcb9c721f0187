/** What is written in a PDF that is not compressed, text by text. */
export function pdfTexts(pdf: Buffer): string[] {
  const decoder = new TextDecoder('windows-1252');
  const text = pdf.toString('latin1');
  return [...text.matchAll(/\(((?:\\.|[^\\)])*)\) Tj/g)].map(([, raw = '']) =>
    decoder.decode(Buffer.from(raw.replace(/\\(.)/g, '$1'), 'latin1')),
  );
}
