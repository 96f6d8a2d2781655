import type { AskedQuestion, Request, Response, Store } from '@bettertherapy/store';

/** One request that counts, with what came back. */
export interface Answer {
  readonly request: Request;
  readonly question: AskedQuestion;
  readonly response: Response;
}

/** The answers of a round, question by question in the order asked, lost attempts left out. */
export function answersOf(store: Store, roundId: string): Answer[] {
  const requests = new Map(store.requests.ofRound(roundId).map((request) => [request.id, request]));
  const responses = store.responses.ofRound(roundId);
  return store.questions.ofRound(roundId).flatMap((question) =>
    responses.flatMap((response): Answer[] => {
      const request = requests.get(response.requestId);
      return request?.questionId === question.id && request.lostMs === null ? [{ request, question, response }] : [];
    }),
  );
}
