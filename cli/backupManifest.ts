import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';

export const manifestName = 'backup.json';

/** What a backup says of itself: written last, so that a folder without it is no backup. */
const manifestSchema = z.object({
  format: z.literal(1),
  tahan: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** What is kept elsewhere and has to be saved there. */
  elsewhere: z.array(z.string()),
  files: z.array(
    z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Size and hash of every file below a folder. */
export async function listFiles(dir: string): Promise<Manifest['files']> {
  const files: Manifest['files'] = [];
  const entries = readdirSync(dir, { withFileTypes: true, recursive: true });
  for (const entry of entries.filter(found => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(dir, path);
    if (name === manifestName) continue;
    files.push({ path: name, bytes: statSync(path).size, sha256: await sha256Of(path) });
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function sha256Of(path: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const bytes of createReadStream(path)) sum.update(bytes as Buffer);
  return sum.digest('hex');
}

/** @throws {Error} when the folder is no backup, or of a newer release */
export function readManifest(dir: string): Manifest {
  let text: string;
  try {
    text = readFileSync(join(dir, manifestName), 'utf8');
  } catch {
    throw new Error(`${dir} is not a backup that was finished: it has no ${manifestName}`);
  }
  const json = parseJson(text, join(dir, manifestName)) as { format?: unknown };
  if (typeof json.format === 'number' && json.format > 1)
    throw new Error(
      `${dir} was written by a newer release (backup format ${json.format}); restore it with that one`,
    );
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new Error(`${join(dir, manifestName)}: ${issue.path.join('.')}: ${issue.message}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Names every file that is missing or is not what the manifest says; empty when all is well. */
export async function faultsIn(dir: string, manifest: Manifest): Promise<string[]> {
  const found = new Map((await listFiles(dir)).map(file => [file.path, file]));
  return manifest.files.flatMap(({ path, bytes, sha256 }) => {
    const file = found.get(path);
    if (file === undefined) return [`${path} is missing`];
    if (file.bytes !== bytes) return [`${path} has ${file.bytes} bytes where there were ${bytes}`];
    return file.sha256 === sha256 ? [] : [`${path} has other content than when it was saved`];
  });
}
