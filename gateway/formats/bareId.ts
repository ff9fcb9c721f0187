/** EUIs are written with and without separators and in either case; they are kept bare and in lower case. */
export function bareId(text: string): string {
  return text.replaceAll(/[:\-\s]/g, '').toLowerCase();
}
