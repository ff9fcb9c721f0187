/**
 * What of a thing changed, as the audit trail writes it: the fields whose values differ, as they were and as they are.
 *
 * @example
 * changedFields({ name: 'a', kind: 'shop' }, { name: 'b', kind: 'shop' }); // => { before: { name: 'a' }, after: { name: 'b' } }
 */
export function changedFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const text = (value: unknown) => JSON.stringify(value ?? null);
  const fields = Object.keys({ ...before, ...after }).filter(
    field => text(before[field]) !== text(after[field]),
  );
  const pick = (from: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(fields.map(field => [field, from[field] ?? null]));
  return { before: pick(before), after: pick(after) };
}
