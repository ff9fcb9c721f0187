/** About how many times as wide as a Latin letter a text is: signs of Japanese and Chinese are square. */
export function letterWidths(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter >= '\u2e80' ? 1.75 : 1), 0);
}
