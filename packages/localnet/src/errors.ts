import { CodedError } from '@bettertherapy/core';

export const LocalnetErrorCode = {
  /** Bytes do not decode as the declared type. The sender built them against other metadata. */
  BadScale: 'LOCALNET_BAD_SCALE',
  /** The data directory is in use by another running chain. Stop it, or choose another --dir. */
  DirectoryInUse: 'LOCALNET_DIRECTORY_IN_USE',
  /** The data directory holds no readable chain. Move it away to start a fresh chain. */
  DirectoryDamaged: 'LOCALNET_DIRECTORY_DAMAGED',
  /** The port could not be bound. Choose another --port, or 0 for any free one. */
  PortUnavailable: 'LOCALNET_PORT_UNAVAILABLE',
  /** An option is out of its range. */
  BadOption: 'LOCALNET_BAD_OPTION',
} as const;
export type LocalnetErrorCode = (typeof LocalnetErrorCode)[keyof typeof LocalnetErrorCode];

/** Bytes that do not decode; caught at every door where foreign bytes come in. */
export function badScale(why: string): CodedError<typeof LocalnetErrorCode.BadScale> {
  return new CodedError(LocalnetErrorCode.BadScale, `not valid SCALE: ${why}`, {
    remedy: 'Encode against the metadata that this chain serves.',
  });
}
