import { describe, expect, it } from 'vitest';
import {
  calibrationSchema,
  parameterSetEffectSchema,
  parameterSetPreviewSchema,
  rerunViewSchema,
} from '../../../models/contracts/parameterSetEvidence.ts';
import {
  parameterSetListSchema,
  parameterSetViewSchema,
  proposalViewSchema,
  publishedSchema,
} from '../../../models/contracts/parameterSets.ts';
import { everyTenMinutes, hourMs, startAt, type TestServer, testServer } from '../testServer.ts';

const aDraft = {
  treatment: 'turmeric-boiled',
  title: 'Takwa Kediri',
  note: 'four curves',
  testedRangeC: { min: 4, max: 30 },
  parameters: { b: { value: 0.024, sd: 0.0012 }, tMinC: { value: -3.1, sd: 0.8 } },
};

/** A firm with two batches of takwa and one of plain tahu, kept cool. */
async function aKitchen(options: Parameters<typeof testServer>[0] = {}): Promise<TestServer> {
  const tani = await testServer(options);
  await tani.placedBatch({ treatment: 'turmeric-boiled' });
  for (const [batchId, treatment] of [
    ['B-02', 'turmeric-boiled'],
    ['B-03', 'none'],
  ])
    await tani.post('/batches', { batchId, productId: 'takwa', treatment, producedAt: startAt - 5 * hourMs });
  await tani.consume(everyTenMinutes(startAt - 10 * hourMs, startAt, 12));
  return tani;
}

async function aSet(tani: TestServer, fields: Record<string, unknown> = {}) {
  const { status, body } = await tani.post('/parameter-sets', { ...aDraft, ...fields });
  expect([status, body.detail]).toEqual([201, undefined]);
  return { ...body, path: `/parameter-sets/${body.parameterSetId}/${body.version}` };
}

async function approved(tani: TestServer, fields: Record<string, unknown> = {}) {
  const set = await aSet(tani, fields);
  const { status, body } = await tani.post(`${set.path}/publish`, { approve: true });
  expect([status, body.proposedTo?.[0]?.state]).toEqual([200, 'approved']);
  return set;
}

const estimateOf = async (tani: TestServer, batchId: string) =>
  (await tani.get(`/batches/${batchId}/estimate`)).body;

describe('parameter sets', () => {
  it('lists the built-in ones, which are in use since ever', async () => {
    const { body } = await (await testServer()).get('/parameter-sets');
    expect(parameterSetListSchema.parse(body)).toEqual(body);
    expect(body.parameterSets.map((set: { parameterSetId: string }) => set.parameterSetId)).toEqual([
      'tahu-fresh',
      'tahu-packed-heated',
    ]);
    expect(body.inUse).toHaveLength(6);
    expect(body.inUse[0]).toMatchObject({ parameterSetId: 'tahu-fresh', version: 1, since: null });
  });

  it('are drafts with every number, where it comes from and what it changes', async () => {
    const tani = await testServer();
    const { path, ...set } = await aSet(tani);
    expect(parameterSetViewSchema.parse(set)).toEqual(set);
    expect(set).toMatchObject({ version: 2, state: 'draft', parentVersion: 1, author: 'owner' });
    expect(set.diff.map((change: { name: string }) => change.name)).toEqual(['b', 'tMinC']);
    expect((await tani.get(path)).body).toEqual(set);
    const next = await aSet(tani, { parameterSetId: set.parameterSetId });
    expect([next.parameterSetId, next.version]).toEqual([set.parameterSetId, 3]);
  });

  it('take b, Tmin and their covariance from the report of a fit', async () => {
    const tani = await testServer();
    const report = {
      status: 'ok',
      estimates: { b: 0.02422, Tmin: -2.34, LOG10N0: 3.1, LOG10Nmax: 8.9 },
      standard_errors: { b: 0.0005, Tmin: 0.4, LOG10N0: 0.05, LOG10Nmax: 0.1 },
      parameter_order: ['Tmin', 'b', 'LOG10N0', 'LOG10Nmax'],
      correlation: [
        [1, 0.93, 0, 0],
        [0.93, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ],
    };
    const set = await aSet(tani, {
      parameters: {},
      fit: { model: 'one_step_baranyi_ratkowsky_sqrt', report },
    });
    const numbers = Object.fromEntries(set.parameters.map((p: { name: string }) => [p.name, p]));
    expect(numbers.b).toMatchObject({ value: 0.02422, sd: 0.0005, mark: 'computed' });
    expect(numbers.bTMinCorrelation.value).toBe(0.93);
    // What one experiment knows of its start says nothing about how it varies between batches.
    expect(numbers.initialLog10Cfu).toMatchObject({ value: 3.1, sd: 0.8 });
    const refused = await tani.post('/parameter-sets', {
      ...aDraft,
      fit: { model: 'baranyi', report: { status: 'not_identifiable', reasons: [] } },
    });
    expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'fit.report.status']);
  });

  it('refuses numbers that would make it unusable, each by its name', async () => {
    const tani = await testServer();
    const faultsOf = async (parameters: unknown, fields = {}) =>
      (await tani.post('/parameter-sets', { ...aDraft, parameters, ...fields })).body.errors.map(
        (fault: { field: string }) => fault.field,
      );
    expect(
      await faultsOf({ b: { value: 0.5, sd: 0 }, tMinC: { value: -40 }, lotRateLnSd: { value: 0 } }),
    ).toEqual([
      'parameters.b.value',
      'parameters.b.sd',
      'parameters.tMinC.value',
      'parameters.lotRateLnSd.value',
    ]);
    expect(await faultsOf({ b: { value: 0.024, unit: '1/d' } })).toEqual(['parameters.b.unit']);
    expect(await faultsOf({ bTMinCorrelation: { value: 1 } })).toEqual(['parameters.bTMinCorrelation.value']);
    expect(await faultsOf({ limitLog10Cfu: { value: 7.5, range: [6.7, 7.3] } })).toEqual([
      'parameters.limitLog10Cfu.range',
    ]);
    expect(await faultsOf({ initialLog10Cfu: { value: 6.9 } })).toEqual(['parameters.initialLog10Cfu.value']);
    expect(await faultsOf({}, { testedRangeC: undefined })).toEqual(['testedRangeC']);
    expect(await faultsOf({}, { testedLevers: { moonlight: 1 } })).toEqual(['testedLevers.moonlight']);
    expect(await faultsOf({ heldBelowC: null }, { treatment: 'packed-heated' })).toContain(
      'parameters.heldBelowC.value',
    );
  });

  it('have no field for caps or pathogens, and promise no more than the caps of the class', async () => {
    const tani = await aKitchen();
    const refused = await tani.post('/parameter-sets', { ...aDraft, caps: [] });
    expect(refused.status).toBe(422);
    await tani.post('/batches', {
      ...{ batchId: 'B-04', productId: 'takwa-vakum', treatment: 'vacuum', storage: 'fridge' },
      producedAt: startAt - hourMs,
    });
    // Ten times slower than anything that was measured.
    const slow = { b: { value: 0.003, sd: 0.0005 }, initialLog10Cfu: { value: 0, sd: 0.1 } };
    await approved(tani, { treatment: 'vacuum', parameters: slow });
    const estimate = await estimateOf(tani, 'B-04');
    expect(estimate.remainingH.p95).toBeLessThanOrEqual(7 * 24 - 1);
    expect(estimate.limits.map((limit: { limit: string }) => limit.limit)).toEqual(
      expect.arrayContaining(['listeria-monocytogenes', 'cap-fresh-7-days', 'cap-sealed-10-days']),
    );
  });

  it('cannot be published with a lever whose limit in the law nobody has read', async () => {
    const tani = await testServer();
    const blocked = await aSet(tani, { testedLevers: { 'benzoic-acid': 500 } });
    expect(blocked.legalFaults).toHaveLength(1);
    const { status, body } = await tani.post(`${blocked.path}/publish`, {});
    expect([status, body.code]).toEqual([422, 'parameter_set.blocked']);
    const limit = { leverId: 'benzoic-acid', maxDose: 1000, source: 'BPOM 11/2019, row 12.9' };
    const allowed = await aSet(tani, { testedLevers: { 'benzoic-acid': 500 }, legalLimits: [limit] });
    expect((await tani.post(`${allowed.path}/publish`, {})).status).toBe(200);
  });
});

describe('a set in use', () => {
  it('changes the batches of its treatment and firm, and says what they were before', async () => {
    const tani = await aKitchen();
    const other = await tani.otherFirm();
    const asOther = { token: other };
    await tani.post(
      '/batches',
      { batchId: 'L-1', productId: 'takwa', treatment: 'turmeric-boiled', producedAt: startAt - hourMs },
      asOther,
    );
    const before = await estimateOf(tani, 'B-01');
    const plain = await estimateOf(tani, 'B-03');
    const elsewhere = (await tani.get('/batches/L-1/estimate', asOther)).body;
    const set = await approved(tani);
    const after = await estimateOf(tani, 'B-01');
    expect(after).toMatchObject({ parameterSetId: set.parameterSetId, parameterSetVersion: 2 });
    expect(after.remainingH.p05).not.toBe(before.remainingH.p05);
    expect(after.recalculated).toMatchObject({
      ...{ fromVersion: 1, toVersion: 2, parameterSetId: set.parameterSetId },
      beforeP05H: before.remainingH.p05,
      afterP05H: after.remainingH.p05,
    });
    expect(await estimateOf(tani, 'B-03')).toEqual(plain);
    expect((await tani.get('/batches/L-1/estimate', asOther)).body).toEqual(elsewhere);
    // History, arrival and records go by the same numbers.
    const record = (await tani.get('/batches/B-01/record')).body;
    expect(record.estimate.parameterSetId).toBe(set.parameterSetId);
    const history = (await tani.get('/batches/B-01/history?points=20')).body;
    expect(history.points.at(-1).remainingH.median).toBeCloseTo(after.remainingH.median, 6);
    tani.clock.advance(25 * hourMs);
    expect((await estimateOf(tani, 'B-02')).recalculated).toBeUndefined();
  });

  it('is kept over a restart, with what was said before', async () => {
    const tani = await aKitchen();
    await approved(tani);
    const after = await estimateOf(tani, 'B-01');
    await tani.stop();
    const again = await testServer({ dataDir: tani.dataDir });
    expect((await again.get('/batches/B-01/estimate')).body).toEqual(after);
    const { inUse } = (await again.get('/parameter-sets')).body;
    expect(inUse.find((one: { treatment: string }) => one.treatment === 'turmeric-boiled')).toMatchObject({
      ...{ version: 2, liveBatches: 2, toRecalculate: 0 },
      before: { parameterSetId: 'tahu-fresh', version: 1 },
    });
  });

  it('gives way to the set before, to the last bit', async () => {
    const tani = await aKitchen();
    const before = await estimateOf(tani, 'B-01');
    await approved(tani);
    expect(await estimateOf(tani, 'B-01')).not.toEqual(before);
    const back = { parameterSetId: 'tahu-fresh', version: 1, treatment: 'turmeric-boiled' };
    expect((await tani.post('/parameter-sets/use', back)).status).toBe(200);
    const { recalculated, ...again } = await estimateOf(tani, 'B-01');
    expect(again).toEqual(before);
    expect(recalculated).toMatchObject({ fromVersion: 2, toVersion: 1, afterP05H: before.remainingH.p05 });
  });

  it('leaves what has ended as it was promised', async () => {
    const tani = await aKitchen();
    await tani.post('/batches/B-01/sold-out', {});
    const sold = await estimateOf(tani, 'B-01');
    tani.clock.advance(hourMs);
    await approved(tani);
    expect(await estimateOf(tani, 'B-01')).toEqual(sold);
  });

  it('says beforehand what it would do, and does exactly that', async () => {
    const tani = await aKitchen();
    const preview = await tani.post('/parameter-sets/preview', aDraft);
    expect(parameterSetPreviewSchema.parse(preview.body)).toEqual(preview.body);
    expect(preview.body.proposedTo).toEqual([{ orgId: 'tani', name: 'Tahu Tani' }]);
    expect((await tani.get('/parameter-sets')).body.parameterSets).toHaveLength(2);
    const set = await aSet(tani);
    const { body } = await tani.get(`${set.path}/effect`);
    expect(preview.body.effect).toEqual(body);
    expect(parameterSetEffectSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ liveBatches: 2, worked: 2 });
    await tani.post(`${set.path}/publish`, { approve: true });
    for (const { batchId, afterP05H } of body.batches)
      expect((await estimateOf(tani, batchId)).remainingH.p05).toBe(afterP05H);
  });
});

describe('a proposal', () => {
  it('reaches firms that share readings and those named, and drives nothing before an owner there approves', async () => {
    const tani = await aKitchen();
    await tani.server.setup.ensureOrganisation({ orgId: 'lab', name: 'Lab Jepang' });
    await tani.server.setup.ensureOrganisation({ orgId: 'ketiga', name: 'Ketiga' });
    const researcher = { token: await tani.tokenFor('researcher', 'lab') };
    const shared = { toOrgId: 'lab', subject: 'readings-pseudonymised' };
    await tani.post('/grants', { ...shared, expiresAt: new Date(startAt + 24 * hourMs).toISOString() });
    const before = await estimateOf(tani, 'B-01');
    const draft = (await tani.post('/parameter-sets', aDraft, researcher)).body;
    const path = `/parameter-sets/${draft.parameterSetId}/${draft.version}`;
    expect((await tani.get(path)).status).toBe(404);
    const published = await tani.post(`${path}/publish`, { organisations: ['ketiga'] }, researcher);
    expect(publishedSchema.parse(published.body)).toEqual(published.body);
    expect(published.body.proposedTo.map((firm: { orgId: string }) => firm.orgId)).toEqual([
      ...['lab', 'tani', 'ketiga'],
    ]);
    expect((await tani.post(`${path}/publish`, { approve: true }, researcher)).status).toBe(403);
    const use = { parameterSetId: draft.parameterSetId, version: 2, treatment: 'turmeric-boiled' };
    expect((await tani.post('/parameter-sets/use', use)).status).toBe(422);
    expect(await estimateOf(tani, 'B-01')).toEqual(before);

    const { proposals } = (await tani.get('/parameter-set-proposals')).body;
    expect(proposalViewSchema.parse(proposals[0])).toEqual(proposals[0]);
    expect(proposals[0]).toMatchObject({ state: 'open', from: { orgId: 'lab', name: 'Lab Jepang' } });
    const proposal = `/parameter-set-proposals/${proposals[0].proposalId}`;
    expect((await tani.get(`${proposal}/effect`)).body.liveBatches).toBe(2);
    for (const role of ['producer', 'researcher'] as const)
      expect(
        (await tani.post(`${proposal}/approve`, undefined, { token: await tani.tokenFor(role) })).status,
      ).toBe(403);
    expect((await tani.post(`${proposal}/approve`, undefined, researcher)).status).toBe(403);
    expect((await tani.post(`${proposal}/approve`)).body.state).toBe('approved');
    expect((await estimateOf(tani, 'B-01')).parameterSetId).toBe(draft.parameterSetId);
    expect((await tani.post(`${proposal}/reject`, {})).body.code).toBe('proposal.decided');
    // A producer may not publish what is a laboratory's.
    expect((await tani.post(`${path}/publish`, {})).body.code).toBe('parameter_set.not_yours');
    const lines = (await tani.get('/audit')).body.lines.map((line: { action: string }) => line.action);
    expect(lines).toEqual(expect.arrayContaining(['parameter-set.proposed', 'parameter-set.used']));
  });

  it('is over when its laboratory withdraws it; where it is in use it stays and says so', async () => {
    const tani = await aKitchen();
    await tani.server.setup.ensureOrganisation({ orgId: 'lab', name: 'Lab' });
    const lab = { token: await tani.tokenFor('owner', 'lab') };
    const draft = (await tani.post('/parameter-sets', aDraft, lab)).body;
    const path = `/parameter-sets/${draft.parameterSetId}/${draft.version}`;
    await tani.post(`${path}/publish`, { organisations: ['tani'] }, lab);
    const [first] = (await tani.get('/parameter-set-proposals')).body.proposals;
    await tani.post(`/parameter-set-proposals/${first.proposalId}/approve`);
    tani.clock.advance(1);
    const after = await estimateOf(tani, 'B-01');
    await tani.post(`${path}/publish`, { organisations: ['tani'] }, lab);
    expect((await tani.post(`${path}/withdraw`, undefined, lab)).body.state).toBe('withdrawn');
    const [open] = (await tani.get('/parameter-set-proposals')).body.proposals;
    expect(open.state).toBe('withdrawn');
    expect((await tani.get(path)).body.state).toBe('withdrawn');
    expect(await estimateOf(tani, 'B-01')).toEqual(after);
    expect((await tani.post(`${path}/publish`, {}, lab)).body.code).toBe('parameter_set.withdrawn');
  });
});

describe('a re-run', () => {
  it('says how past promises would have changed and how well both sets had predicted', async () => {
    const tani = await aKitchen();
    await tani.post('/batches/B-01/observations', { kind: 'count', at: startAt - hourMs, log10CfuPerG: 6.5 });
    await tani.post('/batches/B-01/observations', { kind: 'verdict', verdict: 'slimy' });
    await tani.post('/batches/B-02/discard', { reason: 'asam' });
    const set = await aSet(tani);
    const { status, body } = await tani.post(`${set.path}/rerun`, {});
    expect(status).toBe(202);
    const done = await until(async () => {
      const view = (await tani.get(`/reruns/${body.rerunId}`)).body;
      return view.state === 'done' || view.state === 'failed' ? view : null;
    });
    expect(rerunViewSchema.parse(done)).toEqual(done);
    expect(done).toMatchObject({ state: 'done', progress: { done: 2, of: 2 } });
    expect(done.result).toMatchObject({ batches: 2 });
    expect(done.result.atMakingH.median).toBeLessThan(0);
    expect(done.result.counts.before.n).toBe(1);
    expect(done.result.counts.after.bias).toBeLessThan(done.result.counts.before.bias);
    expect(done.result.verdicts.before.n).toBe(1);
    expect(done.result.discards.before.n).toBe(1);
    expect((await tani.del(`/reruns/${body.rerunId}`)).body.code).toBe('rerun.over');
  });
});

describe('GET /observations.csv', () => {
  it('gives counts with the constant temperature that makes a batch grow as much', async () => {
    const tani = await aKitchen();
    await tani.post('/batches/B-01/observations', { kind: 'count', at: startAt - hourMs, log10CfuPerG: 6.5 });
    await tani.post('/batches/B-01/observations', { kind: 'count', at: startAt, belowLog10: 2 });
    await tani.post('/batches/B-01/observations', { kind: 'verdict', verdict: 'slimy' });
    const span = `from=${startAt - 24 * hourMs}&to=${startAt + 1}`;
    const [head = '', ...lines] = (await tani.get(`/observations.csv?${span}`)).body.trim().split('\n');
    const rows = lines.map((line: string) =>
      Object.fromEntries(line.split(',').map((value, i) => [head.split(',')[i], value])),
    );
    expect(rows).toMatchObject([
      { series: 'B-01', kind: 'count', time_h: '9', logN: '6.5', censored: '0' },
      { series: 'B-01', kind: 'count', time_h: '10', logN: '2', censored: '1' },
    ]);
    // Kept at 12 °C all the time.
    expect(Number(rows[0].T_c)).toBeCloseTo(12, 1);
    expect((await tani.get(`/observations.csv?${span}&all=true`)).body.trim().split('\n')).toHaveLength(4);
  });
});

describe('GET /calibration', () => {
  it('says per product and month whether promises held', async () => {
    const tani = await aKitchen();
    const predicted = await estimateOf(tani, 'B-01');
    const log10CfuPerG = predicted.countLog10CfuPerG.median + 0.2;
    await tani.post('/batches/B-01/observations', { kind: 'count', at: startAt, log10CfuPerG });
    await tani.post('/batches/B-01/observations', { kind: 'verdict', verdict: 'still-good' });
    // Sour before anything was to be expected.
    const early = { at: startAt - 9.9 * hourMs, reason: 'asam' };
    await tani.post('/batches/B-01/discard', early);
    const { body } = await tani.get('/calibration');
    expect(calibrationSchema.parse(body)).toEqual(body);
    expect(body.rows).toHaveLength(1);
    expect(body.rows[0]).toMatchObject({ productId: 'takwa', month: '2026-11', n: 3 });
    expect(body.rows[0].counts).toMatchObject({ n: 1, coverage: 1 });
    expect(body.rows[0].counts.bias).toBeCloseTo(0.2, 6);
    expect(body.rows[0].discards).toMatchObject({ n: 1, spoiledEarly: 1, coverage: 0 });
    expect(body.overall.coverage).toBeCloseTo(2 / 3, 9);
    expect((await tani.get('/calibration', { token: await tani.otherFirm() })).body.overall.n).toBe(0);
  });
});

/** Asks again until there is an answer. */
async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise(resolve => setImmediate(resolve));
  }
}
