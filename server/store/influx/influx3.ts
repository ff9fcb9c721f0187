import type { InfluxConfig } from '../../influxSettings.ts';
import { InfluxError } from './influxErrors.ts';
import type { InfluxHttp } from './influxHttp.ts';
import { readSeries } from './influxQuery.ts';
import type { InfluxServer } from './influxServer.ts';

/** Longer queries are sent in a body: some proxies allow 8 KB for a first line with headers. */
const longestQueryInUrl = 4000;

/**
 * InfluxDB 3 Core: `/api/v3/write_lp` (it names the lines it refuses, and takes a database's name as it is, where
 * `/api/v2/write` may read a retention policy into it), InfluxQL over `/query`.
 */
export function influx3(http: InfluxHttp, config: InfluxConfig, version: string): InfluxServer {
  const database = config.bucket;
  const target = new URLSearchParams({ db: database, precision: 'millisecond' });
  return {
    kind: '3-core',
    version,
    write: lines => http.write(`/api/v3/write_lp?${target}`, 'Bearer', lines),
    async query(influxql) {
      const parameters = { db: database, epoch: 'ms', q: influxql };
      const request =
        influxql.length > longestQueryInUrl
          ? ({ method: 'POST', form: parameters } as const)
          : ({ method: 'GET', query: parameters } as const);
      return readSeries(await http.ask({ ...request, path: '/query', scheme: 'Bearer' }), http.server);
    },
    /** Core sets the retention of a database when it is made and never again: one that exists keeps what it has. */
    async prepare({ days }) {
      const period = days === null ? {} : { retention_period: `${days}d` };
      const json = { db: database, ...period };
      try {
        await http.ask({ method: 'POST', path: '/api/v3/configure/database', json, scheme: 'Bearer' });
      } catch (error) {
        if (!(error instanceof InfluxError)) throw error;
        if (error.status === 409 || /already exist/i.test(error.message)) return;
        if (error.kind !== 'not-allowed') throw error;
        const flag = days === null ? '' : ` --retention-period ${days}d`;
        const message = `${error.message}; use an admin token, or run: influxdb3 create database${flag} ${database}`;
        throw new InfluxError('not-allowed', message, { status: error.status, cause: error });
      }
    },
  };
}
