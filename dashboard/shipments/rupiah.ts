import type { Format } from '../format.ts';

/** Money that may be lost, in whole thousands of rupiah, rounded up as losses are: "Rp 450.000". */
export function rupiah(idr: number, format: Format): string {
  return `Rp ${format.number(Math.ceil(idr / 1000) * 1000, 0)}`;
}
