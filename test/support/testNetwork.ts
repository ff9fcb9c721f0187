import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where a process of a test runs: this machine as it is, or a network namespace with an address of its own. */
export interface Place {
  readonly host: string;
  /** What to spawn so that the program runs there; its process id is that of the program. */
  command(program: string, args: readonly string[]): readonly [program: string, args: string[]];
}

export const here: Place = {
  host: '127.0.0.1',
  command: (program, args) => [program, [...args]],
};

export interface TestNetwork {
  place(name: string): Place;
  /** Nothing gets from one to the other any more, and nobody is told. */
  cut(one: string, other: string): void;
  /** Nothing gets there; the other way is open. */
  cutOneWay(from: string, to: string): void;
  /** Takes its link down. */
  unplug(name: string): void;
  /** Everything is connected again. */
  mend(): void;
  close(): void;
}

const prefix = 'tahan';
/** A card that nobody has: frames to it end at the bridge. */
const nobody = '02:00:00:00:00:01';

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' });

/**
 * Hosts of a small network on this machine, each in a network namespace, joined by a bridge at which this process takes
 * part too. Needs Linux, root and iproute2.
 *
 * @throws {Error} saying why there can be none here
 */
export function openTestNetwork(names: readonly string[]): TestNetwork {
  removeLeftovers();
  const id = `${prefix}${process.pid}`;
  const bridge = `tb${process.pid}`;
  // A process has its own subnet, so that two runs do not meet.
  const subnet = `10.${200 + (process.pid % 50)}.${(process.pid >> 6) & 255}`;
  const hosts = new Map(
    names.map((name, n) => [name, { space: `${id}${name}`, address: `${subnet}.${n + 2}` }]),
  );
  const link = (name: string) => `t${process.pid}${[...hosts.keys()].indexOf(name)}`;
  const hostOf = (name: string) => hosts.get(name) ?? fail(`there is no ${name}`);
  const mendings: (() => void)[] = [];
  const within = (name: string, ...args: string[]) => ip('-n', hostOf(name).space, ...args);

  function close(): void {
    process.off('exit', close);
    for (const { space } of hosts.values()) tried(() => removeSpace(space));
    tried(() => ip('link', 'del', bridge));
  }
  process.once('exit', close);

  try {
    ip('link', 'add', bridge, 'type', 'bridge');
    ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge);
    ip('link', 'set', bridge, 'up');
    for (const [name, { space, address }] of hosts) {
      ip('netns', 'add', space);
      ip('link', 'add', link(name), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      ip('link', 'set', link(name), 'master', bridge, 'up');
      within(name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
      within(name, 'link', 'set', 'eth0', 'up');
      within(name, 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    close();
    throw new Error(
      `no network namespaces here: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}`,
    );
  }

  function cutOneWay(from: string, to: string): void {
    const { address } = hostOf(to);
    within(from, 'neigh', 'replace', address, 'lladdr', nobody, 'nud', 'permanent', 'dev', 'eth0');
    mendings.push(() => within(from, 'neigh', 'del', address, 'dev', 'eth0'));
  }

  return {
    place(name) {
      const { space, address } = hostOf(name);
      return {
        host: address,
        command: (program, args) => ['ip', ['netns', 'exec', space, program, ...args]],
      };
    },
    cutOneWay,
    cut(one, other) {
      cutOneWay(one, other);
      cutOneWay(other, one);
    },
    unplug(name) {
      ip('link', 'set', link(name), 'down');
      mendings.push(() => ip('link', 'set', link(name), 'up'));
    },
    mend() {
      for (const mend of mendings.splice(0)) mend();
    },
    close,
  };
}

/** Of a run that was killed. */
function removeLeftovers(): void {
  for (const line of ip('netns', 'list').split('\n')) {
    const found = new RegExp(`^(${prefix}(\\d+)\\D\\S*)`).exec(line);
    if (found !== null && !existsSync(`/proc/${found[2]}`)) tried(() => removeSpace(found[1]!));
  }
  for (const { ifname } of JSON.parse(ip('-j', 'link', 'show', 'type', 'bridge')) as { ifname?: string }[]) {
    const pid = /^tb(\d+)$/.exec(ifname ?? '')?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) tried(() => ip('link', 'del', ifname!));
  }
}

/** With whoever is still there. */
function removeSpace(space: string): void {
  for (const pid of ip('netns', 'pids', space).split('\n').filter(Boolean))
    tried(() => process.kill(Number(pid), 'SIGKILL'));
  ip('netns', 'del', space);
}

function tried(work: () => unknown): void {
  try {
    work();
  } catch {
    // Gone already, or never made.
  }
}

function fail(message: string): never {
  throw new Error(message);
}
