import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type CodedError, isPublicAddress } from '@bettertherapy/core';
import { LlmErrorCode, llmError } from '../errors.js';

/** Why an address that a stranger chose is not asked. */
function notPublic(host: string): CodedError {
  return llmError(LlmErrorCode.DownloadFailed, `${host} is not on the public internet`, {
    remedy: 'Its publisher has to put the file where everybody can have it, or into the folder of its gateway.',
    details: { host },
  });
}

/** Refuses an address written as numbers that is not public; names are looked at when they are looked up. @throws CodedError LLM_DOWNLOAD_FAILED */
export function requirePublic({ hostname }: URL): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw notPublic(host);
}

/**
 * Looks a name up as Node does, and fails when any of its addresses is one of this machine or its network: what was
 * looked at is what is connected to, so a name cannot change its mind in between.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || first === undefined) callback(error ?? notPublic(hostname), '', 0);
    else if (!addresses.every(({ address }) => isPublicAddress(address))) callback(notPublic(hostname), '', 0);
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
