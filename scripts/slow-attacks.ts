/**
 * `npm run slow-attacks [names]`: 300 connections that send or read as slowly as they can, by slowhttptest (apt) and by senders of our own, while a healthy client
 * asks on. Ends with 1 where one of its requests failed, or where a connection of an attack was alive for longer than 40 s, at either end.
 */

import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProcess } from '../test/service-process.ts';
import { tinyOnnx } from '../test/tiny-onnx.ts';
import { AttackConnections, attackedAddress } from './attack-connections.ts';
import { HealthyClient } from './healthy-client.ts';

const connections = 300;
const mostSeconds = 40;
/** How long is looked on: longer, so that it is seen by how much an attack outlives its time. */
const watchedSeconds = 100;

/** Begins at once; what is returned ends it. */
type Attack = (port: number) => () => void;

/** Options of slowhttptest; its own look at whether the service lives goes where the healthy client goes. */
function slowhttptest(path: string, ...options: string[]): Attack {
  return (port) => {
    const url = `http://${attackedAddress}:${port}${path}`;
    const all = ['-c', connections, '-r', 150, '-l', watchedSeconds + 20, '-e', `127.0.0.1:${port}`, '-u', url, ...options];
    const child: ChildProcess = spawn('slowhttptest', all.map(String), { stdio: 'ignore' });
    return () => void child.kill('SIGKILL');
  };
}

/** Connections of our own, each begun by `begin` and then written to every so many seconds; they go on whatever the service says, and never close. */
function senders(begin: (socket: Socket) => unknown, seconds: number, more: (time: number) => string): Attack {
  return (port) => {
    const sockets = Array.from({ length: connections }, () => {
      const socket = connect({ port, host: attackedAddress, allowHalfOpen: true }).on('error', () => undefined);
      begin(socket);
      return socket;
    });
    let time = 0;
    const timer = setInterval(() => {
      const text = more(time++);
      for (const socket of sockets) if (socket.writable && text !== '') socket.write(text);
    }, seconds * 1000);
    return () => {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    };
  };
}

const json = ['-t', 'POST', '-f', 'application/json', '-s', '8192', '-x', '10', '-i', '5'];
const slowly = ['-w', '1', '-y', '512', '-n', '5', '-z', '32'];
const good = 'GET /livez HTTP/1.1\r\nhost: x\r\n\r\n';
const weights = tinyOnnx({ weightBytes: 1024 * 1024 });
const onnx = `POST /v1/analyze HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: ${weights.length}\r\n\r\n`;
const large = 'GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n';

const attacks: Readonly<Record<string, Attack>> = {
  headers: slowhttptest('/v1/zoo', '-H', '-i', '5', '-x', '10'),
  'body-analyze': slowhttptest('/v1/analyze', '-B', ...json),
  'body-run': slowhttptest('/v1/run', '-B', ...json),
  'body-bytes': slowhttptest('/v1/analyze', '-B', ...json, '-f', 'application/octet-stream'),
  'body-bulk': slowhttptest('/v1/bulk', '-B', ...json, '-f', 'application/x-ndjson'),
  'read-large': slowhttptest('/openapi.json', '-X', ...slowly),
  'read-large-pipelined': slowhttptest('/openapi.json', '-X', ...slowly, '-k', '3'),
  'read-small': slowhttptest('/livez', '-X', ...slowly),
  'read-zoo-pipelined': slowhttptest('/v1/zoo', '-X', ...slowly, '-k', '10'),
  // What slowhttptest has not.
  'own: headers on a kept connection': senders(
    (socket) => socket.resume().write(good),
    5,
    (time) => `GET /v1/zoo HTTP/1.1\r\nx: ${'y'.repeat(100)}`[time] ?? '',
  ),
  'own: empty lines on a kept connection': senders(
    (socket) => socket.resume().write(good),
    5,
    () => '\r\n',
  ),
  'own: headers, deaf to the answer': senders(
    (socket) => socket.resume().write('GET /v1/zoo HTTP/1.1\r\n'),
    5,
    (time) => `x-${time}: y\r\n`,
  ),
  'own: weights of ONNX': senders(
    (socket) => socket.resume().write(Buffer.concat([Buffer.from(onnx), weights.subarray(0, 8192)])),
    5,
    () => 'yyyyyyyyyy',
  ),
  'own: reads nothing of 100 pipelined answers': senders(
    (socket) => socket.pause().write(large.repeat(100)),
    5,
    () => '',
  ),
};

const names = process.argv.slice(2);
const isAsked = (name: string): boolean => names.length === 0 || names.includes(name);
const isInstalled = spawnSync('slowhttptest', ['-h']).error === undefined;
if (!isInstalled) console.log('slowhttptest is not installed (apt-get install slowhttptest): its attacks are skipped');

const rows: Record<string, Record<string, number | string>> = {};
for (const [name, attack] of Object.entries(attacks)) {
  if (!isAsked(name) || !(isInstalled || name.startsWith('own'))) continue;
  rows[name] = await withstood(attack);
  console.log(name, JSON.stringify(rows[name]));
}
console.table(rows);
if (Object.values(rows).some(({ verdict }) => verdict !== 'held')) process.exitCode = 1;

/** A service of its own, attacked until all connections of the attack are gone or the time is over. */
async function withstood(attack: Attack): Promise<Record<string, number | string>> {
  const service = await startProcess({ HOST: '0.0.0.0' });
  const healthy = new HealthyClient(service.port);
  const counted = new AttackConnections(service.port);
  await sleep(2000);
  const end = attack(service.port);
  const until = performance.now() + watchedSeconds * 1000;
  while (performance.now() < until && (counted.opened < connections || counted.alive > 0)) {
    counted.look();
    await sleep(200);
  }
  end();
  await healthy.end();
  service.child.kill('SIGKILL');
  const { here, there, afterLast } = counted.lives();
  const isHeld = healthy.failed === 0 && counted.opened >= connections && counted.alive === 0 && Math.max(here, there) <= mostSeconds;
  return {
    opened: counted.opened,
    'longest life at the service, s': Number(here.toFixed(1)),
    'at the attacker, s': Number(there.toFixed(1)),
    'all gone after the last came, s': Number(afterLast.toFixed(1)),
    'left at the end': counted.alive,
    'healthy answered': healthy.answered,
    'healthy failed':
      [...healthy.fates]
        .filter(([fate]) => fate !== '200')
        .map(([fate, times]) => `${fate}: ${times}`)
        .join(' ') || 0,
    'healthy p99, ms': Number(healthy.p99().toFixed(1)),
    verdict: isHeld ? 'held' : 'FELL',
  };
}
