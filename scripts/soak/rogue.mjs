// What listens where a miner should and does what it likes with the socket. One thing at a time, changed while it runs.
import { createServer } from 'node:net';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const DRIP_MS = 100;
const FLOOD_BYTES = 1_000_000_000;

const MANNERS = {
  /** Ends the connection as soon as something is asked. */
  die: (socket) => socket.on('data', () => socket.destroy()),
  /** Takes the question and says nothing, for ever. */
  hang: (socket) => socket.resume(),
  error: (socket) =>
    socket.on('data', () =>
      socket.end('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 5\r\nconnection: close\r\n\r\nfault'),
    ),
  garbage: (socket) =>
    socket.on('data', () => socket.end(`${HEAD}content-length: 19\r\nconnection: close\r\n\r\n<html>sign in</html`)),
  /** Begins a reply and sends a byte of it now and then. */
  drip: (socket) => {
    socket.resume();
    socket.once('data', () => {
      socket.write(`${HEAD}content-length: 100000\r\n\r\n{`);
      const timer = setInterval(() => socket.write(' '), DRIP_MS);
      socket.on('close', () => clearInterval(timer));
    });
  },
  /** Sends a reply without end. */
  flood: (socket) =>
    socket.once('data', () => {
      socket.write(`${HEAD}content-length: ${FLOOD_BYTES}\r\n\r\n`);
      const pour = () => {
        while (!socket.destroyed && socket.write('x'.repeat(65_536))) {
          // Until the buffer of the socket is full.
        }
      };
      socket.on('drain', pour);
      pour();
    }),
};

/** @returns what tells its port and changes its manners */
export async function startRogue(host) {
  let manner = 'error';
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    MANNERS[manner](socket);
  });
  await new Promise((resolve) => server.listen(0, host, () => resolve(undefined)));
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    behave: (next) => {
      if (!(next in MANNERS)) throw new RangeError(`there is no manner ${next}`);
      manner = next;
    },
  };
}
