/** major * 1 000 000 + minor * 1 000 + patch, as the SDK writes versions on chain and in headers. */
export function versionInt(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 1_000_000 + minor * 1_000 + patch;
}

/** What our axons publish with serve_axon: "speaks btauth/1 and v10". No SDK publishes major version 12. */
export const AXON_VERSION = 12_001_000;

/** What our dendrite says in `bt_header_dendrite_version`: the last SDK that spoke v10. */
export const V10_CLIENT_VERSION = 10_002_000;

export type WireProtocol = 'v10' | 'btauth1';

/** The protocol to speak to an axon by the version it published: btauth/1 for 12.x, v10 for everything else. */
export function protocolOfVersion(axonVersion: number): WireProtocol {
  return axonVersion >= 12_000_000 && axonVersion < 13_000_000 ? 'btauth1' : 'v10';
}
