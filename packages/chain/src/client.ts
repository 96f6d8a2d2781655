import type { Coldkey, Hotkey, Ss58 } from '@bettertherapy/core';
import type { Signer } from '@bettertherapy/wallet';
import { type ServeAxonOutcome, type ServeAxonRequest, serveAxon } from './calls/axon.js';
import { type CommitmentRequest, commitmentOf, setCommitment, type TextCommitment } from './calls/commitment.js';
import { addStake, removeStake, type StakeRequest, type TransferRequest, transfer } from './calls/funds.js';
import { burnedRegister, type RegisterRequest, registerNetwork, startCall } from './calls/registration.js';
import {
  type ChainOptions,
  type ChainParts,
  connectionOptions,
  DEFAULTS,
  type MechanismOptions,
} from './clientOptions.js';
import { Connection } from './connection/index.js';
import { type ChainHealth, healthOf } from './health.js';
import { readBalance, readHotkeyStake, readOwner, readTimestamp } from './reads/accounts.js';
import type { AxonInfo } from './reads/axon.js';
import { type EpochInfo, readEpoch } from './reads/epoch.js';
import { type Hyperparameters, readHyperparameters } from './reads/hyperparameters.js';
import { type Metagraph, readMetagraph } from './reads/metagraph.js';
import {
  type Incentives,
  readAxon,
  readCommitWaits,
  readIncentives,
  readStanding,
  readUid,
  readWeights,
  type ValidatorStanding,
} from './reads/neurons.js';
import { readBurn, readNetworkCost, readSubnet, type SubnetState } from './reads/subnets.js';
import { type BlockView, item, type ReadOptions, viewBlock, viewHead } from './reads/view.js';
import type { CallArguments, Plain } from './runtime/index.js';
import { KeyedLock } from './tx/keyedLock.js';
import { type SubmitOptions, submit, type TxAccess, type TxOutcome } from './tx/submit.js';
import { waitForBlock } from './waitForBlock.js';
import { type SetWeightsRequest, setWeights, type WeightsOutcome } from './weights/setWeights.js';

/**
 * The client of a Subtensor chain: reads at one block, signed calls, a block clock. It keeps itself connected, has a
 * deadline on every call, and takes every type and call from the node's own metadata. Reads that fail because the
 * connection broke carry a retryable code (`isRetryable`).
 */
export class ChainClient {
  private readonly access: TxAccess;

  private constructor(
    private readonly connection: Connection,
    private readonly options: ChainOptions,
    parts: ChainParts,
    readonly genesisHash: string,
  ) {
    this.access = {
      connection,
      parts,
      callDeadlineMs: options.callDeadlineMs ?? DEFAULTS.callDeadlineMs,
      locks: new KeyedLock(),
    };
  }

  /**
   * Connects to the first endpoint that answers.
   * @throws CodedError CHAIN_UNREACHABLE, CHAIN_WRONG_GENESIS, CHAIN_DECODE, or the signal's reason.
   */
  static async open(options: ChainOptions, parts: ChainParts, signal?: AbortSignal): Promise<ChainClient> {
    const connection = await Connection.open(
      connectionOptions(options),
      { ...parts, random: parts.random ?? Math.random },
      signal,
    );
    return new ChainClient(connection, options, parts, connection.genesisHash);
  }

  /** Idempotent. Calls in flight fail with CHAIN_CLOSED. */
  close(): Promise<void> {
    return this.connection.close();
  }

  specVersion(): number {
    return this.connection.runtime.version.specVersion;
  }

  /** What the connection looks like now; asks nobody. */
  health(): ChainHealth {
    return healthOf(this.connection);
  }

  /** The number of the best block, waiting for a re-dial when there is no connection. */
  async currentBlock(options: ReadOptions = {}): Promise<number> {
    return (await this.view(options)).block;
  }

  /** Calls back at every new best block; returns the cancel. */
  onBlock(listener: (block: number) => void): () => void {
    return this.connection.onHead(({ number }) => listener(number));
  }

  /** Resolves with the first best block of at least `block`. @throws the signal's reason, or a deadline error. */
  waitForBlock(block: number, signal?: AbortSignal, deadlineMs = 24 * 3_600_000): Promise<number> {
    return waitForBlock(this.connection, block, { deadlineMs, signal, clock: this.access.parts.clock });
  }

  /** The state at the best block: several reads of one moment. */
  view(options: ReadOptions = {}): Promise<BlockView> {
    return viewHead(this.access, options);
  }

  /** The state at an older block. */
  viewAt(block: number, options: ReadOptions = {}): Promise<BlockView> {
    return viewBlock(this.access, block, options);
  }

  /** One storage value by name, at the best block. @throws CodedError CHAIN_UNSUPPORTED */
  async storage(
    pallet: string,
    name: string,
    keys: readonly unknown[] = [],
    options: ReadOptions = {},
  ): Promise<Plain> {
    return (await this.view(options)).one(item(pallet, name, ...keys));
  }

  /** A constant of the runtime; null when it has none of that name. */
  constant(pallet: string, name: string): Plain {
    return this.connection.runtime.constant(pallet, name);
  }

  /** @throws CodedError CHAIN_SUBNET_MISSING */
  async metagraph(netuid: number, options: MechanismOptions = {}): Promise<Metagraph> {
    return readMetagraph(await this.view(options), netuid, options.mecid);
  }

  /** @throws CodedError CHAIN_SUBNET_MISSING */
  async hyperparameters(netuid: number, options: ReadOptions = {}): Promise<Hyperparameters> {
    return readHyperparameters(await this.view(options), netuid);
  }

  async epochInfo(netuid: number, options: ReadOptions = {}): Promise<EpochInfo> {
    return readEpoch(await this.view(options), netuid);
  }

  async subnet(netuid: number, options: ReadOptions = {}): Promise<SubnetState> {
    return readSubnet(await this.view(options), netuid);
  }

  /** Null when the hotkey is not registered on the subnet. */
  async uidOf(netuid: number, hotkey: Hotkey, options: ReadOptions = {}): Promise<number | null> {
    return readUid(await this.view(options), netuid, hotkey);
  }

  async isRegistered(netuid: number, hotkey: Hotkey, options: ReadOptions = {}): Promise<boolean> {
    return (await this.uidOf(netuid, hotkey, options)) !== null;
  }

  /**
   * True while the chain holds a timelocked commit of this hotkey of that epoch: it was neither opened nor dropped yet.
   * Null where the runtime keeps commits elsewhere.
   */
  async commitWaits(
    netuid: number,
    hotkey: Hotkey,
    epoch: number,
    options: MechanismOptions = {},
  ): Promise<boolean | null> {
    return readCommitWaits(await this.view(options), netuid, hotkey, epoch, options.mecid);
  }

  /** Uid, permit and last update of a validator. */
  async standing(netuid: number, hotkey: Hotkey, options: MechanismOptions = {}): Promise<ValidatorStanding> {
    return readStanding(await this.view(options), netuid, hotkey, options.mecid);
  }

  async validatorPermit(netuid: number, hotkey: Hotkey, options: ReadOptions = {}): Promise<boolean> {
    return (await this.standing(netuid, hotkey, options)).permit;
  }

  async axonOf(netuid: number, hotkey: Hotkey, options: ReadOptions = {}): Promise<AxonInfo | null> {
    return readAxon(await this.view(options), netuid, hotkey);
  }

  /** The weights of a validator as the chain holds them, u16; as it held them at an older block with `at`. */
  async weightsOf(
    netuid: number,
    uid: number,
    options: MechanismOptions & { readonly at?: number | undefined } = {},
  ): Promise<{ uids: number[]; values: number[] }> {
    const view = options.at === undefined ? await this.view(options) : await this.viewAt(options.at, options);
    return readWeights(view, netuid, uid, options.mecid);
  }

  /** Incentives by uid, u16, of the last epoch; of an older block with `at`. */
  async incentives(netuid: number, at?: number, options: MechanismOptions = {}): Promise<Incentives> {
    const view = at === undefined ? await this.view(options) : await this.viewAt(at, options);
    return readIncentives(view, netuid, options.mecid);
  }

  /** Free balance in rao. */
  async balance(account: Ss58, options: ReadOptions = {}): Promise<bigint> {
    return readBalance(await this.view(options), account);
  }

  /** All stake on a hotkey in a subnet, rao of the subnet's token. */
  async stake(hotkey: Hotkey, netuid: number, options: ReadOptions = {}): Promise<bigint> {
    return readHotkeyStake(await this.view(options), hotkey, netuid);
  }

  /** The coldkey that owns a hotkey. */
  async ownerOf(hotkey: Hotkey, options: ReadOptions = {}): Promise<Coldkey | null> {
    return readOwner(await this.view(options), hotkey);
  }

  /** What registering a hotkey costs now, rao. */
  async registrationCost(netuid: number, options: ReadOptions = {}): Promise<bigint> {
    return readBurn(await this.view(options), netuid);
  }

  /** What a new subnet costs now, rao. */
  async networkCost(options: ReadOptions = {}): Promise<bigint> {
    return readNetworkCost(await this.view(options));
  }

  /** Unix time in ms of the best block, or of an older one. */
  async blockTimestamp(at?: number, options: ReadOptions = {}): Promise<number> {
    return readTimestamp(at === undefined ? await this.view(options) : await this.viewAt(at, options));
  }

  serveAxon(hotkey: Signer<Hotkey>, request: ServeAxonRequest, options?: SubmitOptions): Promise<ServeAxonOutcome> {
    return serveAxon(this.access, hotkey, request, options);
  }

  /** Commits a hotkey to a short text; see {@link setCommitment}. */
  setCommitment(hotkey: Signer<Hotkey>, request: CommitmentRequest, options?: SubmitOptions): Promise<TxOutcome> {
    return setCommitment(this.access, hotkey, request, options);
  }

  /** The text a hotkey has committed to, or null. */
  commitmentOf(
    of: { readonly netuid: number; readonly hotkey: Hotkey },
    options: ReadOptions = {},
  ): Promise<TextCommitment | null> {
    return commitmentOf(this.access, of, options);
  }

  burnedRegister(
    coldkey: Signer,
    request: RegisterRequest,
    options?: SubmitOptions,
  ): Promise<TxOutcome & { readonly uid: number }> {
    return burnedRegister(this.access, coldkey, request, options);
  }

  registerNetwork(
    coldkey: Signer,
    request: { readonly hotkey: Hotkey },
    options?: SubmitOptions,
  ): Promise<TxOutcome & { readonly netuid: number }> {
    return registerNetwork(this.access, coldkey, request, options);
  }

  startCall(owner: Signer, request: { readonly netuid: number }, options?: SubmitOptions): Promise<TxOutcome> {
    return startCall(this.access, owner, request, options);
  }

  addStake(coldkey: Signer, request: StakeRequest, options?: SubmitOptions): Promise<TxOutcome> {
    return addStake(this.access, coldkey, request, options);
  }

  removeStake(coldkey: Signer, request: StakeRequest, options?: SubmitOptions): Promise<TxOutcome> {
    return removeStake(this.access, coldkey, request, options);
  }

  transfer(signer: Signer, request: TransferRequest, options?: SubmitOptions): Promise<TxOutcome> {
    return transfer(this.access, signer, request, options);
  }

  /** Sets weights plainly or as a timelocked commit, as the subnet asks for at this moment. */
  setWeights(hotkey: Signer<Hotkey>, request: SetWeightsRequest, options?: SubmitOptions): Promise<WeightsOutcome> {
    return setWeights(this.access, hotkey, request, this.options.beacon ?? null, options);
  }

  /** Any call by its name in the metadata; arguments in order or by name. */
  submit(
    signer: Signer,
    pallet: string,
    call: string,
    args: CallArguments,
    options?: SubmitOptions,
  ): Promise<TxOutcome> {
    return submit(this.access, signer, { pallet, call, args }, options);
  }
}
