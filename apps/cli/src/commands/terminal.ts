import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { CliErrorCode, cliError } from './errors.js';

/** The person at the keyboard, if there is one. */
export interface Terminal {
  /** False in pipes, services and CI: nothing may be asked. */
  readonly interactive: boolean;
  /** One line. @throws the signal's reason, CLI_NOT_CONFIRMED on Ctrl-C or Ctrl-D */
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** One line that is not shown while it is typed. @throws as `ask` */
  askSecret(question: string, signal: AbortSignal): Promise<string>;
  /** What was piped in. @throws CodedError CLI_USAGE when it is more than 16 KiB */
  readPiped(signal: AbortSignal): Promise<string>;
}

interface Streams {
  readonly input: Readable & { readonly isTTY?: boolean | undefined };
  readonly output: Writable & { readonly isTTY?: boolean | undefined };
}

const MAX_PIPED_BYTES = 16 * 1024;

/** Questions go to `output`, which must not be where results go. */
export function openTerminal({ input, output }: Streams): Terminal {
  return {
    interactive: input.isTTY === true && output.isTTY === true,
    ask: (question, signal) => readLine(input, output, output, question, signal),
    askSecret: async (question, signal) => {
      try {
        return await readLine(input, output, silence(), question, signal);
      } finally {
        // The Enter that ended the line was not shown either.
        output.write('\n');
      }
    },
    readPiped: (signal) => readAll(input, signal),
  };
}

function readLine(
  input: Readable,
  output: Writable,
  echo: Writable,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    output.write(question);
    const line = createInterface({ input, output: echo, terminal: true, historySize: 0 });
    let settled = false;
    // Closing takes the editor's own listeners off the input; left there they would show what is typed next.
    const finish = (settle: () => void): void => {
      if (settled) return;
      settled = true;
      signal.removeEventListener('abort', onAbort);
      line.close();
      settle();
    };
    const onAbort = (): void => finish(() => reject(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    line.once('line', (text) => finish(() => resolve(text)));
    line.once('SIGINT', () => finish(() => reject(unanswered())));
    line.once('close', () => finish(() => reject(unanswered())));
  });
}

/** A line editor needs somewhere to write what it would show. */
function silence(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function readAll(input: Readable, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stop = (): void => void input.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of input) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > MAX_PIPED_BYTES) {
        throw cliError(CliErrorCode.Usage, 'too much was piped in', { remedy: 'Pipe in the words of one mnemonic.' });
      }
      chunks.push(bytes);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  signal.throwIfAborted();
  return Buffer.concat(chunks).toString('utf8');
}

function unanswered(): Error {
  return cliError(CliErrorCode.NotConfirmed, 'no answer was given; nothing was done', {
    remedy: 'Run the command again when you are sure.',
  });
}
