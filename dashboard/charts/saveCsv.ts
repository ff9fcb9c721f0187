/** Offers a CSV for saving. @param name  an id; its colons are no part of a file name everywhere */
export function saveCsv(csv: string, name: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replaceAll(':', '-')}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
