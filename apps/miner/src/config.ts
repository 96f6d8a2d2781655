import {
  dataFragment,
  defineConfig,
  discordFragment,
  healthFragment,
  loggingFragment,
  modelFragment,
  netuidOption,
  option,
  otelFragment,
  resolveNetuid,
  subtensorFragment,
  walletFragment,
} from '@bettertherapy/config';
import { parseHotkey } from '@bettertherapy/core';
import { CRISIS_REGIONS } from '@bettertherapy/twins';
import { z } from 'zod';

export const MINER_VERSION = '0.1.0';

const port = () => z.int().min(0).max(65_535);
const address = z.string().refine((text) => isAddress(text), 'expected an address that starts with 5');

const schema = z.strictObject({
  netuid: netuidOption,
  subtensor: subtensorFragment,
  wallet: walletFragment,
  axon: z.strictObject({
    ip: option(z.union([z.ipv4(), z.ipv6()]).default('0.0.0.0'), {
      help: 'address to listen on',
      env: ['BT_AXON_IP'],
      placeholder: 'ip',
    }),
    port: option(port().default(8091), { help: 'port to listen on; 0 takes any free one', env: ['BT_AXON_PORT'] }),
    externalIp: option(z.union([z.ipv4(), z.ipv6()]).nullable().default(null), {
      help: 'address published on chain',
      env: ['BT_AXON_EXTERNAL_IP'],
      defaultText: 'a public address of this machine, else what echo services report',
      placeholder: 'ip',
    }),
    externalPort: option(port().min(1).nullable().default(null), {
      help: 'port published on chain',
      env: ['BT_AXON_EXTERNAL_PORT'],
      defaultText: 'the port listened on',
    }),
    ed25519Hotkeys: option(z.array(address).default([]), {
      help: 'hotkeys that sign with ed25519 (btauth/1 only); sr25519 is expected of all others',
    }),
    ratePerMinute: option(z.int().min(1).max(100_000).default(120), { help: 'questions a minute from one hotkey' }),
  }),
  blacklist: z.strictObject({
    forceValidatorPermit: option(z.boolean().default(false), {
      help: 'answer only hotkeys with a validator permit',
    }),
    minStake: option(z.number().min(0).max(21_000_000).default(0), {
      help: 'stake weight, in whole tokens, below which nobody is answered',
    }),
    allow: option(z.array(address).default([]), { help: 'hotkeys that are always answered' }),
    deny: option(z.array(address).default([]), { help: 'hotkeys that are never answered' }),
  }),
  twin: z.strictObject({
    promptFile: option(z.string().min(1).nullable().default(null), {
      help: 'file with the persona; edits count at once',
      defaultText: 'persona.md in the data folder, written there at the first start',
      placeholder: 'file',
    }),
    region: option(z.enum(CRISIS_REGIONS).default('international'), { help: 'whose crisis lines are named' }),
    index: option(z.array(z.url({ protocol: /^https?$/ })).default([]), {
      help: 'address of a gateway whose published twins are served; may be given several times',
      placeholder: 'http://…',
    }),
    publishers: option(z.array(address).default([]), {
      help: 'hotkeys whose twins are served',
      defaultText: 'every hotkey with a validator permit',
    }),
    refresh: option(z.number().min(1).max(3600).default(60), { help: 'seconds between looks at an index of twins' }),
    adapters: option(z.string().min(1).nullable().default(null), {
      help: 'folder of LoRA adapters (GGUF, any names); what is fetched is kept in the data folder',
      defaultText: 'adapters in the data folder',
      placeholder: 'folder',
    }),
    adapterRoom: option(z.int().min(0).max(1_048_576).default(2_048), {
      help: 'room on the disk for adapters that are fetched; 0 fetches none',
      placeholder: 'MiB',
    }),
    adapterScale: option(z.number().min(0).max(4).default(1), {
      help: 'how strongly adapters count; 1 is as they were trained, 0 is the base model alone',
    }),
    embeddingModel: option(z.string().min(1).nullable().default(null), {
      help: 'model that finds notes by meaning, besides by words: manifest id or GGUF file, or a name at the OpenAI-compatible server',
      defaultText: 'none, words alone',
    }),
  }),
  model: modelFragment.extend({
    adapters: option(z.int().min(0).max(64).default(2), {
      help: 'LoRA adapters in memory at once, each with a context of its own; 0 loads none',
    }),
    adapterAsModel: option(z.boolean().default(false), {
      help: 'the OpenAI-compatible server has each adapter as a model named by its SHA-256',
    }),
    temperature: option(z.number().min(0).max(10).default(0.4), {
      help: 'how freely the model picks words; 0 never varies',
    }),
    topP: option(z.number().gt(0).max(1).default(0.9), { help: 'share of probability the model picks from' }),
    topK: option(z.int().min(0).max(1000).default(40), { help: 'number of words the model picks from; 0 is all' }),
    repeatPenalty: option(z.number().min(1).max(2).default(1.1), { help: 'penalty for words used before; 1 is none' }),
    maxTokens: option(z.int().min(16).max(2048).default(200), { help: 'longest answer in tokens' }),
    minWords: option(z.int().min(0).max(120).default(50), {
      help: 'a shorter answer is tried once more when there is time',
    }),
  }),
  neuron: z.strictObject({
    deadline: option(z.number().min(1).max(600).default(35), { help: 'seconds an answer may take, waiting included' }),
    queue: option(z.int().min(0).max(10_000).default(32), { help: 'questions that may wait; more are refused' }),
    syncBlocks: option(z.int().min(1).max(1000).default(5), { help: 'blocks between reads of the metagraph' }),
  }),
  data: dataFragment('miner'),
  discord: discordFragment,
  otel: otelFragment,
  health: healthFragment,
  logging: loggingFragment,
});

/** Flags, environment, file and help of the miner. */
export const minerConfig = defineConfig({
  app: 'miner',
  usage: 'pnpm miner',
  summary: 'Answers questions of validators with a language model, as the twin of a doctor.',
  version: MINER_VERSION,
  schema,
  finish: (values, isSet) => ({ ...values, netuid: resolveNetuid(values.netuid, values.subtensor, isSet) }),
});

export type MinerConfig = z.output<typeof schema> & { readonly netuid: number };

function isAddress(text: string): boolean {
  try {
    parseHotkey(text);
    return true;
  } catch {
    // Only CORE_BAD_ADDRESS can come here; zod words the refusal.
    return false;
  }
}
