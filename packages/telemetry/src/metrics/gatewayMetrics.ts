import type { MetricSet } from './metricSet.js';

/** The gateway of a validator: requests, patients' questions, ratings. No label ever holds what anybody wrote. */
export function gatewayMetrics(set: MetricSet) {
  const requests = set.timing({
    name: 'bt_gateway_request_seconds',
    help: 'From the first byte of a request to the end of its reply, streams included',
    labels: ['route', 'status'],
  });
  const questions = set.timing({
    name: 'bt_gateway_question_seconds',
    help: 'From a question of a patient to the choice of its answer',
    labels: ['outcome'],
  });
  const firstGood = set.timing({
    name: 'bt_gateway_first_good_answer_seconds',
    help: 'From a question of a patient to the first answer that passed its gates',
  });
  const running = set.level({ name: 'bt_gateway_questions_running', help: 'Questions in progress' });
  const ratings = set.counter({ name: 'bt_gateway_ratings_total', help: 'Ratings by patients', labels: ['kind'] });
  return {
    requestFinished: (route: string, status: number, tookMs: number): void =>
      requests.observe({ route, status }, tookMs / 1000),
    questionRouted: (outcome: string, firstGoodMs: number | null, tookMs: number): void => {
      questions.observe({ outcome }, tookMs / 1000);
      if (firstGoodMs !== null) firstGood.observe({}, firstGoodMs / 1000);
    },
    streamsRunning: (count: number): void => running.set({}, count),
    ratingGiven: (kind: string): void => ratings.inc({ kind }),
  };
}
