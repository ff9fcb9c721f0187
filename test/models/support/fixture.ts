import { readFileSync } from 'node:fs';

/** Numbers of others, with where they come from in `about`. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}
