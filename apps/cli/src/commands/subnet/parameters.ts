/** A call that changes a parameter. */
export interface Setter {
  readonly pallet: 'AdminUtils' | 'SubtensorModule';
  readonly call: string;
}

/** How a parameter is written: true or false, a whole number, or an amount of TAO. */
export type ParameterType = 'bool' | 'int' | 'tao';

/** A value of a subnet, or of the whole chain, that can be set. */
export interface Parameter {
  /** As the chain's own list of hyperparameters names it. */
  readonly name: string;
  readonly scope: 'subnet' | 'chain';
  readonly type: ParameterType;
  /** Where it is stored in SubtensorModule, when the chain's list does not tell it. */
  readonly stored: string | null;
  /** What the subnet's owner may call; null when only root may. */
  readonly owner: Setter | null;
  /** What root calls, through `Sudo.sudo`. */
  readonly root: Setter;
}

function admin(call: string): Setter {
  return { pallet: 'AdminUtils', call: `sudo_set_${call}` };
}

function byOwner(name: string, type: ParameterType, call = name, stored: string | null = null): Parameter {
  return { name, scope: 'subnet', type, stored, owner: admin(call), root: admin(call) };
}

function byRoot(name: string, type: ParameterType, call = name, stored: string | null = null): Parameter {
  return { name, scope: 'subnet', type, stored, owner: null, root: admin(call) };
}

function ofChain(name: string, type: ParameterType, stored: string): Parameter {
  return { name, scope: 'chain', type, stored, owner: null, root: admin(name) };
}

const ACTIVITY_CUTOFF: Setter = { pallet: 'SubtensorModule', call: 'set_activity_cutoff_factor' };

/** Every parameter we can set; who may is the rule of runtimes 424 and 425. */
export const PARAMETERS: readonly Parameter[] = [
  { ...byOwner('tempo', 'int'), owner: { pallet: 'SubtensorModule', call: 'set_tempo' } },
  byOwner('immunity_period', 'int'),
  byOwner('min_allowed_weights', 'int'),
  byOwner('weights_version', 'int', 'weights_version_key'),
  byRoot('weights_rate_limit', 'int', 'weights_set_rate_limit'),
  byOwner('commit_reveal_weights_enabled', 'bool'),
  byOwner('commit_reveal_period', 'int', 'commit_reveal_weights_interval'),
  { ...byOwner('activity_cutoff_factor', 'int'), owner: ACTIVITY_CUTOFF, root: ACTIVITY_CUTOFF },
  byOwner('serving_rate_limit', 'int'),
  byRoot('registration_allowed', 'bool', 'network_registration_allowed'),
  byOwner('min_burn', 'tao'),
  byOwner('max_burn', 'tao'),
  byOwner('burn_half_life', 'int'),
  byRoot('max_validators', 'int', 'max_allowed_validators'),
  byOwner('max_allowed_uids', 'int', 'max_allowed_uids', 'MaxAllowedUids'),
  byOwner('rho', 'int'),
  byOwner('kappa', 'int'),
  byOwner('bonds_moving_avg', 'int', 'bonds_moving_average'),
  byOwner('bonds_penalty', 'int'),
  byOwner('bonds_reset_enabled', 'bool'),
  byOwner('liquid_alpha_enabled', 'bool'),
  byOwner('alpha_low', 'int', 'alpha_values'),
  byOwner('alpha_high', 'int', 'alpha_values'),
  byOwner('yuma_version', 'int', 'yuma3_enabled'),
  byOwner('transfers_enabled', 'bool', 'toggle_transfer'),
  byRoot('subnet_is_active', 'bool', 'subtoken_enabled'),
  byRoot('owner_cut_enabled', 'bool', 'owner_cut_enabled', 'OwnerCutEnabled'),
  byOwner('mechanism_count', 'int', 'mechanism_count', 'MechanismCountCurrent'),
  ofChain('admin_freeze_window', 'int', 'AdminFreezeWindow'),
  ofChain('owner_hparam_rate_limit', 'int', 'OwnerHyperparamRateLimit'),
  ofChain('network_rate_limit', 'int', 'NetworkRateLimit'),
  ofChain('network_min_lock_cost', 'tao', 'NetworkMinLockCost'),
  ofChain('subnet_limit', 'int', 'SubnetLimit'),
  ofChain('start_call_delay', 'int', 'StartCallDelay'),
  ofChain('stake_threshold', 'tao', 'StakeThreshold'),
  ofChain('tx_rate_limit', 'int', 'TxRateLimit'),
];

/** One line each, for those whose name does not say it. */
export const MEANINGS: Readonly<Record<string, string>> = {
  tempo: 'blocks from one epoch, and pay, to the next',
  immunity_period: 'blocks in which a new neuron is not pruned',
  min_allowed_weights: 'fewest weights a validator may set',
  max_weights_limit: 'largest share of one weight, u16',
  weights_version: 'smallest version key accepted; 0 accepts any',
  weights_rate_limit: 'blocks between two sets of one validator',
  commit_reveal_weights_enabled: 'weights are sealed first and opened later',
  commit_reveal_period: 'epochs from commit to reveal',
  activity_cutoff: 'blocks after which a silent validator no longer counts',
  activity_cutoff_factor: 'the cutoff in thousandths of a tempo',
  serving_rate_limit: 'blocks between two axon publications of one miner',
  registration_allowed: 'hotkeys may register',
  min_burn: 'lowest price of registering, TAO',
  max_burn: 'highest price of registering, TAO',
  burn_half_life: 'blocks in which the price of registering halves',
  max_validators: 'most validators with a permit',
  max_allowed_uids: 'most neurons',
  kappa: 'share of stake that makes consensus, u16',
  bonds_moving_avg: 'how much of old bonds is kept, in millionths',
  yuma_version: '2 or 3',
  subnet_is_active: 'the start call was made: staking and pay are open',
  transfers_enabled: 'stake may be moved to another coldkey',
  owner_cut_enabled: 'the owner gets a share of the pay',
  mechanism_count: 'mechanisms, each with weights of its own',
  admin_freeze_window: 'blocks before an epoch in which nothing can be set',
  owner_hparam_rate_limit: 'epochs between two changes of one parameter by an owner',
  network_rate_limit: 'blocks between two new subnets',
  network_min_lock_cost: 'lowest price of a subnet, TAO',
  start_call_delay: 'blocks from making a subnet to starting it',
  stake_threshold: 'least stake weight of a validator, TAO',
};
