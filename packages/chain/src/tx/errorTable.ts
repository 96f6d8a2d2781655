import { type ChainErrorCode, ChainErrorCode as Code } from '../errors.js';

/** What an error of the runtime means to an operator. */
export interface ErrorMeaning {
  readonly code: ChainErrorCode;
  /** The next step, one sentence. */
  readonly remedy: string;
}

const means = (code: ChainErrorCode, remedy: string): ErrorMeaning => ({ code, remedy });

const WAIT = 'Wait some blocks and try again.';
const FUND = 'Send TAO to the coldkey, or use a smaller amount; see `pnpm bt wallet balance`.';
const REGISTER = 'Register the hotkey first: `pnpm bt subnet register`.';
const SUBNET = 'Check --netuid and --subtensor.network.';
const SWAP = 'Wait until the coldkey swap is done, or clear it.';
const STAKE = 'Use an amount between the minimum of 0.002 TAO (plus fee) and what is staked or free.';
const VECTOR = 'This is a fault of the program that made the weights; report it with the logs.';
const LATER = 'Nothing to do here: the network closed this call for now.';

/** Errors of the pallets by name, with the code and the next step. One table for events, pool and sudo. */
export const ERROR_TABLE: Readonly<Record<string, ErrorMeaning>> = {
  'SubtensorModule.SettingWeightsTooFast': means(
    Code.WeightsTooSoon,
    'Wait for the weights rate limit; the validator tries again by itself.',
  ),
  'SubtensorModule.CommittingWeightsTooFast': means(
    Code.WeightsTooSoon,
    'Wait for the weights rate limit; the validator tries again by itself.',
  ),
  'SubtensorModule.NeuronNoValidatorPermit': means(
    Code.NoPermit,
    'Add stake to the hotkey and wait an epoch: permits go to the validators with most stake.',
  ),
  'SubtensorModule.NotEnoughStakeToSetWeights': means(
    Code.WeightsStakeTooLow,
    'Add stake to the hotkey: its stake weight is below the threshold of the network.',
  ),
  'SubtensorModule.IncorrectWeightVersionKey': means(
    Code.WeightsVersion,
    'Update the validator: the subnet requires a newer weights version.',
  ),
  'SubtensorModule.WeightVecLengthIsLow': means(
    Code.TooFewWeights,
    'More miners must earn a weight: the subnet sets a minimum number.',
  ),
  'SubtensorModule.WeightVecNotEqualSize': means(Code.BadWeights, VECTOR),
  'SubtensorModule.DuplicateUids': means(Code.BadWeights, VECTOR),
  'SubtensorModule.UidVecContainInvalidOne': means(
    Code.BadWeights,
    'A miner left while the weights were made; set them again from a fresh metagraph.',
  ),
  'SubtensorModule.UidsLengthExceedUidsInSubNet': means(Code.BadWeights, VECTOR),
  'SubtensorModule.MaxWeightExceeded': means(Code.BadWeights, 'One weight exceeds the maximum share of the subnet.'),
  'SubtensorModule.CanNotSetRootNetworkWeights': means(
    Code.BadWeights,
    'The root network takes no weights; check --netuid.',
  ),
  'SubtensorModule.CommitRevealEnabled': means(
    Code.CommitRevealOn,
    'The subnet just turned commit-reveal on; try again.',
  ),
  'SubtensorModule.CommitRevealDisabled': means(
    Code.CommitRevealOff,
    'The subnet just turned commit-reveal off; try again.',
  ),
  'SubtensorModule.InvalidRevealRound': means(
    Code.RevealRound,
    'Try again; if it repeats, set the clock of this machine.',
  ),
  'SubtensorModule.IncorrectCommitRevealVersion': means(
    Code.Unsupported,
    'The chain uses another commit format; update BetterTherapy.',
  ),
  'SubtensorModule.TooManyUnrevealedCommits': means(Code.TooManyCommits, 'Wait until earlier commits are revealed.'),
  'SubtensorModule.NoWeightsCommitFound': means(
    Code.RevealRefused,
    'Commit weights again: the chain holds no such commit.',
  ),
  'SubtensorModule.InvalidRevealCommitHashNotMatch': means(
    Code.RevealRefused,
    'Commit weights again: the reveal does not match.',
  ),
  'SubtensorModule.ExpiredWeightCommit': means(Code.RevealRefused, 'Commit weights again: the reveal came too late.'),
  'SubtensorModule.RevealTooEarly': means(Code.RevealRefused, 'Wait until the reveal period has passed.'),

  'SubtensorModule.HotKeyNotRegisteredInSubNet': means(Code.NotRegistered, REGISTER),
  'SubtensorModule.HotKeyNotRegisteredInNetwork': means(Code.NotRegistered, REGISTER),
  'SubtensorModule.HotKeyAccountNotExists': means(Code.NotRegistered, REGISTER),
  'Commitments.AccountNotAllowedCommit': means(Code.NotRegistered, REGISTER),
  'SubtensorModule.HotKeyAlreadyRegisteredInSubNet': means(
    Code.AlreadyRegistered,
    'Nothing to do: the hotkey has its slot already.',
  ),
  'SubtensorModule.NonAssociatedColdKey': means(
    Code.NotYourHotkey,
    'Sign with the coldkey that owns the hotkey, or use another hotkey.',
  ),
  'SubtensorModule.SubNetRegistrationDisabled': means(
    Code.RegistrationClosed,
    'Wait until the subnet owner opens registration.',
  ),
  'SubtensorModule.TooManyRegistrationsThisBlock': means(Code.RateLimited, WAIT),
  'SubtensorModule.TooManyRegistrationsThisInterval': means(Code.RateLimited, WAIT),
  'SubtensorModule.NoNeuronIdAvailable': means(
    Code.SubnetFull,
    'Try again when the immunity of some neuron has ended.',
  ),
  'SubtensorModule.RegistrationPriceLimitExceeded': means(
    Code.PriceAboveLimit,
    'Raise the limit, or wait: the price halves by itself.',
  ),
  'SubtensorModule.RegistrationNotPermittedOnRootSubnet': means(Code.BadParameter, SUBNET),
  'SubtensorModule.RootNetworkDoesNotExist': means(Code.SubnetMissing, SUBNET),
  'SubtensorModule.SubnetNotExists': means(Code.SubnetMissing, SUBNET),
  'AdminUtils.SubnetDoesNotExist': means(Code.SubnetMissing, SUBNET),
  'SubtensorModule.MechanismDoesNotExist': means(Code.MechanismMissing, SUBNET),
  'Swap.MechanismDoesNotExist': means(Code.MechanismMissing, SUBNET),
  'SubtensorModule.SubnetLimitReached': means(Code.SubnetLimit, 'No subnet can be pruned now; try again later.'),
  'SubtensorModule.AllNetworksInImmunity': means(Code.SubnetLimit, 'No subnet can be pruned now; try again later.'),
  'SubtensorModule.CannotAffordLockCost': means(
    Code.NotEnoughBalance,
    'Send TAO to the coldkey: a new subnet costs the current lock price.',
  ),
  'SubtensorModule.NetworkTxRateLimitExceeded': means(
    Code.RateLimited,
    'Subnets may be made only so often; wait some blocks.',
  ),
  'SubtensorModule.NotSubnetOwner': means(Code.NotOwner, 'Sign with the coldkey that owns the subnet.'),
  'SubtensorModule.FirstEmissionBlockNumberAlreadySet': means(
    Code.AlreadyStarted,
    'Nothing to do: the subnet is started.',
  ),
  'SubtensorModule.NeedWaitingMoreBlocksToStarCall': means(Code.StartTooSoon, WAIT),

  'SubtensorModule.InvalidIpAddress': means(
    Code.AxonAddress,
    'Give the address under which others reach this machine with --axon.external_ip.',
  ),
  'SubtensorModule.InvalidIpType': means(Code.AxonAddress, 'Give an IPv4 or IPv6 address with --axon.external_ip.'),
  'SubtensorModule.InvalidPort': means(Code.AxonPort, 'Give a port from 1 to 65535 with --axon.external_port.'),
  'SubtensorModule.ServingRateLimitExceeded': means(
    Code.ServingTooSoon,
    'Wait for the serving rate limit; the miner tries again by itself.',
  ),
  'SubtensorModule.TxRateLimitExceeded': means(Code.RateLimited, WAIT),
  'SubtensorModule.DelegateTxRateLimitExceeded': means(Code.RateLimited, WAIT),
  'SubtensorModule.HotKeySetTxRateLimitExceeded': means(Code.RateLimited, WAIT),
  'SubtensorModule.StakingRateLimitExceeded': means(Code.RateLimited, WAIT),
  'SubtensorModule.EvmKeyAssociateRateLimitExceeded': means(Code.RateLimited, WAIT),
  'SubtensorModule.AddStakeBurnRateLimitExceeded': means(Code.RateLimited, WAIT),

  'SubtensorModule.NotEnoughBalanceToStake': means(Code.NotEnoughBalance, FUND),
  'SubtensorModule.BalanceWithdrawalError': means(Code.NotEnoughBalance, FUND),
  'SubtensorModule.ZeroBalanceAfterWithdrawn': means(
    Code.NotEnoughBalance,
    'Leave at least the existential deposit of 500 rao in the account.',
  ),
  'SubtensorModule.InsufficientBalance': means(Code.NotEnoughBalance, FUND),
  'Balances.InsufficientBalance': means(Code.NotEnoughBalance, FUND),
  'Balances.ExistentialDeposit': means(Code.NotEnoughBalance, 'Send at least the existential deposit of 500 rao.'),
  'Balances.Expendability': means(
    Code.NotEnoughBalance,
    'Leave at least the existential deposit of 500 rao in the account.',
  ),
  'Balances.LiquidityRestrictions': means(
    Code.NotEnoughBalance,
    'Part of the balance is locked; use a smaller amount.',
  ),
  'Swap.InsufficientBalance': means(Code.NotEnoughBalance, FUND),
  'SubtensorModule.AmountTooLow': means(Code.StakeAmount, STAKE),
  'SubtensorModule.NotEnoughStake': means(Code.StakeAmount, STAKE),
  'SubtensorModule.NotEnoughStakeToWithdraw': means(Code.StakeAmount, STAKE),
  'SubtensorModule.StakeUnavailable': means(Code.StakeAmount, 'Part of the stake is locked; use a smaller amount.'),
  'SubtensorModule.StakeTooLowForRoot': means(
    Code.StakeAmount,
    'The hotkey needs more stake to join the root network.',
  ),
  'SubtensorModule.SubtokenDisabled': means(
    Code.StakingClosed,
    'The subnet owner must make the start call first: `pnpm bt subnet start`.',
  ),
  'Swap.SubtokenDisabled': means(
    Code.StakingClosed,
    'The subnet owner must make the start call first: `pnpm bt subnet start`.',
  ),
  'SubtensorModule.InsufficientLiquidity': means(Code.Liquidity, 'Use a smaller amount.'),
  'Swap.InsufficientLiquidity': means(Code.Liquidity, 'Use a smaller amount.'),
  'Swap.ReservesTooLow': means(Code.Liquidity, 'Use a smaller amount.'),
  'Swap.PriceLimitExceeded': means(Code.Liquidity, 'Use a smaller amount or a wider price limit.'),
  'SubtensorModule.SlippageTooHigh': means(Code.Liquidity, 'Use a smaller amount or a wider price limit.'),

  'SubtensorModule.AdminActionProhibitedDuringWeightsWindow': means(
    Code.AdminWindow,
    'Wait until the epoch has run, or set the admin freeze window to 0 on a development chain.',
  ),
  'SubtensorModule.TempoOutOfBounds': means(Code.BadParameter, 'Owners may set a tempo from 360 to 50400 blocks.'),
  'SubtensorModule.InvalidValue': means(Code.BadParameter, 'The value is out of range for this parameter.'),
  'AdminUtils.InvalidValue': means(Code.BadParameter, 'The value is out of range for this parameter.'),
  'AdminUtils.ValueNotInBounds': means(Code.BadParameter, 'The value is out of range for this parameter.'),
  'SubtensorModule.RevealPeriodTooLarge': means(Code.BadParameter, 'The reveal period is 1 to 100 epochs.'),
  'SubtensorModule.RevealPeriodTooSmall': means(Code.BadParameter, 'The reveal period is 1 to 100 epochs.'),
  'SubtensorModule.DynamicTempoBlockedByCommitReveal': means(
    Code.BadParameter,
    'Turn commit-reveal off before triggering an epoch by hand.',
  ),
  'SubtensorModule.ColdkeySwapAnnounced': means(Code.ColdkeySwap, SWAP),
  'SubtensorModule.ColdkeySwapDisputed': means(Code.ColdkeySwap, SWAP),
  'Sudo.RequireSudo': means(
    Code.NotAllowed,
    'Sign with the sudo key of the chain; there is one on development chains only.',
  ),
  'System.CallFiltered': means(Code.CallClosed, LATER),
  'SubtensorModule.CallDisabled': means(Code.CallClosed, LATER),
  'SubtensorModule.DisabledTemporarily': means(Code.CallClosed, LATER),
  'SubtensorModule.Deprecated': means(Code.Unsupported, 'The chain retired this call; update BetterTherapy.'),
  'AdminUtils.Deprecated': means(Code.Unsupported, 'The chain retired this call; update BetterTherapy.'),
};

/**
 * Errors that the transaction pool gives as "Custom error: N", under the name of the pallet error that they stand
 * for. Index = N.
 */
export const CUSTOM_ERRORS: readonly string[] = [
  'SubtensorModule.ColdkeySwapAnnounced',
  'SubtensorModule.NotEnoughStakeToSetWeights',
  'SubtensorModule.InsufficientBalance',
  'SubtensorModule.SubnetNotExists',
  'SubtensorModule.HotKeyAccountNotExists',
  'SubtensorModule.NotEnoughStakeToWithdraw',
  'SubtensorModule.TxRateLimitExceeded',
  'SubtensorModule.InsufficientLiquidity',
  'SubtensorModule.SlippageTooHigh',
  'SubtensorModule.TransferDisallowed',
  'SubtensorModule.HotKeyNotRegisteredInNetwork',
  'SubtensorModule.InvalidIpAddress',
  'SubtensorModule.ServingRateLimitExceeded',
  'SubtensorModule.InvalidPort',
  'SubtensorModule.ZeroMaxStakeAmount',
  'SubtensorModule.InvalidRevealRound',
  'SubtensorModule.NoWeightsCommitFound',
  'SubtensorModule.RevealTooEarly',
  'SubtensorModule.InputLengthsUnequal',
  'SubtensorModule.UidVecContainInvalidOne',
  'SubtensorModule.EvmKeyAssociateRateLimitExceeded',
  'SubtensorModule.ColdkeySwapDisputed',
  'Proxy.InvalidRealAccount',
  'MevShield.FailedShieldedTxParsing',
  'MevShield.InvalidShieldedTxPubKeyHash',
  'SubtensorModule.NonAssociatedColdKey',
  'SubtensorModule.DelegateTakeTooLow',
  'SubtensorModule.DelegateTakeTooHigh',
];
