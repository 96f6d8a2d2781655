import { commitmentsStorage as C, commitmentsCalls, commitmentsEvents } from '../pallets/commitments.js';
import { S } from '../pallets/subtensor/index.js';
import { commitmentLength } from '../types/index.js';
import { type Dispatcher, ensureRoot, signedBy } from './call.js';
import { moduleFault } from './faults.js';
import { currentEpoch } from './subtensor/commits.js';

/** Every commitment counts at least this many bytes. */
const LEAST_SPACE = 100;

export function registerCommitments(dispatcher: Dispatcher): void {
  dispatcher.on(commitmentsCalls.set_commitment, (call, { netuid, info }) => {
    const who = signedBy(call);
    if (!S.Uids.has(call.state, netuid, who)) throw moduleFault('Commitments', 'AccountNotAllowedCommit');
    const epoch = currentEpoch(call.state, netuid, call.block);
    const usage = C.UsedSpaceOf.get(call.state, netuid, who);
    const used = usage?.last_epoch === epoch ? usage.used_space : 0;
    const length = info.fields.reduce((total, field) => total + commitmentLength(field), 0);
    const used_space = used + Math.max(LEAST_SPACE, length);
    if (used_space > C.MaxSpace.get(call.state)) throw moduleFault('Commitments', 'SpaceLimitExceeded');
    C.UsedSpaceOf.set(call.state, netuid, who, { last_epoch: epoch, used_space });
    C.CommitmentOf.set(call.state, netuid, who, { deposit: 0n, block: call.block, info });
    C.LastCommitment.set(call.state, netuid, who, call.block);
    const timelocked = info.fields.find((field) => field.kind === 'TimelockEncrypted');
    if (timelocked?.kind === 'TimelockEncrypted') {
      const { reveal_round } = timelocked;
      call.events.emit(commitmentsEvents.TimelockCommitment, { netuid, who, reveal_round });
    } else {
      call.events.emit(commitmentsEvents.Commitment, { netuid, who });
    }
  });
  dispatcher.on(commitmentsCalls.set_max_space, (call, { new_limit }) => {
    ensureRoot(call);
    C.MaxSpace.set(call.state, new_limit);
  });
}
