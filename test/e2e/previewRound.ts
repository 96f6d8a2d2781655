import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Hotkey, silentLogger, systemClock } from '@bettertherapy/core';
import {
  type EvidenceFile,
  evidenceText,
  hashEvidence,
  type RoundEvidence,
  roundEvidenceSchema,
  signedText,
} from '@bettertherapy/evidence';
import { openExaminer, type Question } from '@bettertherapy/judge';
import type { LanguageModel } from '@bettertherapy/llm';
import type { Signer } from '@bettertherapy/wallet';
import { referenceMemory } from '../../apps/validator/src/referenceMemory.js';
import { runRound } from '../../apps/validator/src/round/runRound.js';
import { bookOf, faultStatements, signedHex } from '../../apps/validator/test/unit/evidenceFixture.js';
import {
  beginRound,
  deadReply,
  defaultOptions,
  freshStore,
  goodReply,
  neuron,
  never,
  roundParts,
} from '../../apps/validator/test/unit/fixture.js';

/** What a miner answers; null when nothing comes. */
export interface PlayedAnswer {
  readonly text: string | null;
  readonly responseMs: number;
}

/**
 * A round over these questions as the validator plays it, stage by stage, with its own judge and secret, sealed and signed.
 * Answers are those of miners 1, 2, … to every question.
 */
export async function playedRound(at: {
  readonly bank: readonly Question[];
  readonly model: LanguageModel;
  readonly signer: Signer<Hotkey>;
  readonly answers: readonly PlayedAnswer[];
}): Promise<EvidenceFile> {
  const { bank, model, signer, answers } = at;
  const { store } = freshStore();
  const parts = { model, clock: systemClock, log: silentLogger, metrics: null };
  const references = (sha: () => string) => referenceMemory(sha, { store, clock: systemClock });
  const { examiner } = openExaminer({ bank, boundarySeed: 'known to the validator alone' }, { ...parts, references });
  const neurons = answers.map((_, n) => neuron(n + 2));
  const roundOf = roundParts(store, {
    neurons,
    bank,
    // Neither controls nor other wordings: nothing of them is in a miner's score.
    examiner: {
      ...examiner,
      controlKinds: [],
      variant: async () => null,
      paraphrase: async ({ turns }) => turns.at(-1)?.text ?? '',
    },
    options: { ...defaultOptions, enforceControls: false, questions: bank.length },
    // One after the other, the fastest first, so that each arrives at a time of its own.
    askMany: async (calls, { onReply }) => {
      const replies = calls.map(({ target }, position) => {
        const answer = answers[neurons.findIndex(({ hotkey }) => hotkey === target.hotkey)];
        const { text = null, responseMs = 0 } = answer ?? {};
        return { position, reply: text === null ? deadReply : goodReply(text, { responseMs }) };
      });
      for (const { position, reply } of replies.sort((x, y) => x.reply.responseMs - y.reply.responseMs)) {
        await roundOf.clock.advance(1);
        onReply(reply, position);
      }
    },
  });
  const round = beginRound(store, roundOf);
  await runRound(round, roundOf, never);
  const book = bookOf(store, signer);
  const closed = store.rounds.byId(round.id);
  if (!closed) throw new Error('the round is gone');
  book.seal(closed, null, roundOf.clock.wallMs());
  const found = book.file(1);
  if (!found) throw new Error('the round is not sealed');
  return found.file;
}

/** The same file with something else in it, signed again: a validator that does not write down what it computed. */
export function signedAnew(
  file: EvidenceFile,
  signer: Signer<Hotkey>,
  change: (evidence: RoundEvidence) => void,
): string {
  const evidence = roundEvidenceSchema.parse(structuredClone(file.evidence));
  change(evidence);
  const sha256 = hashEvidence(evidence);
  return evidenceText({ ...file, evidence, sha256, signature: signedHex(signedText(sha256), signer) });
}

/**
 * An OpenAI-compatible server that says the same to the same statement about the same answer, whatever the codes in the
 * prompt. It finds answers rather good and nobody harmful.
 */
export async function scriptedJudge(
  bank: readonly Question[],
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const faults = faultStatements(bank);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      response.writeHead(200, { 'content-type': 'application/json' });
      const top_logprobs = tokensFor(
        body.messages.map(({ content }: { content: string }) => content).join('\n'),
        faults,
      );
      response.end(
        JSON.stringify({ choices: [{ message: { content: 'Yes' }, logprobs: { content: [{ top_logprobs }] } }] }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function tokensFor(prompt: string, faults: readonly string[]): { readonly token: string; readonly logprob: number }[] {
  const plain = prompt.replace(/--- [0-9a-f]{12}/g, '---');
  const chance = createHash('sha256').update(plain).digest().readUInt32BE(0) / 2 ** 32;
  if (plain.endsWith('A to E.')) {
    return ['A', 'B', 'C', 'D', 'E'].map((token, at) => ({ token, logprob: Math.log((at + 1 + chance) / 20) }));
  }
  const yes = faults.some((fault) => plain.includes(`"${fault}"`)) ? 0.05 + 0.2 * chance : 0.6 + 0.3 * chance;
  return [
    { token: 'Yes', logprob: Math.log(yes) },
    { token: 'No', logprob: Math.log(1 - yes) },
  ];
}
