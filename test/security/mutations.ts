import type { Signer } from '@bettertherapy/wallet';
import type { RawRequest } from './rawRequest.js';
import type { SeededRandom } from './seededRandom.js';

/** A request after one change or several. */
export interface Mutant {
  readonly label: string;
  readonly request: RawRequest;
}

export type Mutation = (request: RawRequest, random: SeededRandom, parts: MutationParts) => RawRequest;

export interface MutationParts {
  /** A key that is not the caller's. */
  readonly stranger: Signer;
}

/** Headers that a signature covers or that carry it. */
const AUTH_HEADER = /^(?:bt_header_(?:axon|dendrite)_|x-bittensor-|computed_body_hash)/;

const ODD_VALUES: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  'None',
  'null',
  'undefined',
  '1_000',
  '+5',
  '0x',
  '9'.repeat(40),
  '18446744073709551616',
  'a,b',
  '"',
  '{}',
  '[]',
  'é',
  'ÿÿÿÿ',
  '\t',
  '%00',
  '../../etc/passwd',
  "' OR 1=1 --",
  'x'.repeat(600),
  '5'.repeat(300),
];

function withHeader(request: RawRequest, at: number, value: string): RawRequest {
  return { ...request, headers: request.headers.map(([name, old], i) => [name, i === at ? value : old]) };
}

function authHeader(request: RawRequest, random: SeededRandom): number {
  const places = request.headers.flatMap(([name], at) => (AUTH_HEADER.test(name) ? [at] : []));
  return places.length === 0 ? -1 : random.pick(places);
}

function named(request: RawRequest, pattern: RegExp): number {
  return request.headers.findIndex(([name]) => pattern.test(name));
}

function changeText(text: string, random: SeededRandom): string {
  const at = random.below(Math.max(1, text.length));
  const letter = String.fromCharCode(0x21 + random.below(0x5d));
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at) + letter + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + letter + text.slice(at);
    default:
      return text.slice(0, at);
  }
}

const SIGNATURE = /_signature$|-signature$/;
const NONCE = /_nonce$|-nonce$/;
const HOTKEY = /dendrite_hotkey$|bittensor-hotkey$/;

const headers: Readonly<Record<string, Mutation>> = {
  'header dropped': (request, random) => {
    const at = random.below(request.headers.length);
    return { ...request, headers: request.headers.filter((_, i) => i !== at) };
  },
  'auth header changed': (request, random) => {
    const at = authHeader(request, random);
    return withHeader(request, at, changeText(request.headers[at]?.[1] ?? '', random));
  },
  'header with an odd value': (request, random) =>
    withHeader(request, random.below(request.headers.length), random.pick(ODD_VALUES)),
  'header repeated': (request, random) => {
    const [name, value] = random.pick(request.headers);
    return { ...request, headers: [...request.headers, [name, random.chance(0.5) ? value : random.pick(ODD_VALUES)]] };
  },
  'two header values swapped': (request, random) => {
    const [a, b] = [random.below(request.headers.length), random.below(request.headers.length)];
    const swapped = withHeader(request, a, request.headers[b]?.[1] ?? '');
    return withHeader(swapped, b, request.headers[a]?.[1] ?? '');
  },
  'header name in capitals': (request, random) => {
    const at = random.below(request.headers.length);
    return { ...request, headers: request.headers.map(([n, v], i) => [i === at ? n.toUpperCase() : n, v]) };
  },
  'header name changed': (request, random) => {
    const at = random.below(request.headers.length);
    const rename = (name: string): string => name.slice(0, -1) + String.fromCharCode(97 + random.below(26));
    return { ...request, headers: request.headers.map(([n, v], i) => [i === at ? rename(n) : n, v]) };
  },
  'unknown headers added': (request, random) => ({
    ...request,
    headers: [
      ...request.headers,
      ['bt_header_dendrite_constructor', random.pick(ODD_VALUES)],
      ['__proto__', 'polluted'],
      ['bt_header_input_obj_prompt', Buffer.from(random.hex(8)).toString('base64')],
    ],
  }),
  'content type changed': (request, random) => ({
    ...request,
    headers: [
      ...request.headers.filter(([name]) => name !== 'content-type'),
      [
        'content-type',
        random.pick(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', '', ';', 'a/b/c']),
      ],
    ],
  }),
  'content encoding claimed': (request, random) => ({
    ...request,
    headers: [...request.headers, ['content-encoding', random.pick(['gzip', 'br', 'deflate', 'zstd', 'x'])]],
  }),
  'connection tricks': (request, random) => ({
    ...request,
    headers: [
      ...request.headers,
      random.pick([
        ['connection', 'close'],
        ['expect', '100-continue'],
        ['expect', 'cake'],
        ['upgrade', 'websocket'],
        ['te', 'trailers'],
        ['x-forwarded-for', '10.0.0.1'],
        ['forwarded', 'for=127.0.0.1'],
        ['x-http-method-override', 'GET'],
      ] as const),
    ],
  }),
};

const signatures: Readonly<Record<string, Mutation>> = {
  'signature removed': (request) => ({
    ...request,
    headers: request.headers.filter(([name]) => !SIGNATURE.test(name)),
  }),
  'signature with one bit flipped': (request, random) => {
    const at = named(request, SIGNATURE);
    const bytes = Buffer.from((request.headers[at]?.[1] ?? '').slice(2), 'hex');
    if (bytes.length === 0) return request;
    const place = random.below(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << random.below(8)), place);
    return withHeader(request, at, `0x${bytes.toString('hex')}`);
  },
  'signature made up': (request, random) =>
    withHeader(
      request,
      named(request, SIGNATURE),
      random.pick([
        `0x${random.hex(64)}`,
        `0x${'00'.repeat(64)}`,
        `0x${'ff'.repeat(64)}`,
        `0x${random.hex(63)}`,
        `0x${random.hex(65)}`,
        `0X${random.hex(64)}`,
        random.hex(64),
        `0x${'zz'.repeat(64)}`,
        '0x',
      ]),
    ),
  'signature of another key': (request, random, { stranger }) =>
    withHeader(request, named(request, SIGNATURE), `0x${Buffer.from(stranger.sign(random.bytes(32))).toString('hex')}`),
  'hotkey of another caller': (request, _random, { stranger }) =>
    withHeader(request, named(request, HOTKEY), stranger.address),
  'nonce changed': (request, random) => {
    const at = named(request, NONCE);
    const now = BigInt(/^\d+$/.test(request.headers[at]?.[1] ?? '') ? (request.headers[at]?.[1] ?? '0') : '0');
    return withHeader(
      request,
      at,
      random.pick([
        String(now + 1n),
        String(now - 1n),
        String(now + 3_600_000_000_000n),
        String(now / 2n),
        '0',
        '18446744073709551615',
        '99999999999999999999',
        `0${now}`,
        `${now}.0`,
        ` ${now + 7n}`,
      ]),
    );
  },
};

const lines: Readonly<Record<string, Mutation>> = {
  'method changed': (request, random) => ({
    ...request,
    method: random.pick(['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND']),
  }),
  'path changed': (request, random) => ({
    ...request,
    target: random.pick([
      '/',
      '/inferencesynapse',
      '/InferenceSynapse/',
      '/InferenceSynapse/x',
      '//InferenceSynapse',
      '/InferenceSynapse?x=1',
      '/Inference%53ynapse',
      '/v1/inference/',
      '/v1/inference?',
      '/v1/../v1/inference',
      '/V1/Inference',
      '/%00',
      '/%',
      '/%ff%fe',
      '/Synapse',
      '/docs',
      '/health',
      '/metrics',
      '/__proto__',
      `/${'a'.repeat(2000)}`,
      'http://other.example/InferenceSynapse',
      '*',
    ]),
  }),
};

/** Changes of everything but the body, by name. */
export const FRAME_MUTATIONS: Readonly<Record<string, Mutation>> = { ...headers, ...signatures, ...lines };
