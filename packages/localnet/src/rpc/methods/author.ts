import type { Submitted } from '../../blocks/chain.js';
import type { PoolEntry, TxStatus, Watcher } from '../../blocks/pool.js';
import { describeInvalid } from '../../runtime/validate.js';
import { toHex } from '../../scale/index.js';
import { RpcCode, RpcFailure } from '../jsonRpc.js';
import { bytesParam } from '../params.js';
import type { MethodParts, Methods } from './method.js';

type Accepted = Extract<Submitted, { entry: PoolEntry }>;

/** @throws RpcFailure with the number and the words of a real node. */
function accepted(submitted: Submitted): Accepted {
  if ('entry' in submitted) return submitted;
  switch (submitted.kind) {
    case 'bad-format':
      throw new RpcFailure(RpcCode.BadFormat, 'Extrinsic has invalid format');
    case 'invalid':
      throw new RpcFailure(RpcCode.InvalidTransaction, 'Invalid Transaction', describeInvalid(submitted.invalid));
    case 'pool':
      switch (submitted.refusal) {
        case 'already-imported':
          throw new RpcFailure(RpcCode.AlreadyImported, 'Transaction Already Imported');
        case 'too-low-priority':
          throw new RpcFailure(
            RpcCode.TooLowPriority,
            'Priority is too low',
            'The transaction has too low priority to replace another transaction already in the pool.',
          );
        case 'full':
          throw new RpcFailure(
            RpcCode.ImmediatelyDropped,
            'Immediately Dropped',
            "The transaction couldn't enter the pool because of the limit",
          );
      }
  }
}

function isLast(status: TxStatus): boolean {
  return typeof status === 'string'
    ? status === 'dropped' || status === 'invalid'
    : 'finalized' in status || 'usurped' in status;
}

export function authorMethods({ chain }: MethodParts): Methods {
  return {
    author_submitExtrinsic: ([extrinsic]) =>
      accepted(chain.submit(bytesParam(extrinsic, 'extrinsic'))).entry.extrinsic.hash,
    author_submitAndWatchExtrinsic: ([extrinsic], connection) => {
      const { entry, ready } = accepted(chain.submit(bytesParam(extrinsic, 'extrinsic')));
      let id: string | null = null;
      id = connection.subscribe('author_extrinsicUpdate', (push) => {
        const watcher: Watcher = (status) => {
          push(status);
          if (isLast(status) && id !== null) connection.unsubscribe(id);
        };
        entry.watchers.add(watcher);
        push(ready ? 'ready' : 'future');
        return () => entry.watchers.delete(watcher);
      });
      return id;
    },
    author_unwatchExtrinsic: ([id], connection) => connection.unsubscribe(id),
    author_pendingExtrinsics: () => chain.pool.all().map((entry) => toHex(entry.extrinsic.encoded)),
  };
}
