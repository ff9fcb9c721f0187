import { BlockList, isIP, isIPv4 } from 'node:net';

/** IPv4 addresses that are not, or not only, somebody's on the internet (RFC 6890 and its registry). */
const specialV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Answers to the machines of one cloud alone, as its metadata does.
  ['168.63.129.16', 32],
];

/** Of IPv6 only global unicast, without the parts that carry an IPv4 address inside or belong to nobody. */
const globalV6: readonly [string, number] = ['2000::', 3];
const specialV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = listOf(specialV4, specialV6);
const global = listOf([], [globalV6]);
const loopback = listOf([['127.0.0.0', 8]], [['::1', 128]]);

/** Whether an address is one of the public internet: neither this machine nor one beside it. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  return isIP(address) === 6 && global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

type Subnet = readonly [string, number];

function listOf(v4: readonly Subnet[], v6: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of v4) list.addSubnet(net, prefix, 'ipv4');
  for (const [net, prefix] of v6) list.addSubnet(net, prefix, 'ipv6');
  return list;
}
