import type { Costs } from './measuredCosts.ts';
import { tables } from './tables.ts';

const block = /<!-- computed: ([^>]+?) -->\n[\s\S]*?<!-- end -->/g;

/**
 * The document with what stands between `<!-- computed: NAME -->` and `<!-- end -->` worked out anew.
 *
 * @throws {Error} for a name that no table has, and when a table is not in the document
 */
export function withTables(document: string, costs: Costs): string {
  const left = new Set(Object.keys(tables));
  const result = document.replaceAll(block, (_, name: string) => {
    const table = tables[name];
    if (table === undefined)
      throw new Error(`a computed part must be one of ${Object.keys(tables).join(', ')}, got "${name}"`);
    left.delete(name);
    return `<!-- computed: ${name} -->\n\n${table(costs)}\n\n<!-- end -->`;
  });
  if (left.size > 0)
    throw new Error(`the document must have every computed part, got none of ${[...left].join(', ')}`);
  return result;
}
