/** An axon's address as the chain stores it. */
export interface ChainEndpoint {
  /** IPv4 in the low 32 bits, or all 128 bits of IPv6. */
  readonly ip: bigint;
  readonly ipType: 4 | 6;
  readonly port: number;
}

/** True when the neuron published an address; says nothing about reachability. */
export function isServing(endpoint: Pick<ChainEndpoint, 'ip'>): boolean {
  return endpoint.ip !== 0n;
}

/** `ip:port` or `[v6]:port`; null when nothing is published. */
export function endpointText(endpoint: ChainEndpoint): string | null {
  if (!isServing(endpoint)) return null;
  return authority(ipText(endpoint.ip, endpoint.ipType), endpoint.port);
}

/** Host and port for a URL; IPv6 goes in brackets. */
export function authority(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Dotted IPv4, or IPv6 in the short form of RFC 5952. */
export function ipText(ip: bigint, ipType: 4 | 6): string {
  if (ipType === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => String((ip >> shift) & 0xffn)).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, at) => Number((ip >> BigInt(112 - at * 16)) & 0xffffn));
  return shortened(groups);
}

/** The chain's integer and type of an address; null when the text is no address. */
export function parseIp(text: string): { readonly ip: bigint; readonly ipType: 4 | 6 } | null {
  const four = parseFour(text);
  if (four !== null) return { ip: four, ipType: 4 };
  const six = parseSix(text);
  return six === null ? null : { ip: six, ipType: 6 };
}

function shortened(groups: readonly number[]): string {
  let best = { at: -1, length: 1 };
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === 0) length += 1;
    if (length > best.length) best = { at, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.at < 0) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}

function parseFour(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((ip, part) => (ip << 8n) | BigInt(part), 0n);
}

function parseSix(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [left = [], right] = groups;
  const given = left.length + (right?.length ?? 0);
  if (right === undefined ? given !== 8 : given > 7) return null;
  const all = right === undefined ? left : [...left, ...Array<string>(8 - given).fill('0'), ...right];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return all.reduce((ip, group) => (ip << 16n) | BigInt(`0x${group}`), 0n);
}
