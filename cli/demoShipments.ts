import type { DemoShipment } from '../firmware-sim/demoNode.ts';
import type { PlaceKind } from '../models/contracts/place.ts';

interface Login {
  readonly email: string;
  readonly password: string;
}

const places: readonly (readonly [placeId: string, name: string, kind: PlaceKind])[] = [
  ['pabrik', 'Pabrik', 'kitchen'],
  ['toko', 'Toko Bu Sri', 'shop'],
  ['pasar', 'Pasar Setono Betek', 'market'],
  ['keniten', 'Kulkas Keniten', 'fridge'],
  ['surabaya', 'Surabaya', 'shop'],
  ['malang', 'Malang', 'shop'],
  ['tulungagung', 'Tulungagung', 'shop'],
  ['truk-dingin', 'Truk dingin', 'vehicle'],
  ['pikap-jember', 'Pikap Jember', 'vehicle'],
];

const products = [
  ['takwa', { unit: 'besek', needH: 24, unitPriceIdr: 20_000 }],
  ['takwa-vakum', { unit: 'bungkus', needH: 72, unitPriceIdr: 12_000 }],
  ['putih', { unit: 'potong', needH: 8, unitPriceIdr: 700 }],
  ['pong', { unit: 'potong', needH: 12, unitPriceIdr: 600 }],
] as const;

/** Names places and prices, and sends shipments on their way, as people do: through the API. What is there stays; the shop sees what goes to it. */
export async function addDemoShipments(
  httpUrl: string,
  login: Login,
  shipments: readonly DemoShipment[],
  shop: { readonly orgId: string; readonly name: string },
): Promise<void> {
  const session = await openSession(httpUrl, login);
  try {
    for (const [placeId, name, kind] of places) await session.make('/places', { placeId, name, kind });
    for (const [productId, change] of products) await session.send('PATCH', `/products/${productId}`, change);
    for (const shipment of shipments) await addShipment(session, shipment, shop);
  } finally {
    await session.send('POST', '/auth/sign-out', {});
  }
}

async function addShipment(
  session: Session,
  { batchIds, departsAt, arrivesAt, shipmentId, ...shipment }: DemoShipment,
  shop: { readonly orgId: string; readonly name: string },
): Promise<void> {
  const isNew = await session.make('/shipments', {
    ...{ ...shipment, shipmentId, batches: batchIds },
    ...(shipment.to === shop.name && { receiverOrgId: shop.orgId }),
    ...{ departsAt: new Date(departsAt).toISOString(), arrivesAt: new Date(arrivesAt).toISOString() },
  });
  if (!isNew) return;
  const handedOver = { at: new Date(departsAt).toISOString(), by: 'Bu Sri', receivedBy: 'Pak Yanto' };
  await session.make(`/shipments/${shipmentId}/depart`, handedOver);
}

type Session = Awaited<ReturnType<typeof openSession>>;

async function openSession(httpUrl: string, { email, password }: Login) {
  let cookie = '';
  async function send(method: string, path: string, body: unknown): Promise<Response> {
    return fetch(`${httpUrl}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
      body: JSON.stringify(body),
    });
  }
  /** @returns false when it was there already */
  async function make(path: string, body: unknown): Promise<boolean> {
    const answer = await send('POST', path, body);
    if (answer.ok) return true;
    const text = await answer.text();
    if (answer.status === 409) return false;
    throw new Error(`the demo could not be set up: ${path} answered ${answer.status} ${text}`);
  }
  const opened = await send('POST', '/auth/sign-in', { identity: email, password });
  if (!opened.ok) throw new Error(`the demo could not sign in: ${opened.status}`);
  cookie = opened.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ');
  return { send, make };
}
