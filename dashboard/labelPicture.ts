import { qrPath } from './components/QrLabel.tsx';
import type { LabelFacts } from './labelFacts.ts';

/** 24 dots a millimetre: twice the sharpest label printer. */
const scale = 24;
const width = 58;
const height = 40;
const margin = 3;
const qrMm = 21;
const ptMm = 25.4 / 72;

/** The label as a picture to send to whoever has a printer. @throws {Error} when the browser cannot draw */
export async function labelPicture(facts: LabelFacts): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser cannot draw pictures');
  pen.scale(scale, scale);
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, height);
  drawQr(pen, facts.qrText);
  drawWords(pen, facts);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      blob => (blob === null ? reject(new Error('the picture is empty')) : resolve(blob)),
      'image/png',
    ),
  );
}

function drawQr(pen: CanvasRenderingContext2D, text: string): void {
  const { size, path } = qrPath(text);
  pen.save();
  pen.translate(margin, margin);
  pen.scale(qrMm / size, qrMm / size);
  pen.fillStyle = '#000';
  pen.fill(new Path2D(path));
  pen.restore();
}

function drawWords(pen: CanvasRenderingContext2D, facts: LabelFacts): void {
  const left = margin + qrMm + 3;
  const room = width - margin - left;
  const write = (text: string, x: number, y: number, pt: number, bold: boolean, most = room): void => {
    pen.font = `${bold ? 700 : 400} ${pt * ptMm}px Arial, Helvetica, sans-serif`;
    pen.fillText(text, x, y, most);
  };
  pen.fillStyle = '#000';
  pen.textBaseline = 'alphabetic';
  write(facts.product, left, 6.2, 11, true);
  write(facts.firm, left, 9.2, 7, false);
  write(facts.madeKey, left, 13.4, 7, false);
  write(facts.made, left, 17.4, 10, true);
  if (facts.keeps !== null) {
    write(facts.keeps.how, left, 21.6, 7, false);
    write(facts.keeps.until, left, 25.6, 10, true);
  }
  pen.fillRect(margin, 30.2, width - 2 * margin, 0.3);
  write(facts.scan, margin, 34, 7, false, 30);
  pen.textAlign = 'right';
  write(facts.code, width - margin, 34, 7, true, 24);
}
