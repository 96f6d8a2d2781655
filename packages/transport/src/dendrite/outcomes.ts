import { authority, type MergedReply, pythonFloat, type WireProtocol } from '@bettertherapy/protocol';
import type { ExchangeFailure } from './exchange.js';
import type { AxonTarget, DendriteReply } from './types.js';

/** The status and text a v10 client gives each way an exchange can end without a reply. */
export function describeFailure(
  failure: ExchangeFailure,
  target: AxonTarget,
  deadlineMs: number,
): { readonly statusCode: number; readonly statusMessage: string } {
  switch (failure) {
    case 'timeout':
      return { statusCode: 408, statusMessage: `Request timeout after ${pythonFloat(deadlineMs / 1000)} seconds` };
    case 'no_connection':
      return {
        statusCode: 503,
        statusMessage: `Service unavailable at ${authority(target.ip, target.port)}/InferenceSynapse`,
      };
    case 'closed':
      return { statusCode: 503, statusMessage: 'Service disconnected: Server disconnected' };
    case 'cut_off':
      return { statusCode: 400, statusMessage: 'Payload error: the reply ended early' };
    case 'too_large':
      return { statusCode: 400, statusMessage: 'Payload error: the reply is too large' };
    case 'bad_http':
      return { statusCode: 400, statusMessage: 'Client response error: malformed HTTP' };
    case 'reset':
      return { statusCode: 422, statusMessage: 'Failed to parse response: connection reset' };
  }
}

/** Miners choose these texts; they go into rows and logs, so they are cut. */
const MAX_STATUS_MESSAGE = 256;

export function fromMerged(merged: MergedReply, protocol: WireProtocol, responseMs: number): DendriteReply {
  const { statusCode, statusMessage, output, axonProcessSeconds } = merged;
  return {
    ok: statusCode === 200 && output !== null,
    statusCode: statusCode ?? 0,
    statusMessage: (statusMessage ?? '').slice(0, MAX_STATUS_MESSAGE),
    output,
    responseMs,
    protocol,
    axonProcessMs: axonProcessSeconds === null ? null : axonProcessSeconds * 1000,
  };
}
