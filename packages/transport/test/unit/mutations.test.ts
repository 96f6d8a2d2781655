import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import {
  btauthRequest,
  closeAxons,
  nonceAt,
  QUESTION,
  type RawRequest,
  send,
  startAxon,
  v10Headers,
} from './harness.js';

afterEach(closeAxons);

/** Text that Node lets a client put into a header. */
const headerText = fc.oneof(
  fc.constantFrom('', '0', '-1', 'null', 'NaN', '1e309', '0x', ', ', '%00', "' OR 1", 'é', '1'.repeat(400)),
  fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?')),
);
const headerName = fc.constantFrom(
  'timeout',
  'name',
  'total_size',
  'computed_body_hash',
  'content-type',
  'bt_header_axon_hotkey',
  'bt_header_dendrite_nonce',
  'bt_header_dendrite_uuid',
  'bt_header_dendrite_hotkey',
  'bt_header_dendrite_signature',
  'bt_header_dendrite_version',
  'bt_header_input_obj_prompt',
  'x-bittensor-version',
  'x-bittensor-hotkey',
  'x-bittensor-nonce',
  'x-bittensor-signature',
  'x-bittensor-receiver',
  'x-bittensor-crypto',
);
/** Mostly left alone, so that each kind of mutation is also seen by itself. */
const rarely = <T, U>(usual: T, mutated: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: mutated });
const mutation = fc.record({
  protocol: fc.constantFrom('v10', 'btauth1'),
  set: rarely({}, fc.dictionary(headerName, headerText, { minKeys: 1, maxKeys: 3 })),
  drop: rarely(
    [],
    fc.subarray(['bt_header_dendrite_signature', 'bt_header_dendrite_nonce', 'x-bittensor-signature', 'content-type']),
  ),
  flip: rarely(null, fc.nat(127)),
  ageMs: rarely(0, fc.constantFrom(60_000, -60_000)),
  body: rarely(QUESTION, fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ maxLength: 200 }))),
  path: rarely(null, fc.constantFrom('/v1/inference', '/Synapse', '/', '/../x', '/InferenceSynapse?a=%zz')),
  method: rarely('POST', fc.constantFrom('GET', 'PUT', 'DELETE')),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function build(port: number, one: Mutation): RawRequest {
  const nonceNs = nonceAt(one.ageMs);
  const headers =
    one.protocol === 'v10' ? v10Headers(port, { nonceNs }) : { ...btauthRequest({ nonceNs, body: one.body }).headers };
  Object.assign(headers, one.set);
  for (const name of one.drop) delete headers[name];
  const signed = one.protocol === 'v10' ? 'bt_header_dendrite_signature' : 'x-bittensor-signature';
  const signature = headers[signed];
  if (one.flip !== null && signature !== undefined && signature.length > 2 + one.flip) {
    const at = 2 + one.flip;
    headers[signed] = `${signature.slice(0, at)}${signature[at] === '0' ? '1' : '0'}${signature.slice(at + 1)}`;
  }
  const usualPath = one.protocol === 'v10' ? '/InferenceSynapse' : '/v1/inference';
  return { headers, method: one.method, path: one.path ?? usualPath, body: one.body };
}

it('answers 400 seeded mutations with typed refusals of constant size, and asks the model only for signed ones', async () => {
  const axon = await startAxon();
  const sizes = new Map<string, number>();
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(mutation, async (one) => {
      const asked = axon.asked.length;
      const reply = await send(axon.port, build(axon.port, one));
      if (reply.status === 200) {
        answered += 1;
        return;
      }
      expect(axon.asked.length).toBe(asked);
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
      const code = String(reply.json.code);
      expect(reply.json).toEqual({ code, message: expect.any(String), detail: reply.json.message });
      expect(sizes.get(code) ?? reply.text.length, code).toBe(reply.text.length);
      sizes.set(code, reply.text.length);
    }),
    { numRuns: 400, seed: 20_250_711 },
  );
  expect(answered).toBeGreaterThan(0);
  expect(sizes.size).toBeGreaterThan(8);
});
