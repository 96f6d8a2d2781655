import { encodeSs58, type Hotkey, parseHotkey } from '@bettertherapy/core';
import { type PackContent, readShippedPacks, type TwinPack, type TwinSigner } from '@bettertherapy/twins';
import { signerFromSeed, verify } from '@bettertherapy/wallet';

export { verify };

/** The demonstration pack of Dr. Indra Gurung. */
export async function indra(): Promise<TwinPack> {
  const pack = (await readShippedPacks()).find(({ id }) => id === 'dr-indra-gurung');
  if (pack === undefined) throw new Error('the pack of Dr. Indra Gurung does not ship');
  return pack;
}

export const signerOf = (n: number): TwinSigner & { readonly hotkey: Hotkey } => {
  const signer = signerFromSeed(new Uint8Array(32).fill(n));
  return {
    address: signer.address,
    hotkey: parseHotkey(encodeSs58(signer.publicKey)),
    sign: (message) => signer.sign(message),
  };
};

/** A deep copy with one place changed; `path` like `knowledge.0.source.year`. */
export function withChange<T>(value: T, path: string, replacement: unknown): T {
  const copy = structuredClone(value);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let at: unknown = copy;
  for (const step of steps) at = Reflect.get(Object(at), step);
  if (replacement === undefined) Reflect.deleteProperty(Object(at), last);
  else Reflect.set(Object(at), last, replacement);
  return copy;
}

export const svg = (inner: string, open = '<svg xmlns="http://www.w3.org/2000/svg">'): string =>
  `data:image/svg+xml;base64,${Buffer.from(`${open}${inner}</svg>`).toString('base64')}`;

export const withoutVersion = (pack: TwinPack): PackContent => {
  const { version: _version, ...content } = pack;
  return content;
};
