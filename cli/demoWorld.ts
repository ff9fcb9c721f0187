import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { demoScenarios } from '../firmware-sim/demoFleet.ts';
import type { DemoBatch } from '../firmware-sim/demoNode.ts';
import type { Role } from '../models/contracts/people.ts';
import type { TahanServer } from '../server/server.ts';

export const demoOrganisation = { orgId: 'demo', name: 'Tahu Bu Sri' } as const;
/** Who receives what the demo sends. */
export const demoShop = { orgId: 'demo-toko', name: 'Toko Sumber Rejeki', kind: 'shop' } as const;

interface DemoLogin {
  readonly orgId: string;
  readonly title: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: Role;
}

/** One login per role. The passwords are public: a demo listens on loopback and holds simulated data. */
export const demoLogins: readonly DemoLogin[] = [
  {
    orgId: demoOrganisation.orgId,
    title: 'Producer (produsen)',
    name: 'Bu Sri',
    email: 'produsen@tahan.example',
    password: 'tahu-takwa-kediri',
    role: 'producer',
  },
  {
    orgId: demoOrganisation.orgId,
    title: 'Distributor (pengirim)',
    name: 'Ratna',
    email: 'pengirim@tahan.example',
    password: 'tahu-takwa-kediri',
    role: 'distributor',
  },
  {
    orgId: demoOrganisation.orgId,
    title: 'Researcher (peneliti)',
    name: 'Dr. Kusuma',
    email: 'peneliti@tahan.example',
    password: 'tahu-takwa-kediri',
    role: 'researcher',
  },
  {
    orgId: demoShop.orgId,
    title: 'Shop (toko)',
    name: 'Bu Wati',
    email: 'toko@tahan.example',
    password: 'tahu-takwa-kediri',
    role: 'owner',
  },
];

/** After a day the batches of a demo are eaten: the next start tells a new story with the same sensors. */
const storyLastsMs = 24 * 3_600_000;

interface SavedWorld {
  readonly startedAt: number;
  /** Until when readings may exist already, so that a new story does not overwrite the old one. */
  readonly historyFrom: number;
  readonly passwords: Readonly<Record<string, string>>;
}

export interface DemoWorld {
  readonly startedAt: number;
  readonly historyFrom: number;
  readonly credentials: ReadonlyMap<string, string>;
  /** Sets up batches and their placements; those that are there already are left as they are. */
  addBatches(batches: readonly DemoBatch[]): Promise<void>;
}

/** Opens the demo of a data folder, or sets it up: the firm, its people, its nodes. Asking again changes nothing. */
export async function openDemoWorld(server: TahanServer, file: string, now: number): Promise<DemoWorld> {
  const saved = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SavedWorld) : undefined;
  await server.setup.ensureOrganisation(demoOrganisation);
  await server.setup.ensureOrganisation(demoShop);
  for (const { title: _, ...login } of demoLogins) await addUser(server, login);
  const over = saved !== undefined && now - saved.startedAt > storyLastsMs;
  const world: SavedWorld = {
    startedAt: saved === undefined || over ? now : saved.startedAt,
    historyFrom: saved === undefined ? 0 : over ? now : saved.historyFrom,
    passwords: { ...saved?.passwords, ...(await addMissingNodes(server, now, saved?.passwords ?? {})) },
  };
  save(file, world);
  return {
    startedAt: world.startedAt,
    historyFrom: world.historyFrom,
    credentials: new Map(Object.entries(world.passwords)),
    addBatches: batches => addBatches(server, batches),
  };
}

async function addMissingNodes(server: TahanServer, now: number, known: Readonly<Record<string, string>>) {
  const passwords: Record<string, string> = {};
  for (const { nodeId, name, placeId, reportEveryS } of demoScenarios(now)) {
    if (known[nodeId] !== undefined) continue;
    const node = { orgId: demoOrganisation.orgId, nodeId, name, placeId, reportEveryS };
    passwords[nodeId] = (await server.setup.createNode(node)).mqtt.password;
  }
  return passwords;
}

/** One that is there stays as it is. */
async function addUser(server: TahanServer, login: Omit<DemoLogin, 'title'>): Promise<void> {
  try {
    await server.setup.createUser(login);
  } catch (error) {
    if ((error as { code?: string }).code !== 'user.exists') throw error;
  }
}

async function addBatches(server: TahanServer, batches: readonly DemoBatch[]): Promise<void> {
  const { orgId } = demoOrganisation;
  for (const { placements, ...batch } of batches) {
    try {
      await server.setup.createBatch({ orgId, ...batch });
    } catch (error) {
      if ((error as { code?: string }).code === 'batch.exists') continue;
      throw error;
    }
    for (const placement of placements) {
      await server.setup.createPlacement({ orgId, batchId: batch.batchId, ...placement });
    }
  }
}

/** Written beside and renamed: a kill leaves the old file or the new one. Holds secrets, so only the owner reads it. */
function save(file: string, world: SavedWorld): void {
  writeFileSync(`${file}.new`, JSON.stringify(world, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
