import type { AlertView } from '../../models/contracts/alert.ts';
import type { ScenarioFile } from './readScenario.ts';
import type { Action, ScenarioContent } from './scenarioSchema.ts';
import { durationMs } from './scenarioTime.ts';
import { ask, askAll, type ScenarioWorld } from './scenarioWorld.ts';

type Line = string | { readonly batchId: string };

/** What only can be done at its time: afterwards nobody sees an alert open, and a clock is somebody else's. */
export function canBeDone({ what }: Action, world: ScenarioWorld): boolean {
  if (what === 'setClock') return world.setClock !== undefined;
  return what !== 'acknowledge' || world.isLive;
}

/**
 * Does what a line of the file says, through the API.
 *
 * @param now  the time of the server
 * @throws {Error} with what the server has against it
 */
export async function doAction(world: ScenarioWorld, scenario: ScenarioFile, action: Action, now: number) {
  const { idOf } = world;
  const serverAt = (written: string) => scenario.at(written) + world.shiftMs;
  const post = (path: string, body: object) => ask(world, 'POST', path, body);
  switch (action.what) {
    case 'batch':
      return addBatch(world, scenario, action.of);
    case 'placement': {
      const { batchId, nodeId, position, from } = action.of;
      const since = from === undefined ? now : serverAt(from);
      const body = { nodeId: idOf(nodeId), from: since, ...(position && { position }) };
      return post(`/batches/${idOf(batchId)}/placements`, body);
    }
    case 'lifted': {
      const { batchId, nodeId } = action.of;
      const { placements } = await ask(world, 'GET', `/batches/${idOf(batchId)}`);
      for (const { placementId, nodeId: of, to } of placements)
        if (of === idOf(nodeId) && to === null)
          await ask(world, 'PATCH', `/batches/${idOf(batchId)}/placements/${placementId}`, { to: now });
      return;
    }
    case 'shipment':
      return addShipment(world, scenario, action.of);
    case 'depart':
    case 'arrive': {
      const { shipmentId, ...body } = action.of;
      return post(`/shipments/${idOf(shipmentId)}/${action.what}`, { ...body, at: now });
    }
    case 'cancel':
      return post(`/shipments/${idOf(action.of.shipmentId)}/cancel`, { reason: action.of.reason });
    case 'acknowledge': {
      const found = await alertsAbout(world, action.of);
      const open = found.find(({ state }) => state === 'open');
      if (open === undefined) throw new Error(`there is no open alert ${action.of.kind} to acknowledge`);
      return post(`/alerts/${open.alertId}/acknowledge`, {});
    }
    case 'verdict': {
      const { batchId, verdict } = action.of;
      return post(`/batches/${idOf(batchId)}/observations`, { kind: 'verdict', verdict, at: now });
    }
    case 'soldOut':
      return post(`/batches/${idOf(action.of.batchId)}/sold-out`, {});
    case 'setClock':
      return world.setClock?.((action.of.startsWith('-') ? -1 : 1) * durationMs(action.of.slice(1)));
  }
}

type NewShipment = Extract<Action, { what: 'shipment' }>['of'];

async function addShipment(
  world: ScenarioWorld,
  scenario: ScenarioFile,
  { batches, legs, shipmentId, ...rest }: NewShipment,
): Promise<void> {
  const { idOf } = world;
  const serverAt = (written: string) => scenario.at(written) + world.shiftMs;
  const toLine = (line: Line) =>
    typeof line === 'string' ? idOf(line) : { ...line, batchId: idOf(line.batchId) };
  const toLeg = (leg: NewShipment['legs'][number]) => ({
    ...leg,
    departsAt: serverAt(leg.departsAt),
    arrivesAt: serverAt(leg.arrivesAt),
  });
  await ask(world, 'POST', '/shipments', {
    ...rest,
    shipmentId: idOf(shipmentId),
    batches: batches.map(toLine),
    legs: legs.map(toLeg),
  });
}

type NewBatch = Omit<ScenarioContent['batches'][number], 'sensors'>;

export async function addBatch(
  world: ScenarioWorld,
  scenario: ScenarioFile,
  { producedAt, batchId, name, ...rest }: NewBatch,
): Promise<void> {
  const body = { ...rest, batchId: world.idOf(batchId), name: name ?? batchId };
  await ask(world, 'POST', '/batches', { ...body, producedAt: scenario.at(producedAt) + world.shiftMs });
}

export interface AlertSubject {
  readonly kind: AlertView['kind'];
  readonly batchId?: string | undefined;
  readonly nodeId?: string | undefined;
  readonly shipmentId?: string | undefined;
}

/** All incidents of a kind and about something, the newest first. */
export async function alertsAbout(world: ScenarioWorld, subject: AlertSubject): Promise<AlertView[]> {
  const all = await askAll<AlertView>(world, '/alerts?state=all', 'alerts');
  const isIt = (key: 'batchId' | 'nodeId' | 'shipmentId', alert: AlertView) =>
    subject[key] === undefined || alert[key] === world.idOf(subject[key]);
  return all.filter(
    alert =>
      alert.kind === subject.kind &&
      isIt('batchId', alert) &&
      isIt('nodeId', alert) &&
      isIt('shipmentId', alert),
  );
}
