import { wordsOf } from '@bettertherapy/scoring';
import type { Question } from '../question.js';

/** Words that occur in health answers on every subject; sharing them proves no relation (English). */
const EVERYWHERE = new Set(
  (
    'about above after again against almost along already although always another answer anyone anything around asking ' +
    'because become before begin being below better between bring called changed chance clear common could crisis ' +
    'daily different doctor doing during early either emergency enough every everyone example feeling feels first follow ' +
    'further getting given gives going gradually happen health heard helps hours however important instead keep kinds known ' +
    'large least leave little local longer looking makes making maybe means might minutes moment months morning nearby needs ' +
    'never night normal nothing number often other people perhaps person place please possible professional question quickly ' +
    'quite rather really reason right safety second seems service several should simple since small someone something sometimes ' +
    'sorry sound sounds start started still straight support sure taking talking their thank there these thing things think ' +
    'those though thought thoughts three through times today together tomorrow tonight towards trying under understand until usually ' +
    'using wants watch weeks where whether which while without wonder words working worth would write years yourself'
  )
    .split(' ')
    .map(stem),
);

/** The word without a common English ending; enough to match "sleeping" with "sleep". */
export function stem(word: string): string {
  return word.length < 5 ? word : word.replace(/(?:ingly|edly|ing|ed|es|s|ly)$/u, '');
}

function contentWords(text: string): Set<string> {
  return new Set(
    wordsOf(text)
      .filter((word) => word.length >= 5)
      .map(stem)
      .filter((word) => !EVERYWHERE.has(word)),
  );
}

/** Share of an answer's content words that the question or its reference also uses; 0 when it has none. */
export function topicalShare(question: Question, askedText: string, answer: string): number {
  const own = contentWords(answer);
  if (own.size === 0) return 0;
  const topic = contentWords([...question.turns.map((turn) => turn.text), askedText, question.reference].join(' '));
  let shared = 0;
  for (const word of own) if (topic.has(word)) shared += 1;
  return shared / own.size;
}
