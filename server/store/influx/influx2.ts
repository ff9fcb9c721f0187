import { z } from 'zod';
import type { InfluxConfig } from '../../influxSettings.ts';
import { InfluxError } from './influxErrors.ts';
import type { InfluxHttp, InfluxRequest } from './influxHttp.ts';
import { readSeries } from './influxQuery.ts';
import type { InfluxServer } from './influxServer.ts';

const idName = z.object({ id: z.string(), name: z.string() });
const orgsSchema = z.object({ orgs: z.array(idName) });
const bucketSchema = idName.extend({
  orgID: z.string(),
  retentionRules: z.array(z.object({ everySeconds: z.number().nullish() })).nullish(),
});
const bucketsSchema = z.object({ buckets: z.array(bucketSchema) });
const mappingSchema = z.object({
  bucketID: z.string(),
  database: z.string(),
  retention_policy: z.string(),
  virtual: z.boolean().nullish(),
});
const mappingsSchema = z.object({ content: z.array(mappingSchema).nullish() });

type Bucket = z.infer<typeof bucketSchema>;

/**
 * InfluxDB 2.x: `/api/v2/write` into a bucket of an organisation, InfluxQL over `/query` through the bucket's DBRP
 * mapping. Never `/write`: it would make a bucket that keeps readings three days.
 */
export function influx2(http: InfluxHttp, config: InfluxConfig, version: string): InfluxServer {
  const api = new BucketApi(http, config);
  const target = new URLSearchParams({ org: config.org ?? '', bucket: config.bucket, precision: 'ms' });
  // Every bucket has a virtual mapping of its own name; `prepare` finds out about others.
  let mapping: Record<string, string> = { db: config.bucket };
  return {
    kind: '2.x',
    version,
    write: lines => http.write(`/api/v2/write?${target}`, 'Token', lines),
    async query(influxql) {
      const form = { ...mapping, epoch: 'ms', q: influxql };
      return readSeries(
        await http.ask({ method: 'POST', path: '/query', form, scheme: 'Token' }),
        http.server,
      );
    },
    async prepare({ days }) {
      const everySeconds = (days ?? 0) * 86_400;
      let bucket = await api.find();
      if (bucket === undefined) bucket = await api.make(everySeconds);
      else if ((bucket.retentionRules?.[0]?.everySeconds ?? 0) !== everySeconds) {
        await api.keepFor(bucket, everySeconds);
      }
      const { database, retention_policy: policy } = await api.mapping(bucket);
      mapping = { db: database, rp: policy };
    },
  };
}

class BucketApi {
  readonly #http: InfluxHttp;
  readonly #org: string;
  readonly #bucket: string;

  constructor(http: InfluxHttp, config: InfluxConfig) {
    this.#http = http;
    this.#org = config.org ?? '';
    this.#bucket = config.bucket;
  }

  async find(): Promise<Bucket | undefined> {
    const query = { ...this.#byOrganisation(), name: this.#bucket };
    try {
      const { buckets } = await this.#ask({ path: '/api/v2/buckets', query, scheme: 'Token' }, bucketsSchema);
      return buckets.find(bucket => bucket.name === this.#bucket);
    } catch (error) {
      // Not there, or not for us to see; making it tells which.
      if (error instanceof InfluxError && /bucket .*not found/.test(error.message)) return undefined;
      throw error;
    }
  }

  async make(everySeconds: number): Promise<Bucket> {
    const retention = everySeconds === 0 ? '0' : `${everySeconds / 3600}h`;
    const command = `influx bucket create --org '${this.#org}' --name '${this.#bucket}' --retention ${retention}`;
    return this.#orTell(command, async () => {
      const json = {
        orgID: await this.#organisationId(),
        name: this.#bucket,
        retentionRules: everySeconds === 0 ? [] : [{ type: 'expire', everySeconds }],
      };
      return this.#ask({ method: 'POST', path: '/api/v2/buckets', json, scheme: 'Token' }, bucketSchema);
    });
  }

  async keepFor(bucket: Bucket, everySeconds: number): Promise<void> {
    const command = `influx bucket update --id ${bucket.id} --retention ${everySeconds / 3600}h`;
    const json = { retentionRules: [{ type: 'expire', everySeconds }] };
    const path = `/api/v2/buckets/${encodeURIComponent(bucket.id)}`;
    await this.#orTell(command, () => this.#http.ask({ method: 'PATCH', path, json, scheme: 'Token' }));
  }

  /** Under which database and retention policy InfluxQL finds the bucket. */
  async mapping(bucket: Bucket): Promise<z.infer<typeof mappingSchema>> {
    const query = { orgID: bucket.orgID, bucketID: bucket.id };
    const { content } = await this.#ask({ path: '/api/v2/dbrps', query, scheme: 'Token' }, mappingsSchema);
    const mappings = (content ?? []).filter(mapping => mapping.bucketID === bucket.id);
    // One that was made on purpose goes before the one that every bucket has.
    const found = mappings.find(mapping => mapping.virtual !== true) ?? mappings[0];
    if (found !== undefined) return found;
    // Versions before virtual mappings.
    const made = { bucketID: bucket.id, database: bucket.name, retention_policy: 'autogen' };
    const command = `influx v1 dbrp create --db '${bucket.name}' --rp autogen --default --bucket-id ${bucket.id}`;
    const json = { ...made, orgID: bucket.orgID, default: true };
    const request = { method: 'POST', path: '/api/v2/dbrps', json, scheme: 'Token' } as const;
    await this.#orTell(command, () => this.#http.ask(request));
    return made;
  }

  /** An organisation is configured by its name or its id. */
  #byOrganisation(): Record<string, string> {
    return this.#isId ? { orgID: this.#org } : { org: this.#org };
  }

  get #isId(): boolean {
    return /^[0-9a-f]{16}$/.test(this.#org);
  }

  async #organisationId(): Promise<string> {
    if (this.#isId) return this.#org;
    const query = { org: this.#org };
    const { orgs } = await this.#ask({ path: '/api/v2/orgs', query, scheme: 'Token' }, orgsSchema);
    const found = orgs.find(org => org.name === this.#org);
    if (found !== undefined) return found.id;
    throw new InfluxError('missing', `${this.#http.server} has no organisation ${JSON.stringify(this.#org)}`);
  }

  async #orTell<T>(command: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof InfluxError) || error.kind !== 'not-allowed') throw error;
      const message = `${error.message}; use a token that may, or run: ${command}`;
      throw new InfluxError('not-allowed', message, { status: error.status, cause: error });
    }
  }

  async #ask<T>(request: InfluxRequest, schema: z.ZodType<T>): Promise<T> {
    const body = await this.#http.ask(request);
    const fault = `${this.#http.server} sent an answer to ${request.path} that cannot be read`;
    try {
      return schema.parse(JSON.parse(body));
    } catch (cause) {
      throw new InfluxError('refused', `${fault}: ${body.slice(0, 100)}`, { status: 200, cause });
    }
  }
}
