/** Which row a key moves the reading to; null for keys that are none of ours. */
export function nextCursor(key: string, cursor: number, count: number): number | null {
  if (key === 'ArrowLeft') return Math.max(0, cursor - 1);
  if (key === 'ArrowRight') return Math.min(count - 1, cursor + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
}
