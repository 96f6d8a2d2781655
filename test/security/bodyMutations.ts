import type { Mutation } from './mutations.js';
import type { RawRequest } from './rawRequest.js';
import type { SeededRandom } from './seededRandom.js';

function withBody(request: RawRequest, body: string | Buffer): RawRequest {
  return { ...request, body: typeof body === 'string' ? Buffer.from(body, 'utf8') : body };
}

const ODD_JSON: readonly string[] = [
  'null',
  'true',
  '0',
  '"text"',
  '[]',
  '{}',
  '[[[[]]]]',
  '{"prompt":null,"request_id":null}',
  '{"prompt":5,"request_id":"x"}',
  '{"prompt":["a"],"request_id":"x"}',
  '{"prompt":{"a":1},"request_id":"x"}',
  '{"prompt":"a"}',
  '{"request_id":"x"}',
  '{"prompt":"a","request_id":""}',
  '{"prompt":"a","request_id":"with space"}',
  '{"prompt":"a","request_id":"x","timeout":-1}',
  '{"prompt":"a","request_id":"x","timeout":"soon"}',
  '{"prompt":"a","request_id":"x","timeout":1e400}',
  '{"__proto__":{"prompt":"a","request_id":"x"}}',
  '{"constructor":{"prototype":{"prompt":"a"}},"prompt":5}',
  '{"prompt":"a","prompt":null,"request_id":"x"}',
  '{"prompt":"a","request_id":"x",}',
  "{'prompt':'a'}",
  '{"prompt":"a" "request_id":"x"}',
  'NaN',
  'undefined',
  '\u0000',
  '{"prompt":"\\ud800","request_id":1}',
];

function changedBytes(body: Buffer, random: SeededRandom): Buffer {
  const bytes = Buffer.from(body);
  for (let n = 1 + random.below(6); n > 0 && bytes.length > 0; n -= 1) {
    bytes.writeUInt8(random.below(256), random.below(bytes.length));
  }
  return bytes;
}

/** Changes of the body with a truthful Content-Length, by name. */
export const BODY_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'body with bytes changed': (request, random) => withBody(request, changedBytes(request.body, random)),
  'body cut short': (request, random) => withBody(request, request.body.subarray(0, random.below(request.body.length))),
  'body with bytes appended': (request, random) =>
    withBody(request, Buffer.concat([request.body, random.bytes(1 + random.below(40))])),
  'body empty': (request) => withBody(request, ''),
  'body of random bytes': (request, random) => withBody(request, random.bytes(1 + random.below(2000))),
  'body of odd JSON': (request, random) => withBody(request, random.pick(ODD_JSON)),
  'body nested deeply': (request, random) => {
    const depth = 1000 + random.below(20_000);
    return withBody(
      request,
      random.chance(0.5) ? '['.repeat(depth) : `${'{"a":'.repeat(depth / 5)}1${'}'.repeat(depth / 5)}`,
    );
  },
  'body with invalid UTF-8': (request) =>
    withBody(
      request,
      Buffer.concat([Buffer.from('{"prompt":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('","request_id":"x"}')]),
    ),
  'body with a byte order mark': (request) =>
    withBody(request, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), request.body])),
  'body just over the limit': (request, random) => withBody(request, 'x'.repeat(65_537 + random.below(3000))),
  'body with very many keys': (request, random) => {
    const keys = Array.from({ length: 1500 }, (_, i) => `"k${i}":${random.below(10)}`);
    return withBody(request, `{"prompt":7,${keys.join(',')}}`);
  },
};
