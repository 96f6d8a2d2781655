import { type ChainClient, ChainErrorCode, hasChainCode, type MetagraphNeuron } from '@bettertherapy/chain';
import { CodedError, describeError, type Hotkey, type Logger } from '@bettertherapy/core';
import { AXON_VERSION } from '@bettertherapy/protocol';
import type { Signer } from '@bettertherapy/wallet';

export interface PublishOptions {
  readonly netuid: number;
  readonly ip: string;
  readonly port: number;
}

export interface PublishParts {
  readonly chain: Pick<ChainClient, 'serveAxon'>;
  readonly hotkey: Signer<Hotkey>;
  readonly log: Logger;
  readonly metrics: { axonPublished(yes: boolean): void } | null;
}

/** Keeps the chain's entry of this axon equal to where it serves. Never throws; what fails is tried at the next look. */
export class AxonPublisher {
  private notBefore = 0;
  private state: 'unknown' | 'published' | 'waiting' | 'failed' = 'unknown';

  constructor(
    private readonly options: PublishOptions,
    private readonly parts: PublishParts,
  ) {}

  get published(): boolean {
    return this.state === 'published';
  }

  /** Compares the neuron of this hotkey with what should be there and publishes when it differs. */
  async check(neuron: MetagraphNeuron, block: number, signal: AbortSignal): Promise<void> {
    const { netuid, ip, port } = this.options;
    const { log, chain, hotkey } = this.parts;
    if (neuron.axon?.ip === ip && neuron.axon.port === port && neuron.axon.version === AXON_VERSION) {
      if (this.state !== 'published') log.info('axon is published', { ip, port, uid: neuron.uid });
      this.become('published');
      return;
    }
    if (block < this.notBefore) return;
    try {
      const outcome = await chain.serveAxon(hotkey, { netuid, ip, port, version: AXON_VERSION }, { signal });
      if (outcome.status === 'published') log.info('axon published', { ip, port, block: outcome.blockNumber });
      this.become('published');
    } catch (error) {
      if (signal.aborted) return;
      const left = error instanceof CodedError ? Number(error.details.blocksLeft ?? 0) : 0;
      if (hasChainCode(error, ChainErrorCode.ServingTooSoon)) this.notBefore = block + left;
      const remedy = error instanceof CodedError ? error.remedy : undefined;
      log.warn('axon not published', { ip, port, error: describeError(error), remedy });
      this.become(left > 0 ? 'waiting' : 'failed');
    }
  }

  private become(state: 'published' | 'waiting' | 'failed'): void {
    this.state = state;
    this.parts.metrics?.axonPublished(state === 'published');
  }
}
