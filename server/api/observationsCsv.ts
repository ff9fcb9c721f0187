import { z } from 'zod';
import { equivalentTemperatureC } from '../../models/shelf-life/equivalentTemperature.ts';
import { msPerHour } from '../../models/units.ts';
import { ApiError } from '../errors.ts';
import type { Services } from '../services.ts';
import { addAudit } from '../store/metadata/audit.ts';
import { everyRow } from '../store/metadata/database.ts';
import { listObservationsBetween, type Observation } from '../store/metadata/observations.ts';
import { instantQuery, requireSpan } from './queryValues.ts';
import { defineRoute } from './route.ts';

/** The newest; each reads the history of its batch. */
const mostRows = 2_000;
const columns =
  'series,kind,treatment,sampled_at,time_h,T_c,logN,censored,sd_log10,mu_integral,measured_share,verdict';

/** Counts of live batches as a table that `tahan fit` and an upload of an experiment take. */
export function observationsCsvRoute(services: Services) {
  const { db, clock } = services;
  return defineRoute({
    method: 'get',
    path: '/observations.csv',
    summary:
      'Counts of live batches for a fit: time since making and the constant temperature with the same growth. A count below a limit of detection has censored 1 and the limit as logN; with all=true verdicts too, without logN',
    query: z.strictObject({
      from: instantQuery,
      to: instantQuery,
      all: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
    }),
    success: { status: 200, schema: z.string(), contentType: 'text/csv' },
    async handle({ principal: { orgId, actor }, query: { from, to, all }, response }) {
      requireSpan(from, to);
      const found = await listObservationsBetween(db, orgId, { from, to, limit: everyRow });
      const wanted = found.filter(({ kind }) => all === 'true' || kind === 'count').slice(-mostRows);
      const lines = [columns];
      for (const observation of wanted) {
        const line = await lineOf(services, observation);
        if (line !== null) lines.push(line);
      }
      const detail = `${lines.length - 1} observations`;
      await addAudit(db, {
        ...{ at: clock.now(), orgId, actor, action: 'observations.exported', subject: orgId, detail },
      });
      response
        .attachment('pengamatan.csv')
        .type('text/csv')
        .send(`${lines.join('\n')}\n`);
    },
  });
}

/** Null of what was seen before the batch was what it is now. */
async function lineOf({ lives }: Services, observation: Observation): Promise<string | null> {
  const { orgId, batchId, at, kind, log10CfuPerG, belowLog10, sdLog10, verdict } = observation;
  await new Promise(resolve => setImmediate(resolve));
  try {
    const { track, muIntegral, life } = await lives.growthAt(orgId, batchId, at);
    const timeH = (at - track.producedAt) / msPerHour;
    const temperatureC = timeH > 0 ? equivalentTemperatureC(track.parameters, muIntegral, timeH) : null;
    return [
      ...[batchId, kind, track.batch.treatment, new Date(at).toISOString(), rounded(timeH)],
      ...[
        rounded(temperatureC),
        log10CfuPerG ?? belowLog10,
        kind === 'count' ? Number(log10CfuPerG === null) : null,
      ],
      ...[sdLog10, rounded(muIntegral), rounded(life.measuredShare), verdict],
    ]
      .map(cell)
      .join(',');
  } catch (error) {
    if (error instanceof ApiError && error.code !== 'store.unavailable') return null;
    throw error;
  }
}

const rounded = (value: number | null): number | null =>
  value === null ? null : Number(value.toPrecision(6));

/** A name that begins like a formula would be one in a spreadsheet. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
