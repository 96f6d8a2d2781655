import type { Ss58 } from '@bettertherapy/core';
import type { CommandContext } from '../command.js';
import { formatTao } from './amount.js';
import { type ChainKind, chainKind } from './chain.js';
import { CliErrorCode, cliError } from './errors.js';
import { lines } from './report.js';

export interface Consent {
  readonly yes: boolean;
  readonly confirm: boolean;
}

/** What is about to be signed, in words. */
export interface Intent {
  /** `Register hotkey on subnet 102`. */
  readonly title: string;
  /** `SubtensorModule.burned_register`. */
  readonly call: string;
  readonly signer: Ss58;
  /** `coldkey miner`, `hotkey default`, `//Alice`. */
  readonly signerName: string;
  /** Arguments of the call, as people read them. */
  readonly args: readonly (readonly [string, string])[];
  /** What leaves the signer's free balance besides the fee, rao; null when nothing does. */
  readonly price: bigint | null;
  /** How the price is to be read, when it is not simply paid. */
  readonly priceNote?: string | undefined;
}

export type ConsentRule = 'send' | 'ask' | 'refuse';

/** Whether to ask before signing. On finney always, unless `--yes`; elsewhere with `--confirm` only. */
export function consentRule(kind: ChainKind, { yes, confirm }: Consent, interactive: boolean): ConsentRule {
  if (yes || (kind !== 'finney' && !confirm)) return 'send';
  return interactive ? 'ask' : 'refuse';
}

/** The intent as it is shown before signing; `balance` in rao. */
export function describeIntent(intent: Intent, chain: string, balance: bigint): string {
  const { title, call, signer, signerName, args, price, priceNote } = intent;
  const cost =
    price === null ? 'nothing but the fee, if any' : `${formatTao(price)} TAO${priceNote ?? ''}, and the fee`;
  const rows: (readonly [string, string])[] = [
    ['chain', chain],
    ['signed by', `${signerName} ${signer}`],
    ['call', call],
    ...args,
    ['price', cost],
    ['balance', `${formatTao(balance)} TAO`],
  ];
  return `${title}\n${lines(rows)}`;
}

/**
 * Shows what will be signed and what it costs, and asks where it must be asked. Returns only when it may be sent.
 * @throws CodedError CLI_NOT_ENOUGH_BALANCE, CLI_NO_TERMINAL, CLI_NOT_CONFIRMED
 */
export async function approve(
  intent: Intent,
  consent: Consent,
  { genesisHash, balance }: { readonly genesisHash: string; readonly balance: bigint },
  { note, terminal, signal }: Pick<CommandContext, 'note' | 'terminal' | 'signal'>,
): Promise<void> {
  const kind = chainKind(genesisHash);
  note(`${describeIntent(intent, `${kind} (genesis ${genesisHash})`, balance)}\n`);
  if (intent.price !== null && balance < intent.price) {
    throw cliError(
      CliErrorCode.NotEnoughBalance,
      `this costs ${formatTao(intent.price)} TAO and ${intent.signerName} has ${formatTao(balance)}`,
      {
        remedy: `Send TAO to ${intent.signer} first${kind === 'development' ? ' (`pnpm bt wallet fund`)' : ''}.`,
        details: { price: String(intent.price), balance: String(balance) },
      },
    );
  }
  const rule = consentRule(kind, consent, terminal.interactive);
  if (rule === 'send') return;
  if (rule === 'refuse') {
    throw cliError(CliErrorCode.NoTerminal, 'this must be confirmed, and there is no terminal to ask on', {
      remedy: 'Read what is shown above; if it is what you want, run the command again with --yes.',
    });
  }
  const answer = await terminal.ask('Sign and send? [y/N] ', signal);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw cliError(CliErrorCode.NotConfirmed, 'not confirmed; nothing was sent', {
    remedy: 'Answer y, or say --yes, to send it.',
  });
}
