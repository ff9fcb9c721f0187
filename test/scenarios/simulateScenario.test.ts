import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiClient } from '../support/apiClient.ts';
import { runTahan, runTahanJson, startTahanProcess } from '../support/tahanProcess.ts';
import { tempDir } from '../support/tempDir.ts';

const story = `name: A warm morning
about: What a running server hears of afterwards.
begins: 2026-11-24T04:00+07:00
places: [{ placeId: kulkas, name: Kulkas, kind: fridge }]
rules: [{ kind: no-data, scope: place, scopeId: kulkas, settings: { patienceMin: 60 } }]
nodes:
  - { nodeId: kulkas, placeId: kulkas, every: 10m, course: [['04:00', 5], ['05:00', 5], ['05:30', 12], ['07:00', 12], ['07:30', 5]] }
batches:
  - { batchId: takwa, productId: takwa, producedAt: '04:00', storage: fridge, sensors: [kulkas] }
timeline:
  - at: '05:00'
    expect:
      - alert: { kind: too-warm, batchId: takwa, is: absent, because: it has been 5 °C so far }
      - pages: { count: [0, 0], because: nothing has happened so far }
  - at: '08:00'
    expect:
      - life: { batchId: takwa, futureTemperatureC: 5, medianH: [MEDIAN], because: two and a half hours above 8 °C cost as many more }
      - alert: { kind: too-warm, batchId: takwa, is: cleared, peakC: [11.9, 12.1], because: two hours at up to 12 °C are told }
      - node: { nodeId: kulkas, readings: [25, 25], because: every ten minutes of four hours }
`;

it('plays a file against a running server, tells of each expectation, and ends with 1 when one fails', async () => {
  const dataDir = tempDir();
  const { token } = await runTahanJson<{ token: string }>(dataDir, 'token', 'add', '--role', 'owner');
  const tahan = await startTahanProcess({ dataDir });
  const play = (name: string, medianH: string) => {
    const file = join(dataDir, `${name}.yaml`);
    writeFileSync(file, story.replace('MEDIAN', medianH));
    const where = ['--url', tahan.mqttUrl, '--server', tahan.httpUrl, '--token', token];
    return runTahan(dataDir, 'simulate', '--scenario', file, ...where);
  };

  // 144 h at 5 °C; four are over, and two and a half of them at a mean of 11 °C were as much as seven.
  const right = await play('right', '130, 139');
  expect(right.stderr).toContain('4 hold, 0 fail, 1 not judged');
  expect(right.code).toBe(0);
  expect(right.stdout).toMatch(
    /^ok {3}.*right\.yaml:17: at 08:00 life takwa: medianH expected 130 to 139, got 13\d/m,
  );
  expect(right.stdout).toMatch(/^- {4}.*right\.yaml:14: at 05:00 pages: not judged/m);

  const wrong = await play('wrong', '1, 2');
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toMatch(
    /^FAIL .*wrong\.yaml:17: at 08:00 life takwa: medianH expected 1 to 2, got 13\d/m,
  );

  const { body } = await apiClient(tahan.httpUrl, token).get('/alert-rules');
  expect(body.rules, 'the rules of the firm are as they were').toEqual([]);
  await tahan.kill('SIGTERM');
}, 120_000);
