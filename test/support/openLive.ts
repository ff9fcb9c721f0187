import { once } from 'node:events';
import { get } from 'node:http';

export interface LiveFrame {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on the shape they expect
  readonly data: any;
}

/** The stream of a firm; `until` answers the first event that holds, also of those that came before it was asked. */
export async function openLive({ url, token }: { readonly url: string; readonly token: string }) {
  const request = get(`${url}/api/v1/live`, { headers: { authorization: `Bearer ${token}` } });
  const [response] = await once(request, 'response');
  const heard: LiveFrame[] = [];
  let text = '';
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('data', (chunk: string) => {
    text += chunk;
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
      if (field('event') !== '') heard.push({ type: field('event'), data: JSON.parse(field('data')) });
    }
    request.emit('heard');
  });
  return {
    heard,
    async until(holds: (event: LiveFrame) => boolean): Promise<LiveFrame> {
      for (;;) {
        const found = heard.find(holds);
        if (found) return found;
        await once(request, 'heard');
      }
    },
    close: () => request.destroy(),
  };
}
