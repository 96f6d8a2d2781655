import {
  beaconFragment,
  chainAddress,
  dataFragment,
  defineConfig,
  discordFragment,
  healthFragment,
  loggingFragment,
  modelFragment,
  netuidOption,
  option,
  otelFragment,
  portWord,
  resolveNetuid,
  subtensorFragment,
  walletFragment,
  wandbFragment,
} from '@bettertherapy/config';
import { z } from 'zod';
import { EXAM_LEVELS } from './exam/level.js';

export const VERSION = '0.1.0';

/** `--neuron.*` of the validator. */
const neuronFragment = z.strictObject({
  roundInterval: option(z.number().min(0).max(86_400).default(600), {
    help: 'seconds from the start of one round to the start of the next',
    placeholder: 'seconds',
  }),
  questions: option(z.int().min(1).max(16).default(4), { help: 'questions per round' }),
  timeout: option(z.number().min(1).max(600).default(40), {
    help: 'seconds a miner has to answer; below 35 the last latency tier cannot be reached',
    placeholder: 'seconds',
  }),
  alpha: option(z.number().gt(0).max(1).default(0.1), { help: 'weight of one round in the moving average' }),
  organicShare: option(z.number().min(0).max(0.5).default(0.2), {
    help: "most that answers to patients' own questions weigh in a round's result; 0 leaves them out",
  }),
  maxRounds: option(z.int().min(0).default(0), {
    help: 'rounds in the journal after which only weights are set; 0 is endless',
  }),
  weights: option(z.enum(['power', 'linear']).default('power'), {
    help: 'shares in proportion to the fourth power of the score, or to the score',
  }),
  stakeLimit: option(z.number().min(0).default(4096), {
    help: 'stake above which a permit holder is not asked as a miner',
    placeholder: 'TAO',
  }),
  maxPerIp: option(z.int().min(1).default(14), { help: 'miners asked behind one address' }),
  maxPerColdkey: option(z.int().min(1).default(15), { help: 'miners asked of one coldkey' }),
  maxMiners: option(z.int().min(1).max(4096).default(256), {
    help: 'miners asked in one round; above it a draw decides, newcomers with double weight',
  }),
  privateIps: option(z.enum(['auto', 'yes', 'no']).default('auto'), {
    help: 'ask miners behind addresses that are not public; auto does where the chain itself is on such an address and is not one of the public networks',
  }),
  retentionDays: option(z.number().min(1).default(90), {
    help: 'days after which questions, answers, steps of averages and averages of who left are forgotten',
    placeholder: 'days',
  }),
});

const judgeFragment = z.strictObject({
  enforceControls: option(z.boolean().default(true), {
    help: 'a round whose hidden control answers are judged out of range does not count',
  }),
  calibration: option(z.string().min(1).nullable().default(null), {
    help: 'table that brings the rewards of this judge to the level of the grades, made with `bt judge exam --calibrate`',
    defaultText: 'none',
    placeholder: 'file',
  }),
  exam: option(z.enum(EXAM_LEVELS).default('require'), {
    help: 'exam on graded answers before a judge is used for the first time: require judges and pays by no judge that did not pass, warn only tells, off asks nothing',
  }),
});

const bankFragment = z.strictObject({
  path: option(z.string().min(1).nullable().default(null), {
    help: 'question bank, one JSON object a line',
    defaultText: 'the one that comes with this release',
    placeholder: 'file',
  }),
});

/** `--gateway.*`: what patients, doctors and programs talk to. */
const gatewayFragment = z.strictObject({
  port: option(portWord.default('off'), {
    help: 'port of the gateway for patients, doctors and programs; 0 or auto picks a free one',
    placeholder: 'port|auto|off',
  }),
  host: option(z.string().min(1).default('127.0.0.1'), {
    help: 'address the gateway listens on; put a TLS proxy in front before opening it to others',
  }),
  demonstration: option(z.boolean().default(false), {
    help: 'publish the demonstration twins of this release under this hotkey',
  }),
  adapters: option(z.string().min(1).nullable().default(null), {
    help: 'folder of LoRA adapters (GGUF); those that published packs name are given to miners',
    defaultText: 'adapters in the data folder',
    placeholder: 'folder',
  }),
  adapterMib: option(z.int().min(0).max(8_192).default(1_024), {
    help: 'largest LoRA adapter that a doctor may upload in the studio; 0 takes none',
    placeholder: 'MiB',
  }),
  adapterRoom: option(z.int().min(0).default(4_096), {
    help: 'room on the disk for the adapters that one doctor uploaded and that their twins name',
    placeholder: 'MiB',
  }),
  embeddingModel: option(z.string().min(1).nullable().default(null), {
    help: 'model that finds notes of a twin by meaning, besides by words: manifest id or GGUF file, or a name at the OpenAI-compatible server',
    defaultText: 'none, words alone',
  }),
  origins: option(z.array(z.string().min(1)).default([]), {
    help: 'origins of other sites whose pages may call the gateway; * for all',
    placeholder: 'list',
  }),
  trustProxy: option(z.boolean().default(false), {
    help: 'believe the last address in X-Forwarded-For, set by the one proxy in front of the gateway',
  }),
  rate: option(z.int().min(1).default(60), {
    help: 'requests per minute of one key or patient; doctors and operators have ten times as many',
  }),
  addressRate: option(z.int().min(1).default(1_200), { help: 'requests per minute of one address' }),
  newPatients: option(z.int().min(1).default(60), {
    help: 'patients that one address may become in an hour; programs with a key are not counted',
  }),
  doctorTwins: option(z.int().min(1).max(1_000).default(20), { help: 'twins that one doctor may make' }),
  concurrency: option(z.int().min(1).default(4), { help: 'questions in progress at once of one key or patient' }),
  maxStreams: option(z.int().min(1).max(10_000).default(512), {
    help: 'questions in progress at once of all callers together',
  }),
  miners: option(z.int().min(1).max(64).default(5), { help: 'miners asked per question of a patient' }),
  deadline: option(z.number().min(1).max(600).default(40), {
    help: 'seconds after which a patient is told that nobody answered',
    placeholder: 'seconds',
  }),
  settleMs: option(z.int().min(0).max(10_000).default(800), {
    help: 'from the first good answer to the choice among those that came meanwhile',
    placeholder: 'ms',
  }),
  wordsPerSecond: option(z.number().min(0).max(10_000).default(60), {
    help: 'pace at which a chosen answer is streamed; 0 sends it at once',
  }),
  retentionDays: option(z.number().min(1).default(180), {
    help: 'days after which a conversation that nobody came back to is deleted',
    placeholder: 'days',
  }),
  organicDays: option(z.number().min(0.1).default(30), {
    help: 'days for which questions without identifiers wait for, and stay after, their judging',
    placeholder: 'days',
  }),
  maxBodyKib: option(z.int().min(1).max(4_096).default(256), { help: 'largest request body', placeholder: 'KiB' }),
});
export type GatewayConfig = z.output<typeof gatewayFragment>;

/** The port to listen on: 0 for any free one, null for no gateway. */
export function gatewayPort(gateway: GatewayConfig): number | null {
  if (gateway.port === 'off') return null;
  return gateway.port === 'auto' ? 0 : Number(gateway.port);
}

const schema = z.strictObject({
  netuid: netuidOption,
  mecid: option(z.int().min(0).max(15).default(0), { help: 'mechanism of the subnet that weights are set for' }),
  subtensor: subtensorFragment.extend({ beacon: beaconFragment }),
  wallet: walletFragment,
  neuron: neuronFragment,
  judge: judgeFragment,
  bank: bankFragment,
  gateway: gatewayFragment,
  model: modelFragment,
  data: dataFragment('validator'),
  discord: discordFragment,
  wandb: wandbFragment,
  otel: otelFragment,
  health: healthFragment,
  logging: loggingFragment,
});

/** The validator's options. */
export const validatorConfig = defineConfig({
  app: 'validator',
  usage: 'pnpm validator',
  summary: 'Asks miners, judges their answers with a local model, and sets weights.',
  version: VERSION,
  schema,
  finish: (values, isSet) => ({
    ...values,
    netuid: resolveNetuid(values.netuid, values.subtensor, isSet),
    chain: chainAddress(values.subtensor),
  }),
});

export type ValidatorOptions = z.output<typeof schema> & { readonly netuid: number; readonly chain: string };
