export { clientClosed, connectionLost, rpcErrorOf } from './failures.js';
export type { RpcErrorBody } from './message.js';
export { bytesFrom, countFrom, hashFrom } from './shapes.js';
export { type RequestOptions, type RpcParts, RpcSocket, type RpcSocketOptions, type Subscription } from './socket.js';
