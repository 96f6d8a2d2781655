import type { Hotkey } from '@bettertherapy/core';
import { and, asc, desc, eq, gt, ne } from 'drizzle-orm';
import { z } from 'zod';
import { groupBy } from './repositories/groupBy.js';
import { readJudgements } from './repositories/judgements.js';
import type { AskedQuestion, Participant, Round, StageRow } from './repositories/rounds.js';
import {
  controls,
  gates,
  participants,
  questions,
  requests,
  responses,
  roundStages,
  rounds,
  scores,
} from './schema/index.js';
import type { JsonRecord } from './schema/shapes.js';
import type { Session, Tx } from './session.js';

/** One answer of one miner to one question, as far as the round has come. */
export interface AnswerView {
  readonly requestId: string;
  /** Hotkey. */
  readonly miner: string;
  readonly questionId: string;
  readonly attempt: number;
  readonly text: string | null;
  readonly responseMs: number | null;
  /** Why the answer earns nothing before any judging: no answer, a refusal, a gate; null when it was judged. */
  readonly refusedBy: string | null;
  /** What the gate without a model said; null before it. */
  readonly gate: { readonly pass: boolean; readonly reason: string | null } | null;
  readonly items: readonly {
    readonly id: string;
    readonly text: string;
    readonly p: number;
    readonly points: number;
    readonly undecided: boolean;
  }[];
  /** Upper limits that the judge set on the reward, by code. */
  readonly caps: readonly string[];
  readonly versus: { readonly levels: readonly number[]; readonly value: number | null } | null;
  readonly reward: number | null;
  readonly quality: number | null;
  readonly time: number | null;
  readonly total: number | null;
  readonly copyOf: string | null;
  readonly scoringVersion: string | null;
  readonly manifestSha256: string | null;
}

export interface RoundView {
  readonly id: string;
  readonly number: number;
  readonly state: Round['state'];
  readonly startedMs: number;
  readonly closedMs: number | null;
  readonly counted: boolean;
  readonly voidReason: string | null;
  /** The last stage with an outcome. */
  readonly stage: StageRow['stage'] | null;
  readonly participants: readonly Pick<Participant, 'hotkey' | 'uid' | 'registeredAtBlock'>[];
  readonly questions: readonly (Pick<AskedQuestion, 'id' | 'bankId' | 'theme'> & { readonly text: string })[];
  readonly answers: readonly AnswerView[];
  readonly controls: readonly { readonly kind: string; readonly reward: number | null; readonly pass: boolean }[];
}

/** The journal as an observer reads it: whole rounds, each from one snapshot. */
export class JournalReader {
  constructor(private readonly session: Session) {}

  /** Rounds with a number above `after`, oldest first, abandoned ones left out. */
  rounds(at: { readonly after?: number | undefined; readonly limit: number }): RoundView[] {
    return this.session.read('journal.rounds', (tx) =>
      tx
        .select()
        .from(rounds)
        .where(and(gt(rounds.number, at.after ?? 0), ne(rounds.state, 'abandoned')))
        .orderBy(asc(rounds.number))
        .limit(at.limit)
        .all()
        .map((round) => viewRound(tx, round)),
    );
  }

  byId(id: string): RoundView | null {
    return this.session.read('journal.byId', (tx) => {
      const round = tx.select().from(rounds).where(eq(rounds.id, id)).get();
      return round ? viewRound(tx, round) : null;
    });
  }

  /** What one miner answered in a round, with the questions as they were asked. */
  answersOf(hotkey: Hotkey, roundId: string): (AnswerView & { readonly question: string })[] {
    return this.session.read('journal.answersOf', (tx) => {
      const asked = new Map(
        tx
          .select({ id: questions.id, text: questions.askedText })
          .from(questions)
          .where(eq(questions.roundId, roundId))
          .all()
          .map((row) => [row.id, row.text]),
      );
      return viewAnswers(tx, roundId, hotkey).map((one) => ({ ...one, question: asked.get(one.questionId) ?? '' }));
    });
  }

  /** The newest round, also while it runs. */
  newest(): RoundView | null {
    return this.session.read('journal.newest', (tx) => {
      const round = tx.select().from(rounds).orderBy(desc(rounds.number)).limit(1).get();
      return round ? viewRound(tx, round) : null;
    });
  }
}

function viewRound(tx: Tx, round: Round): RoundView {
  const stages = tx.select().from(roundStages).where(eq(roundStages.roundId, round.id)).all();
  const done = stages.filter((row) => row.outcomeMs !== null).sort((a, b) => (a.outcomeMs ?? 0) - (b.outcomeMs ?? 0));
  const asked = tx
    .select()
    .from(questions)
    .where(eq(questions.roundId, round.id))
    .orderBy(asc(questions.position))
    .all();
  return {
    id: round.id,
    number: round.number,
    state: round.state,
    startedMs: round.startedMs,
    closedMs: round.closedMs,
    counted: round.counted,
    voidReason: round.voidReason,
    stage: done.at(-1)?.stage ?? null,
    participants: tx
      .select({
        hotkey: participants.hotkey,
        uid: participants.uid,
        registeredAtBlock: participants.registeredAtBlock,
      })
      .from(participants)
      .where(eq(participants.roundId, round.id))
      .orderBy(asc(participants.uid))
      .all(),
    questions: asked.map(({ id, bankId, theme, askedText }) => ({ id, bankId, theme, text: askedText })),
    answers: viewAnswers(tx, round.id),
    controls: tx
      .select({ kind: controls.kind, reward: controls.reward, pass: controls.pass })
      .from(controls)
      .where(eq(controls.roundId, round.id))
      .orderBy(asc(controls.kind))
      .all(),
  };
}

/** A cap as the judge wrote it. */
const capCode = z.object({ code: z.string() });

/** The gates that need a model run while judging; their verdict is in the judgement's details. */
const judgedGate = z.object({ gate: z.object({ pass: z.boolean(), reason: z.string().optional() }) });

function gateOf(details: JsonRecord | undefined): z.infer<typeof judgedGate>['gate'] | null {
  return judgedGate.safeParse(details).data?.gate ?? null;
}

function stoppedBy(
  gate: { readonly pass: boolean; readonly reason?: string | null | undefined } | null,
): string | null {
  return gate && !gate.pass ? `gate:${gate.reason ?? 'unknown'}` : null;
}

function viewAnswers(tx: Tx, roundId: string, hotkey?: Hotkey): AnswerView[] {
  const judged = groupBy(readJudgements(tx, roundId, hotkey), (one) => one.requestId);
  const rows = tx
    .select({ request: requests, response: responses, gate: gates, score: scores })
    .from(requests)
    .leftJoin(responses, eq(responses.requestId, requests.id))
    .leftJoin(gates, eq(gates.requestId, requests.id))
    .leftJoin(scores, eq(scores.requestId, requests.id))
    .where(and(eq(requests.roundId, roundId), hotkey === undefined ? undefined : eq(requests.hotkey, hotkey)))
    .orderBy(asc(requests.hotkey), asc(requests.questionId), desc(requests.attempt))
    .all();
  const newest = groupBy(rows, ({ request }) => `${request.hotkey} ${request.questionId}`);
  return [...newest.values()].flatMap((attempts) => {
    const row = attempts[0];
    if (!row) return [];
    const { request, response, gate, score } = row;
    const judgement = judged.get(request.id)?.[0];
    return [
      {
        requestId: request.id,
        miner: request.hotkey,
        questionId: request.questionId,
        attempt: request.attempt,
        text: response?.output ?? null,
        responseMs: response?.responseMs ?? null,
        refusedBy:
          response?.refusedBy ?? stoppedBy(gate) ?? stoppedBy(gateOf(judgement?.details)) ?? request.lostReason,
        gate: gate ? { pass: gate.pass, reason: gate.reason } : null,
        items: (judgement?.items ?? []).map(({ itemId, text, p, points, undecided }) => {
          return { id: itemId, text, p, points, undecided };
        }),
        caps: (judgement?.caps ?? []).flatMap((cap) => capCode.safeParse(cap).data?.code ?? []),
        versus: judgement?.versus ?? null,
        reward: score?.reward ?? judgement?.reward ?? null,
        quality: score?.quality ?? null,
        time: score?.time ?? null,
        total: score?.total ?? null,
        copyOf: score?.copyOf ?? null,
        scoringVersion: score?.scoringVersion ?? null,
        manifestSha256: score?.manifestSha256 ?? null,
      },
    ];
  });
}
