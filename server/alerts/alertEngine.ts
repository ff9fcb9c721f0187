import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import type { AlertKind } from '../../models/contracts/alert.ts';
import type { Clock } from '../../models/contracts/intake.ts';
import type { Reading } from '../../models/contracts/reading.ts';
import type { Calibration } from '../calibration.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { LiveHub } from '../liveHub.ts';
import type { Log } from '../log.ts';
import type { Channels } from '../notify/channel.ts';
import type { BatchLives } from '../shelf-life/batchLives.ts';
import { type BatchKey, batchKey } from '../shelf-life/placementIndex.ts';
import { releaseAlertLease, takeAlertLease } from '../store/metadata/alertLease.ts';
import {
  type Alert,
  changeAlert,
  findAlert,
  listAlertsToEscalateOfAllOrganisations,
  listOpenAlertsOfAllOrganisations,
  shiftAlertTimesOfAllOrganisations,
} from '../store/metadata/alerts.ts';
import { listActiveBatchesOfAllOrganisations } from '../store/metadata/batches.ts';
import type { MetadataDb } from '../store/metadata/database.ts';
import type { ReadingStore } from '../store/readingStore.ts';
import { registerAlertMetrics } from './alertMetrics.ts';
import { alertViews } from './alertView.ts';
import { type BatchFindings, createBatchChecks } from './batchChecks.ts';
import { type Decision, decide, LeaseLost } from './decide.ts';
import { checkGateways } from './gatewayChecks.ts';
import { createNodeChecks } from './nodeChecks.ts';
import { createOutbox } from './outbox.ts';
import { createRuleBook } from './ruleBook.ts';
import { checkShipments, type ShipmentWatch } from './shipmentChecks.ts';
import { Silence } from './silence.ts';
import type { Clearing } from './stepSubject.ts';

/** Finds out what people must be told, decides it once, and sees to it that it is sent. */
export interface AlertEngine {
  /**
   * Told of batches about which something has changed.
   *
   * @param inserted  the readings that changed it; left out, anything may have
   */
  touched(batches: Iterable<BatchKey>, inserted?: readonly Reading[]): void;
  /** Rules of a firm were changed. */
  rulesChanged(orgId: string): Promise<void>;
  /** A person has done something to an alert: takes it into account and tells who listens. */
  handled(orgId: string, alertId: string): Promise<void>;
  /** Another server has decided something about alerts, or was told of by a person: tells who listens here. */
  toldElsewhere(orgId: string, alertIds: readonly string[]): Promise<void>;
  /** Anything may have been decided, changed or written elsewhere: everything is looked at anew. */
  startOver(): void;
  start(): void;
  /** Looks at everything that changes because time passes. Runs every 15 s once started. */
  tick(): Promise<void>;
  /** Resolves when all that was touched has been looked at and all that is due has been tried. */
  settled(): Promise<void>;
  /** Batches that wait to be looked at. */
  backlog(): number;
  stop(): Promise<void>;
}

export interface AlertEngineOptions {
  readonly db: MetadataDb;
  readonly store: ReadingStore;
  readonly lives: BatchLives;
  readonly calibration: Calibration;
  readonly hub: LiveHub;
  readonly clock: Clock;
  readonly log: Log;
  readonly channels: Channels;
  readonly publicUrl: string | null;
  readonly shipments?: ShipmentWatch | undefined;
  /** No other server can be at this database: nobody waits for the lease of one that has ended. */
  readonly isAlone: boolean;
  /** The other servers on this database; left out, there are none. */
  readonly fleet?: Fleet;
  /** Where its numbers go; left out, nowhere. */
  readonly registry?: Registry;
  /** A test ends the process at one of these. */
  readonly onStep?: (step: AlertStep) => void;
}

export type AlertStep = 'before decision' | 'within decision' | 'decided' | 'claimed' | 'sent';

const tickEveryMs = 15_000;
const restMs = 1_000;
const leaseMs = 30_000;
/** Nodes, gateways and shipments are looked at every other tick. */
const sweepEveryMs = 30_000;
/** More than this between two clocks means that one was set. */
const clockStepMs = 30_000;
/** More than this between two ticks means that the process stood still. */
const pauseMs = 45_000;
/** After this the clock is believed, as by the intake. */
const doubtLastsMs = 24 * 3_600_000;
/** No tahu is watched longer than this. */
const oldestBatchMs = 60 * 24 * 3_600_000;
const decisionsAtOnce = 100;
/** Then whoever else has a turn is let in: the lease has to be kept, and people wait for their escalations. */
const longestRoundMs = 2_000;

export function createAlertEngine(options: AlertEngineOptions): AlertEngine {
  return new Engine(options);
}

class Engine implements AlertEngine {
  readonly #o: AlertEngineOptions;
  readonly #holder: string;
  readonly #rules;
  readonly #batches;
  readonly #nodes;
  readonly #outbox;
  readonly #metrics;
  /** Keyed by organisation, kind and subject. */
  readonly #open = new Map<string, Alert>();
  #touched = new Set<BatchKey>();
  /** Keyed by node: the earliest of its readings that have come since the last round. */
  #newFrom = new Map<string, number>();
  readonly #touchedAt = new Map<BatchKey, number>();
  /** When batches have to be looked at again though nothing comes in. */
  readonly #agenda = new Map<BatchKey, number>();
  #silence = new Silence(null);
  #isHolder = false;
  #stopped = false;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #lastClocks: { wall: number; monotonic: number } | null = null;
  /** By how much the clock is ahead of what it was before somebody set it; behind, below 0. */
  #setBy = { ms: 0, at: 0 };
  #work: Promise<void> = Promise.resolve();
  #sending: Promise<void> = Promise.resolve();
  #isSendWanted = false;
  #isRoundWanted = false;
  #restTimer: NodeJS.Timeout | undefined;
  #tickTimer: NodeJS.Timeout | undefined;

  constructor(options: AlertEngineOptions) {
    this.#o = options;
    const { registry, fleet } = options;
    this.#holder = fleet?.isShared ? `${fleet.serverId}/${fleet.run}` : randomUUID();
    // What it decided is decided here from now on, if nobody else is faster.
    fleet?.onDeath(() => this.#tickSoon());
    this.#metrics = registry && registerAlertMetrics(registry, { db: options.db, backlog: this.backlog });
    const { db, store, lives, calibration, shipments, clock, log, channels, publicUrl } = options;
    this.#rules = createRuleBook(db);
    const legsOf = shipments && ((orgId: string, batchId: string) => shipments.legsOf(orgId, batchId));
    this.#batches = createBatchChecks({ db, store, lives, rules: this.#rules, ...(legsOf && { legsOf }) });
    this.#nodes = createNodeChecks({ db, store, calibration, rules: this.#rules });
    this.#outbox = createOutbox({
      ...{ db, channels, clock, log, publicUrl, holder: this.#holder },
      // What is begun by a server that others take for dead would be begun twice.
      isStopped: () => this.#stopped || !this.#mayAct(),
      onStep: options.onStep,
    });
  }

  touched(batches: Iterable<BatchKey>, inserted?: readonly Reading[]): void {
    const now = this.#o.clock.now();
    for (const key of batches) {
      this.#touched.add(key);
      if (inserted === undefined) this.#batches.forget(key);
      else this.#touchedAt.set(key, now);
    }
    for (const { nodeId, measuredAt } of inserted ?? [])
      this.#newFrom.set(nodeId, Math.min(measuredAt, this.#newFrom.get(nodeId) ?? measuredAt));
    this.#wake();
  }

  async rulesChanged(orgId: string): Promise<void> {
    this.#rules.forget(orgId);
    this.#batches.forgetOrganisation(orgId);
    this.#sweptAt = Number.NEGATIVE_INFINITY;
    const since = this.#o.clock.now() - oldestBatchMs;
    for (const batch of await listActiveBatchesOfAllOrganisations(this.#o.db, since))
      if (batch.orgId === orgId) this.#touched.add(batchKey(orgId, batch.batchId));
    this.#wake();
  }

  async handled(orgId: string, alertId: string): Promise<void> {
    const alert = await findAlert(this.#o.db, orgId, alertId);
    if (alert !== null) await this.#tell([alert]);
  }

  async toldElsewhere(orgId: string, alertIds: readonly string[]): Promise<void> {
    const found = await Promise.all(alertIds.map(alertId => findAlert(this.#o.db, orgId, alertId)));
    const alerts = found.filter(alert => alert !== null);
    for (const alert of alerts) this.#note(alert);
    await this.#show(orgId, alerts);
  }

  startOver(): void {
    this.#inTurn(async () => {
      this.#rules.forgetAll();
      this.#giveUp();
    }).catch(() => {});
    this.#tickSoon();
  }

  start(): void {
    this.#tickTimer = setInterval(() => this.#tickSoon(), tickEveryMs);
    this.#tickSoon();
  }

  #tickSoon(): void {
    this.tick().catch(error => this.#o.log.error({ err: error }, 'alerts could not be looked at'));
  }

  tick(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#stopped || !this.#mayAct() || !(await this.#keepLease())) return;
      const { now, monotonic } = this.#clocks();
      await this.#noticeClockStep(now, monotonic);
      for (const [key, at] of this.#agenda) if (at <= now) this.#touched.add(key);
      await this.#round();
      if (this.#o.store.health().state === 'ok' && monotonic - this.#sweptAt >= sweepEveryMs) {
        this.#sweptAt = monotonic;
        await this.#sweep(now, monotonic);
      }
      await this.#escalate(now);
      this.#send();
    });
  }

  async settled(): Promise<void> {
    clearTimeout(this.#restTimer);
    this.#isRoundWanted = false;
    while (this.#touched.size > 0 && this.#isHolder && !this.#stopped)
      await this.#inTurn(() => this.#round());
    this.#send();
    for (let sending = this.#sending; ; sending = this.#sending) {
      await sending;
      if (sending === this.#sending && !this.#isSendWanted) return;
    }
  }

  readonly backlog = (): number => this.#touched.size;

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#tickTimer);
    clearTimeout(this.#restTimer);
    await this.#work.catch(() => {});
    await this.#sending.catch(() => {});
    if (!this.#isHolder) return;
    this.#isHolder = false;
    await releaseAlertLease(this.#o.db, this.#holder).catch(error =>
      this.#o.log.warn({ err: error }, 'the lease of alerts could not be given back'),
    );
  }

  /** One piece of work at a time: what is known of open incidents is then always what is written. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#work.then(work);
    this.#work = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  /** Begins a round soon; what comes within a second of the last one goes with the next. */
  #wake(): void {
    if (this.#isRoundWanted || this.#stopped) return;
    this.#isRoundWanted = true;
    this.#restTimer = setTimeout(() => {
      this.#isRoundWanted = false;
      this.#inTurn(() => this.#round()).catch(error =>
        this.#o.log.error({ err: error }, 'batches could not be looked at for alerts'),
      );
    }, restMs);
    this.#restTimer.unref();
  }

  async #keepLease(): Promise<boolean> {
    const { db, clock, isAlone, fleet } = this.#o;
    const holdMs = isAlone ? 0 : leaseMs;
    const deadAfterMs = fleet?.isShared ? fleet.deadAfterMs : null;
    const asked = { holder: this.#holder, now: clock.now(), holdMs, deadAfterMs };
    const taken = await takeAlertLease(db, asked);
    if (taken === null) {
      this.#giveUp();
      return false;
    }
    if (!this.#isHolder || taken.isNew) await this.#takeOver(taken.lastTickAt);
    return true;
  }

  /** Whether nobody else can take this server for dead, and it hears what others do. */
  #mayAct(): boolean {
    const { fleet } = this.#o;
    return fleet === undefined || (fleet.isCertainlyMember() && fleet.uninformed() === null);
  }

  #giveUp(): void {
    this.#isHolder = false;
    this.#open.clear();
    this.#batches.forgetAll();
    this.#touched.clear();
    this.#newFrom.clear();
    this.#agenda.clear();
  }

  /** Everything as it stands: incidents from the database, the lives of batches from their readings. */
  async #takeOver(lastTickAt: number | null): Promise<void> {
    const { db, clock } = this.#o;
    const now = clock.now();
    this.#silence = new Silence(lastTickAt === null ? null : { from: lastTickAt, to: now });
    this.#open.clear();
    this.#batches.forgetAll();
    for (const alert of await listOpenAlertsOfAllOrganisations(db)) this.#note(alert);
    for (const { orgId, batchId } of await listActiveBatchesOfAllOrganisations(db, now - oldestBatchMs))
      this.#touched.add(batchKey(orgId, batchId));
    for (const { orgId, subject } of this.#open.values())
      if (subject.startsWith('batch/')) this.#touched.add(batchKey(orgId, subject.slice('batch/'.length)));
    this.#isHolder = true;
  }

  #clocks(): { now: number; monotonic: number } {
    const now = this.#o.clock.now();
    return { now, monotonic: this.#o.clock.monotonic?.() ?? now };
  }

  async #noticeClockStep(wall: number, monotonic: number): Promise<void> {
    const last = this.#lastClocks;
    this.#lastClocks = { wall, monotonic };
    if (last === null) return;
    const elapsedMs = monotonic - last.monotonic;
    if (elapsedMs > pauseMs) this.#silence.paused(elapsedMs - tickEveryMs);
    const byMs = wall - last.wall - elapsedMs;
    if (Math.abs(byMs) < clockStepMs) return;
    this.#o.log.warn({ byMs }, 'the clock was set');
    const setByMs = this.#setByMs(monotonic) + byMs;
    this.#setBy = { ms: Math.abs(setByMs) < clockStepMs ? 0 : setByMs, at: monotonic };
    for (const [key, at] of this.#touchedAt) this.#touchedAt.set(key, at + byMs);
    // What was to be looked at by the other clock, and what was folded by it, is looked at once by this one.
    for (const key of this.#agenda.keys()) this.#touched.add(key);
    this.#batches.forgetAll();
    await shiftAlertTimesOfAllOrganisations(this.#o.db, Math.round(byMs));
    this.#open.clear();
    for (const alert of await listOpenAlertsOfAllOrganisations(this.#o.db)) this.#note(alert);
  }

  #setByMs(monotonic: number): number {
    return monotonic - this.#setBy.at > doubtLastsMs ? 0 : this.#setBy.ms;
  }

  /** Looks at every batch that was touched. A store that knows only a part is no ground to decide anything. */
  async #round(): Promise<void> {
    const { store } = this.#o;
    if (!this.#isHolder || this.#touched.size === 0 || store.health().state !== 'ok' || !this.#mayAct())
      return;
    const clocks = this.#clocks();
    await this.#noticeClockStep(clocks.now, clocks.monotonic);
    const began = performance.now();
    let looked = 0;
    const keys = this.#touched;
    const newFrom = this.#newFrom;
    const all = [...keys];
    this.#touched = new Set();
    this.#newFrom = new Map();
    try {
      let found: BatchFindings[] = [];
      let decisions = 0;
      for (const key of keys) {
        if (this.#stopped) return;
        if (performance.now() - began > longestRoundMs) {
          this.#putBack(keys, newFrom);
          break;
        }
        keys.delete(key);
        looked += 1;
        const { now, monotonic } = this.#clocks();
        const findings = await this.#batches.check(key, {
          now,
          clockSetByMs: this.#setByMs(monotonic),
          newFrom: nodeId => newFrom.get(nodeId),
          touchedAt: this.#touchedAt.get(key) ?? 0,
          openAlert: (orgId, kind, subject) => this.#open.get(openKey(orgId, kind, subject)),
        });
        this.#noteAgenda(key, findings.lookAgainAt);
        found.push(findings);
        decisions += findings.decisions.length;
        if (decisions >= decisionsAtOnce) {
          await this.#carryOut(found);
          found = [];
          decisions = 0;
        }
        // An estimate takes milliseconds of this thread: others first.
        await new Promise(resolve => setImmediate(resolve));
      }
      await this.#carryOut(found);
    } catch (error) {
      // What was found out is lost, not what there is to find out: everything of this round once more.
      for (const key of all) {
        this.#batches.forget(key);
        this.#touched.add(key);
      }
      if (error instanceof LeaseLost) this.#giveUp();
      else throw error;
    }
    this.#metrics?.round(looked, (performance.now() - began) / 1_000);
  }

  #putBack(keys: Iterable<BatchKey>, newFrom: ReadonlyMap<string, number>): void {
    for (const key of keys) this.#touched.add(key);
    for (const [nodeId, at] of newFrom)
      this.#newFrom.set(nodeId, Math.min(at, this.#newFrom.get(nodeId) ?? at));
    this.#wake();
  }

  #noteAgenda(key: BatchKey, lookAgainAt: number | null): void {
    if (lookAgainAt !== null) this.#agenda.set(key, lookAgainAt);
    else {
      this.#agenda.delete(key);
      this.#touchedAt.delete(key);
    }
  }

  async #carryOut(found: readonly BatchFindings[]): Promise<void> {
    await this.#decide(found.flatMap(findings => findings.decisions));
    for (const { refreshed } of found)
      for (const { alert, facts, beganAt } of refreshed) {
        const change = { facts, beganAt };
        if (await changeAlert(this.#o.db, alert.orgId, alert.alertId, change, { onlyOpen: true }))
          await this.#tell([{ ...alert, ...change }]);
      }
  }

  async #sweep(now: number, monotonic: number): Promise<void> {
    const { db, shipments } = this.#o;
    const openAlert = (orgId: string, kind: AlertKind, subject: string) =>
      this.#open.get(openKey(orgId, kind, subject));
    const nodes = await this.#nodes.check({ now, monotonic, silence: this.#silence, openAlert });
    await this.#decide(nodes.decisions);
    await this.#keepClearing(nodes.clearings);
    await this.#decide(await checkGateways(db, this.#rules, openAlert, now));
    if (shipments === undefined) return;
    const openOfKind = (kind: AlertKind) => [...this.#open.values()].filter(alert => alert.kind === kind);
    const arrivals = await checkShipments(shipments, this.#rules, { openAlert, openOfKind }, now);
    await this.#decide(arrivals.decisions);
    await this.#keepClearing(arrivals.clearings);
  }

  async #escalate(now: number): Promise<void> {
    const due = await listAlertsToEscalateOfAllOrganisations(this.#o.db, now);
    await this.#decide(due.map(({ orgId, alertId }): Decision => ({ what: 'escalate', orgId, alertId })));
  }

  async #keepClearing(clearings: readonly Clearing[]): Promise<void> {
    for (const { alert, clearingSince } of clearings)
      if (await changeAlert(this.#o.db, alert.orgId, alert.alertId, { clearingSince }, { onlyOpen: true }))
        this.#note({ ...alert, clearingSince });
  }

  async #decide(decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return;
    const { db, clock, onStep } = this.#o;
    onStep?.('before decision');
    const changed = await decide({ db, holder: this.#holder, onStep }, decisions, clock.now());
    onStep?.('decided');
    await this.#tell(changed);
    this.#send();
  }

  /** Takes alerts as they are now into what is known, and tells who listens. */
  async #tell(alerts: readonly Alert[]): Promise<void> {
    for (const alert of alerts) this.#note(alert);
    for (const [orgId, ofOrg] of Map.groupBy(alerts, alert => alert.orgId)) {
      this.#o.fleet?.publish('alerts', { orgId, alertIds: ofOrg.map(({ alertId }) => alertId) });
      await this.#show(orgId, ofOrg);
    }
  }

  async #show(orgId: string, alerts: readonly Alert[]): Promise<void> {
    const { db, hub } = this.#o;
    if (!hub.isAttended(orgId)) return;
    for (const data of await alertViews(db, orgId, alerts)) hub.publish(orgId, { type: 'alert', data });
  }

  #note(alert: Alert): void {
    const key = openKey(alert.orgId, alert.kind, alert.subject);
    if (alert.state === 'open') this.#open.set(key, alert);
    else if (this.#open.get(key)?.alertId === alert.alertId) this.#open.delete(key);
    this.#batches.noted(alert);
  }

  /** Sends what is due, beside everything else: a channel that does not answer holds nobody up. */
  #send(): void {
    if (this.#isSendWanted || this.#stopped || !this.#isHolder) return;
    this.#isSendWanted = true;
    this.#sending = this.#sending.then(async () => {
      this.#isSendWanted = false;
      await this.#outbox
        .flush()
        .catch(error => this.#o.log.error({ err: error }, 'messages of alerts could not be sent'));
    });
  }
}

const openKey = (orgId: string, kind: AlertKind, subject: string) => `${orgId}/${kind}/${subject}`;
