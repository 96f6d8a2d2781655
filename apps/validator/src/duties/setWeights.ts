import { ChainErrorCode, hasChainCode, isConnectionFailure } from '@bettertherapy/chain';
import { CodedError, describeError } from '@bettertherapy/core';
import { decide } from '../epoch/decide.js';
import type { EpochParts } from '../epoch/parts.js';
import { SKIP_REMEDIES } from '../epoch/skipReason.js';
import { submit } from '../epoch/submit.js';
import { settle } from '../epoch/verify.js';
import type { Duty } from './duty.js';

/** Looks at the chain every `pollMs`: settles what is open and sets weights once per epoch. A failing look is logged and repeated. */
export class SetWeights implements Duty {
  readonly name = 'weights';
  private lastSkip = '';

  constructor(
    private readonly options: { readonly pollMs: () => number },
    private readonly parts: EpochParts & { readonly report: (ok: boolean, state: string) => void },
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const { log, clock, report } = this.parts;
    for (;;) {
      try {
        await this.step(signal);
      } catch (error) {
        signal.throwIfAborted();
        report(false, stateOf(error));
        log.warn('weights could not be looked at', {
          error: describeError(error),
          remedy: error instanceof CodedError ? error.remedy : 'See the log around this line.',
        });
      }
      await clock.sleep(this.options.pollMs(), signal);
    }
  }

  /** One look; public for tests. */
  async step(signal: AbortSignal): Promise<void> {
    const { chain, log, report } = this.parts;
    const seen = await chain.state(signal);
    const settled = await settle(seen, this.parts, signal);
    // Settling may have taken a while; what is sent rests on a snapshot of now.
    const decision = decide(settled ? await chain.state(signal) : seen, this.parts);
    if (!('skip' in decision)) {
      this.lastSkip = '';
      const submitted = await submit(decision, this.parts, signal);
      report(submitted === 'set', submitted);
      return;
    }
    report(decision.expected, decision.skip);
    if (decision.skip === this.lastSkip) return;
    this.lastSkip = decision.skip;
    if (decision.expected) log.debug('no weights now', { reason: decision.skip, ...decision.details });
    else {
      const remedy = SKIP_REMEDIES[decision.skip];
      const fields = { reason: decision.skip, ...decision.details };
      if (remedy === null) log.info('no weights now', fields);
      else log.warn('no weights now', { ...fields, remedy });
    }
  }
}

/** The state that `/ready` shows while the chain cannot be looked at. */
function stateOf(error: unknown): string {
  if (isConnectionFailure(error)) return 'chain unreachable';
  if (hasChainCode(error, ChainErrorCode.SubnetMissing)) return 'no such subnet';
  return 'failing';
}
