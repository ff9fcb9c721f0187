import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readingTopic } from '../../models/contracts/topics.ts';
import { connackOf, connectPacket, publishPacket } from '../gateway/rawMqtt.ts';
import { packetSplitter } from './faultNode.ts';
import { type Login, type OwnTarget, startTarget } from './faultTarget.ts';
import { type FaultReport, Figures, percentile, runAlone, sizes } from './figures.ts';
import { judgeSyncTrace } from './syncTrace.ts';

/** F4: every PUBACK is written to its socket after the fdatasync of its reading, shown by a trace of system calls. */
export async function fsyncOrder({ nodes, each }: { nodes: number; each: number }): Promise<FaultReport> {
  const figures = new Figures('F4 fsync order');
  const target = await startTarget();
  const dir = mkdtempSync(join(tmpdir(), 'tahan-trace-'));
  try {
    const logins = await target.addNodes('sync', nodes);
    figures.within('pubackMsP99Untraced', percentile(await publishAll(target, logins, each, 0), 0.99), 100);
    const path = join(dir, 'trace');
    const strace = spawn('strace', [
      ...['-f', '-yy', '-xx', '-s', '200000', '-o', path, '-p', String(target.pid())],
      ...['-e', 'trace=pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync'],
    ]);
    await attached(strace.stderr);
    const latencies = await publishAll(target, logins, each, nodes * each);
    strace.kill('SIGINT');
    await once(strace, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: createReadStream(path) })) lines.push(line);
    const verdict = judgeSyncTrace(lines);
    figures.note('tracedCalls', lines.length);
    figures.note('syncs', verdict.syncs);
    figures.equal('acknowledged', verdict.acknowledged, nodes * each);
    figures.equal('afterSync', verdict.afterSync, verdict.acknowledged);
    figures.note('pubackMsP99Traced', Math.round(percentile(latencies, 0.99)));
    return figures.report();
  } finally {
    await target.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function attached(stderr: NodeJS.ReadableStream): Promise<void> {
  let said = '';
  for await (const chunk of stderr) {
    said += chunk;
    if (/attached/.test(said)) return;
  }
  throw new Error(`strace could not attach: ${said}`);
}

/** 200 readings a second in all; packet id = sequence, different over all nodes. Returns the PUBACK times in ms. */
async function publishAll(target: OwnTarget, logins: readonly Login[], each: number, firstId: number) {
  const { hostname: host, port } = new URL(target.mqttUrl);
  const latencies: number[] = [];
  await Promise.all(
    logins.map(async (login, n) => {
      const socket = connect({ host, port: Number(port), noDelay: true });
      const sentAt = new Map<number, number>();
      const done = Promise.withResolvers<void>();
      const isUp = Promise.withResolvers<void>();
      socket.on(
        'data',
        packetSplitter((type, body) => {
          if (type === 2 && body[1] === connackOf(0)[3]) isUp.resolve();
          if (type !== 4) return;
          const id = body.readUInt16BE(0);
          latencies.push(performance.now() - sentAt.get(id)!);
          sentAt.delete(id);
          if (id === firstId + n * each + each) done.resolve();
        }),
      );
      socket.on('close', () => done.reject(new Error('closed by the gateway')));
      socket.write(connectPacket({ ...login, clientId: login.username }));
      await isUp.promise;
      await sleep((n * 5 * logins.length) / logins.length);
      for (let i = 1; i <= each; i++) {
        const id = firstId + n * each + i;
        sentAt.set(id, performance.now());
        const payload = JSON.stringify({
          measuredAt: Date.now() - 1_000_000 + id,
          temperatureC: 4,
          sequence: id,
        });
        socket.write(publishPacket({ topic: readingTopic(login.username), payload, packetId: id }));
        await sleep(5 * logins.length);
      }
      await done.promise;
      socket.destroy();
    }),
  );
  return latencies;
}

if (import.meta.main) await runAlone(() => fsyncOrder(sizes({ nodes: 10, each: 200 })));
