import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const keysSchema = z.object({ publicKey: z.string().min(80), privateKey: z.string().min(40) });
export type PushKeys = z.infer<typeof keysSchema>;

/**
 * The VAPID keys that tell push services who sends (RFC 8292). Made once per data folder, readable by this user alone;
 * with new ones every browser would have to subscribe again.
 *
 * @throws {Error} when the file is there and holds something else
 */
export async function readOrMakePushKeys(path: string): Promise<PushKeys> {
  if (!existsSync(path)) {
    const { default: webPush } = await import('web-push');
    try {
      writeFileSync(path, `${JSON.stringify(webPush.generateVAPIDKeys())}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another process was first: its keys are as good as ours.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  try {
    return keysSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new Error(`${path} must hold publicKey and privateKey of web push`, { cause: error });
  }
}
