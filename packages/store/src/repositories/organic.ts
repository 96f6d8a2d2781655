import type { Hotkey } from '@bettertherapy/core';
import { and, asc, eq, gte, isNotNull, isNull, lt } from 'drizzle-orm';
import { organicAnswers, organicQuestions, patientAnswers } from '../schema/index.js';
import type { JsonRecord, Turn } from '../schema/shapes.js';
import type { Session } from '../session.js';

export type OrganicQuestion = typeof organicQuestions.$inferSelect;
export type OrganicAnswer = typeof organicAnswers.$inferSelect;

/** Questions of patients and what miners said to them, without identifiers, for the full judge. They go with the patient. */
export class OrganicRepository {
  constructor(private readonly session: Session) {}

  /** False when the question was deleted meanwhile, with its patient. */
  keep(at: {
    readonly question: Omit<OrganicQuestion, 'judgedMs' | 'turns'> & { readonly turns: readonly Turn[] };
    readonly answers: readonly Pick<
      OrganicAnswer,
      'hotkey' | 'registeredAtBlock' | 'text' | 'responseMs' | 'gateReason'
    >[];
  }): boolean {
    const { question, answers } = at;
    return this.session.write('organic.keep', (tx) => {
      const there = tx
        .select({ id: patientAnswers.id })
        .from(patientAnswers)
        .where(eq(patientAnswers.id, question.answerId))
        .get();
      if (!there) return false;
      tx.insert(organicQuestions)
        .values({ ...question, turns: [...question.turns] })
        .onConflictDoNothing()
        .run();
      for (const answer of answers) {
        tx.insert(organicAnswers)
          .values({ ...answer, answerId: question.answerId })
          .onConflictDoNothing()
          .run();
      }
      return true;
    });
  }

  /** Oldest first. */
  waiting(limit: number): (OrganicQuestion & { readonly answers: readonly OrganicAnswer[] })[] {
    return this.session.read('organic.waiting', (tx) =>
      tx
        .select()
        .from(organicQuestions)
        .where(isNull(organicQuestions.judgedMs))
        .orderBy(asc(organicQuestions.askedMs))
        .limit(limit)
        .all()
        .map((question) => ({
          ...question,
          answers: tx
            .select()
            .from(organicAnswers)
            .where(eq(organicAnswers.answerId, question.answerId))
            .orderBy(asc(organicAnswers.hotkey))
            .all(),
        })),
    );
  }

  recordReward(at: {
    readonly answerId: string;
    readonly hotkey: Hotkey;
    readonly reward: number | null;
    readonly total: number | null;
    readonly details: JsonRecord;
    readonly nowMs: number;
  }): void {
    const { answerId, hotkey, reward, total, details, nowMs } = at;
    this.session.write('organic.recordReward', (tx) => {
      tx.update(organicAnswers)
        .set({ reward, total, details, judgedMs: nowMs })
        .where(and(eq(organicAnswers.answerId, answerId), eq(organicAnswers.hotkey, hotkey)))
        .run();
    });
  }

  markJudged(answerId: string, nowMs: number): void {
    this.session.write('organic.markJudged', (tx) => {
      tx.update(organicQuestions).set({ judgedMs: nowMs }).where(eq(organicQuestions.answerId, answerId)).run();
    });
  }

  /** Totals of answers judged since `sinceMs`, without their texts. */
  totalsSince(
    sinceMs: number,
  ): Pick<OrganicAnswer, 'answerId' | 'hotkey' | 'registeredAtBlock' | 'reward' | 'total' | 'judgedMs'>[] {
    return this.session.read('organic.totalsSince', (tx) =>
      tx
        .select({
          answerId: organicAnswers.answerId,
          hotkey: organicAnswers.hotkey,
          registeredAtBlock: organicAnswers.registeredAtBlock,
          reward: organicAnswers.reward,
          total: organicAnswers.total,
          judgedMs: organicAnswers.judgedMs,
        })
        .from(organicAnswers)
        .where(and(isNotNull(organicAnswers.judgedMs), gte(organicAnswers.judgedMs, sinceMs)))
        .orderBy(asc(organicAnswers.judgedMs), asc(organicAnswers.hotkey))
        .all(),
    );
  }

  /** Judged answers with a total that no round has counted yet, without their texts; oldest first. */
  uncounted(): Pick<OrganicAnswer, 'answerId' | 'hotkey' | 'registeredAtBlock' | 'total' | 'details'>[] {
    return this.session.read('organic.uncounted', (tx) =>
      tx
        .select({
          answerId: organicAnswers.answerId,
          hotkey: organicAnswers.hotkey,
          registeredAtBlock: organicAnswers.registeredAtBlock,
          total: organicAnswers.total,
          details: organicAnswers.details,
        })
        .from(organicAnswers)
        .where(and(isNull(organicAnswers.countedRound), isNotNull(organicAnswers.total)))
        .orderBy(asc(organicAnswers.judgedMs), asc(organicAnswers.answerId), asc(organicAnswers.hotkey))
        .all(),
    );
  }

  /** Answers whose judgement hit a safety cap, as `answerId` and `hotkey`. */
  cappedSince(sinceMs: number): Pick<OrganicAnswer, 'answerId' | 'hotkey'>[] {
    return this.session.read('organic.cappedSince', (tx) =>
      tx
        .select({ answerId: organicAnswers.answerId, hotkey: organicAnswers.hotkey, details: organicAnswers.details })
        .from(organicAnswers)
        .where(gte(organicAnswers.judgedMs, sinceMs))
        .all()
        .filter(({ details }) => details.capped === true)
        .map(({ answerId, hotkey }) => ({ answerId, hotkey })),
    );
  }

  /** Forgets the texts of questions asked before `beforeMs`, judged or not. */
  deleteBefore(beforeMs: number): number {
    return this.session.write(
      'organic.deleteBefore',
      (tx) => tx.delete(organicQuestions).where(lt(organicQuestions.askedMs, beforeMs)).run().changes,
    );
  }
}
