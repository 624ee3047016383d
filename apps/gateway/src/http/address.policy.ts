import { isIPv6 } from 'node:net';

const GROUPS = 8;
// A household or a host owns a /64 and can call from each address in it.
const OWNED_GROUPS = 4;

/** What counts as one caller: an IPv4 address, or the /64 of an IPv6 one. */
export function addressKey(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(ip)) return ip;
  const [address = ''] = ip.split('%');
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : GROUPS - left.length - right.length;
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups
    .slice(0, OWNED_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
