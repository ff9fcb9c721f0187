import type { InfluxConfig } from '../../influxSettings.ts';
import { InfluxError } from './influxErrors.ts';
import type { InfluxHttp } from './influxHttp.ts';
import { quoteName, readSeries } from './influxQuery.ts';
import type { InfluxServer } from './influxServer.ts';

/** InfluxDB 1.x: `/write` and `/query`, a login or none, databases with a default retention policy. */
export function influx1(http: InfluxHttp, config: InfluxConfig, version: string): InfluxServer {
  const database = config.bucket;
  const query = async (influxql: string) => {
    // Chunked answers are the ones that max-row-limit does not cut short.
    const form = { db: database, epoch: 'ms', chunked: 'true', q: influxql };
    return readSeries(await http.ask({ method: 'POST', path: '/query', form, scheme: 'Token' }), http.server);
  };
  /** What only an administrator may run; tells what to ask of him. */
  const administer = async (influxql: string) => {
    try {
      await query(influxql);
    } catch (error) {
      if (!(error instanceof InfluxError) || error.kind !== 'not-allowed') throw error;
      const message = `${error.message}; let an administrator run: influx -execute '${influxql}'`;
      throw new InfluxError('not-allowed', message, { status: error.status, cause: error });
    }
  };
  return {
    kind: '1.x',
    version,
    query,
    write: lines => http.write(`/write?db=${encodeURIComponent(database)}&precision=ms`, 'Token', lines),
    async prepare({ days }) {
      const wanted = days === null ? 'INF' : `${days}d`;
      const name = quoteName(database);
      const [databases] = await query('SHOW DATABASES');
      if (!databases?.values.some(([found]) => found === database)) {
        await administer(`CREATE DATABASE ${name} WITH DURATION ${wanted}`);
        return;
      }
      const [policies] = await query(`SHOW RETENTION POLICIES ON ${name}`);
      const column = (title: string) => policies?.columns.indexOf(title) ?? -1;
      const policy = policies?.values.find(row => row[column('default')] === true);
      if (policy === undefined) {
        throw new InfluxError('missing', `${http.server}: database ${name} has no default retention policy`);
      }
      if (hoursOf(String(policy[column('duration')])) === (days ?? 0) * 24) return;
      const policyName = quoteName(String(policy[column('name')]));
      await administer(`ALTER RETENTION POLICY ${policyName} ON ${name} DURATION ${wanted}`);
    },
  };
}

/** "1440h0m0s"; "0s" = for ever. */
function hoursOf(duration: string): number {
  const [, h = '0', m = '0', s = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? [];
  return Number(h) + Number(m) / 60 + Number(s) / 3600;
}
