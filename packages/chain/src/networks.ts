import { ChainErrorCode, chainError } from './errors.js';

/** What a network name stands for. */
export interface Network {
  readonly name: string;
  /** In the order in which they are tried. */
  readonly urls: readonly string[];
  /** Known in advance, so that a wrong endpoint is noticed; null where anybody can start such a chain. */
  readonly genesisHash: string | null;
  /** The netuid of BetterTherapy there; null where it is whatever was registered. */
  readonly defaultNetuid: number | null;
}

const FINNEY_GENESIS = '0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03';
const TEST_GENESIS = '0x8f9cf856bf558a14440e75569c9e58594757048d7b3a84b5d25f6bd978263105';

/** The networks operators know by name. */
export const NETWORKS: Readonly<Record<'finney' | 'test' | 'archive' | 'local', Network>> = {
  finney: {
    name: 'finney',
    urls: ['wss://entrypoint-finney.opentensor.ai:443'],
    genesisHash: FINNEY_GENESIS,
    defaultNetuid: 102,
  },
  test: {
    name: 'test',
    urls: ['wss://test.finney.opentensor.ai:443'],
    genesisHash: TEST_GENESIS,
    defaultNetuid: 354,
  },
  archive: {
    name: 'archive',
    urls: ['wss://archive.chain.opentensor.ai:443'],
    genesisHash: FINNEY_GENESIS,
    defaultNetuid: 102,
  },
  local: { name: 'local', urls: ['ws://127.0.0.1:9944'], genesisHash: null, defaultNetuid: null },
};

/** True for the chain that everybody shares, by whichever node it is reached; anybody can start the others. */
export function isPublicChain(genesisHash: string): boolean {
  return Object.values(NETWORKS).some((network) => network.genesisHash === genesisHash);
}

export interface ResolvedEndpoint {
  readonly network: string;
  readonly urls: string[];
  readonly genesisHash: string | null;
  readonly defaultNetuid: number | null;
}

/**
 * The endpoints of a network name (`finney`, `test`, `archive`, `local`) or of any `ws://`/`wss://` URL. Several,
 * separated by commas, are tried in the order given; names and URLs may be mixed.
 * @throws CodedError CHAIN_BAD_ENDPOINT
 */
export function resolveEndpoint(networkOrUrl: string): ResolvedEndpoint {
  const parts = networkOrUrl
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const resolved = parts.map(resolveOne);
  const first = resolved[0];
  if (!first) throw badEndpoint(networkOrUrl, 'nothing was given');
  const geneses = new Set(resolved.map((one) => one.genesisHash).filter((hash) => hash !== null));
  if (geneses.size > 1) throw badEndpoint(networkOrUrl, 'these are different chains');
  const named = resolved.find((one) => one.genesisHash !== null) ?? first;
  return {
    network: named.name,
    urls: [...new Set(resolved.flatMap((one) => one.urls))],
    genesisHash: named.genesisHash,
    defaultNetuid: named.defaultNetuid,
  };
}

function resolveOne(text: string): Network {
  if (Object.hasOwn(NETWORKS, text)) {
    // `hasOwn` has just shown that the name is a key.
    return NETWORKS[text as keyof typeof NETWORKS];
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw badEndpoint(text, 'neither a known network nor a URL', cause);
  }
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw badEndpoint(text, 'only ws:// and wss:// are spoken');
  for (const network of Object.values(NETWORKS)) {
    if (network.genesisHash !== null && network.urls.some((known) => new URL(known).host === url.host)) {
      return { ...network, urls: [text] };
    }
  }
  return { name: text, urls: [text], genesisHash: null, defaultNetuid: null };
}

/** The URL without user, password and query, which may carry keys: for logs and errors. */
export function safeUrl(text: string): string {
  if (!URL.canParse(text)) return '(not a URL)';
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

function badEndpoint(text: string, why: string, cause?: unknown): Error {
  return chainError(ChainErrorCode.BadEndpoint, `cannot dial "${safeUrlOrName(text)}": ${why}`, {
    remedy:
      'Give finney, test, archive, local or a URL such as ws://127.0.0.1:9944 to --subtensor.network or --subtensor.chain_endpoint.',
    cause,
  });
}

function safeUrlOrName(text: string): string {
  return text.includes('://') ? safeUrl(text) : text.slice(0, 60);
}
