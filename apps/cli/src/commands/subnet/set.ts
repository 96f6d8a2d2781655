import type { ChainClient } from '@bettertherapy/chain';
import { netuidOption, option, subtensorFragment, type WalletConfig, walletFragment } from '@bettertherapy/config';
import type { Ss58 } from '@bettertherapy/core';
import { type Signer, signerFromUri } from '@bettertherapy/wallet';
import { z } from 'zod';
import { type CommandContext, operatorCommand } from '../../command.js';
import { requireDevelopmentChain, withChain } from '../chain.js';
import { consentFlags, jsonFlag, withNetuid } from '../flags.js';
import { coldkeyAddress, unlockColdkey } from '../keys.js';
import { print, type Report, txReport } from '../report.js';
import { approve, type Consent } from '../spending.js';
import { readParameters } from './readParameters.js';
import { argumentsFor, findParameter, parseValue, setterFor } from './setParameter.js';

interface SetConfig extends Consent {
  readonly netuid: number;
  readonly wallet: WalletConfig;
  readonly param: string;
  readonly value: string;
  readonly sudo: boolean;
  readonly dev: string | null;
}

export const subnetSet = operatorCommand({
  about:
    "Sets a hyperparameter by the name that `pnpm bt subnet hyperparameters` prints: as the subnet's owner, or with --sudo as the sudo key of a chain of your own.",
  schema: z.strictObject({
    netuid: netuidOption,
    param: option(z.string().min(1), { help: 'name of the hyperparameter', placeholder: 'name' }),
    value: option(z.string().min(1), { help: 'true, false, a whole number, or TAO', placeholder: 'value' }),
    sudo: option(z.boolean().default(false), { help: "sign as the chain's sudo key, through Sudo.sudo" }),
    dev: option(
      z.string().startsWith('//', 'expected a development account such as //Alice').nullable().default(null),
      {
        help: 'sign with a development account instead of a wallet; never on finney or test',
        placeholder: '//Name',
      },
    ),
    wallet: walletFragment,
    subtensor: subtensorFragment,
    ...consentFlags,
    json: jsonFlag,
  }),
  finish: (values, isSet) => withNetuid(values, isSet),
  work: async ({ json, subtensor, ...config }, context) => {
    const report = await withChain(subtensor, context, (chain) => setParameter(config, chain, context));
    return print(context, json, report);
  },
});

async function setParameter(config: SetConfig, chain: ChainClient, context: CommandContext): Promise<Report> {
  const { netuid, sudo } = config;
  const parameter = findParameter(config.param);
  const value = parseValue(parameter, config.value);
  const { pallet, call } = setterFor(parameter, sudo);
  const { address, name, unlock } = await signerOf(config, chain, context);
  const before = await readParameters(await chain.view(), netuid);
  const args = argumentsFor(parameter, netuid, value, before);
  const old = before.find((one) => one.name === parameter.name)?.text ?? 'unknown';
  const scope = parameter.scope === 'chain' ? 'of the whole chain' : `of subnet ${netuid}`;
  const intent = {
    title: `Set ${parameter.name} ${scope} from ${old} to ${config.value}`,
    call: sudo ? `Sudo.sudo(${pallet}.${call})` : `${pallet}.${call}`,
    signer: address,
    signerName: name,
    args: [['arguments', args.map(String).join(', ')] as const],
    price: null,
  };
  const { genesisHash } = chain;
  await approve(intent, config, { genesisHash, balance: await chain.balance(address) }, context);
  const outcome = await chain.submit(await unlock(), pallet, call, args, { sudo, signal: context.signal });
  const after = (await readParameters(await chain.view(), netuid)).find((one) => one.name === parameter.name);
  const text = `${parameter.name} ${scope}: ${old} → ${after?.text ?? config.value}`;
  return txReport(text, outcome, { netuid, name: parameter.name, value: after?.value ?? value });
}

/** Who signs, before any secret is needed, and how to get at the secret. */
async function signerOf(
  { wallet, dev }: SetConfig,
  chain: ChainClient,
  context: CommandContext,
): Promise<{ readonly address: Ss58; readonly name: string; unlock(): Promise<Signer> }> {
  if (dev === null) {
    const unlock = (): Promise<Signer> => unlockColdkey(wallet, context);
    return { address: await coldkeyAddress(wallet), name: `coldkey ${wallet.name}`, unlock };
  }
  requireDevelopmentChain(chain.genesisHash, '--dev');
  const signer = signerFromUri(dev);
  return { address: signer.address, name: dev, unlock: () => Promise.resolve(signer) };
}
