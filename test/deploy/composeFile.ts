import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export const root = resolve(import.meta.dirname, '../..');

export interface ComposeService {
  readonly image?: string;
  readonly build?: string;
  readonly user?: string;
  readonly profiles?: readonly string[];
  readonly command?: readonly string[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string; readonly required?: boolean }>>;
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly deploy?: { readonly resources: { readonly limits: Readonly<Record<string, string | number>> } };
  readonly stop_grace_period?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}

export const text = (path: string): string => readFileSync(resolve(root, path), 'utf8');

/** A Compose file with its anchors merged in. */
export const composeFile = (path: string): ComposeFile => parse(text(path), { merge: true }) as ComposeFile;

export interface DockerInstruction {
  readonly stage: number;
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile, continued lines joined, with the number of the stage each is in. */
export function dockerInstructions(path: string): DockerInstruction[] {
  const lines = text(path)
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter(line => line.trim() !== '' && !line.startsWith('#'));
  let stage = -1;
  return lines.map(line => {
    const [name = '', ...rest] = line.split(' ');
    if (name === 'FROM') stage += 1;
    return { stage, name, rest: rest.join(' ').trim() };
  });
}
