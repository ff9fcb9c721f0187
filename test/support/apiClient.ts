/** A caller of the HTTP API with one token; answers parsed, any status. */
export function apiClient(httpUrl: string, token: string) {
  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${httpUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: tests assert on the shape they expect
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as any };
  }
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown) => call('POST', path, body),
    put: (path: string, body: unknown) => call('PUT', path, body),
    /** Every item of a paged list, page after page. */
    async all<T>(path: string, key: string): Promise<T[]> {
      const items: T[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const glue = path.includes('?') ? '&' : '?';
        const page = await call(
          'GET',
          `${path}${glue}limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        );
        if (page.status !== 200)
          throw new Error(`${path} answered ${page.status}: ${JSON.stringify(page.body)}`);
        items.push(...page.body[key]);
        cursor = page.body.nextCursor;
      }
      return items;
    },
  };
}
