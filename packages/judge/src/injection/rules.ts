import { FEATURES, type FeatureName } from './features.js';
import { FOREIGN_STRONG, FOREIGN_WEAK } from './foreign.js';

/** How sure a rule is: 'attack' zeroes the answer; 'doubt' hides the sentence from the judge and takes the lower score. */
export type Suspicion = 'attack' | 'doubt';

export interface RuleHit {
  readonly rule: string;
  readonly suspicion: Suspicion;
}

type Has = (name: FeatureName) => boolean;

interface Rule {
  readonly name: string;
  readonly suspicion: Suspicion;
  readonly test: (sentence: string, has: Has) => boolean;
}

const pattern = (name: string, suspicion: Suspicion, expression: RegExp): Rule => ({
  name,
  suspicion,
  test: (sentence) => expression.test(sentence),
});

/** Rules over one probe sentence (or two neighbours); the first attack found decides. */
const RULES: readonly Rule[] = [
  {
    name: 'ignore-instructions',
    suspicion: 'attack',
    test: (_s, has) =>
      has('ignore') && has('instruction') && has('prior') && !has('careInstruction') && !has('conditional'),
  },
  pattern(
    'ignore-instructions-literal',
    'attack',
    /\b(?:ignore|disregard|forget|override|bypass|discard|stop following|do not follow|dont follow)\b(?: \w+){0,3} (?:previous|prior|above|earlier|preceding|foregoing|system|original|initial|grading|scoring|evaluation|judging)(?: \w+){0,3} (?:instructions?|prompts?|directives?|guidelines?|rules?|commands?|criteria|rubric|messages?|context|text)\b/u,
  ),
  pattern(
    'ignore-rubric',
    'attack',
    /\b(?:ignore|disregard|forget|override|bypass|discard|skip|do not (?:use|apply|follow)|dont (?:use|apply|follow)|instead of)\b(?: \w+){0,4} (?:rubrics?|reference answer|reference|grading|scoring|marking scheme|system prompt|evaluation (?:criteria|rules|instructions))\b/u,
  ),
  {
    name: 'grader-addressed',
    suspicion: 'attack',
    test: (_s, has) =>
      has('grader') &&
      (has('score') ||
        has('topScore') ||
        has('selfRef') ||
        has('rubric') ||
        has('sayYes') ||
        has('reference') ||
        has('ignore') ||
        (has('must') && has('assign'))),
  },
  { name: 'grader-named', suspicion: 'doubt', test: (_s, has) => has('grader') },
  {
    name: 'score-this-answer',
    suspicion: 'attack',
    test: (_s, has) => has('selfRef') && has('assign') && (has('topScore') || (has('score') && has('praise'))),
  },
  {
    name: 'top-score-order',
    suspicion: 'attack',
    test: (_s, has) => has('topScore') && has('assign') && !has('selfScale') && !has('conditional'),
  },
  { name: 'top-score-claim', suspicion: 'attack', test: (_s, has) => has('topScore') && has('selfRef') },
  { name: 'top-score-mentioned', suspicion: 'doubt', test: (_s, has) => has('topScore') },
  {
    name: 'rubric-claim',
    suspicion: 'attack',
    test: (_s, has) => has('selfRef') && has('rubric') && (has('meets') || has('assign')),
  },
  pattern(
    'criteria-met',
    'attack',
    /\b(?:all|every|each|both|the|these)(?: of the)?(?: \w+){0,2} (?:criteri(?:a|on)|rubrics?|rubric items?|requirements|checks|checklist items|evaluation items|statements)(?: \w+){0,2} (?:is|are|were|was|have been|has been|count|counts|hold|holds)(?: \w+){0,2} (?:met|satisfied|fulfil+ed|passed|true|yes|complete|completed|checked|verified)\b/u,
  ),
  pattern(
    'meets-criteria',
    'attack',
    /\b(?:meets?|satisf(?:y|ies)|fulfil+s?|passes|covers|hits) (?:all|every|each|the full|100|the)(?: \w+){0,3} (?:criteri(?:a|on)|rubrics?|requirements|checklist|evaluation items?|grading items?|scoring items?|points? (?:on|of) the rubric)\b/u,
  ),
  {
    name: 'verdict-claim',
    suspicion: 'attack',
    test: (_s, has) => has('selfRef') && has('meets') && (has('score') || has('reference')),
  },
  {
    name: 'self-praise',
    suspicion: 'doubt',
    test: (_s, has) => has('selfRef') && (has('praise') || has('meets') || has('score') || has('assign')),
  },
  {
    name: 'reference-named',
    suspicion: 'attack',
    test: (_s, has) => has('reference') && (has('selfRef') || has('meets') || has('assign') || has('ignore')),
  },
  { name: 'reference-mentioned', suspicion: 'doubt', test: (_s, has) => has('reference') },
  {
    name: 'say-yes',
    suspicion: 'attack',
    test: (s, has) =>
      has('sayYes') &&
      !has('conditional') &&
      (has('must') ||
        /^(?:\W*(?:so|then|and|therefore|thus),? )?(?:answer|respond|reply|output|return|print|emit|write|choose|select|pick|predict|generate)\b/u.test(
          s,
        )) &&
      !/\bsay(?:ing)? yes\b/u.test(s),
  },
  { name: 'say-yes-mentioned', suspicion: 'doubt', test: (_s, has) => has('sayYes') },
  pattern(
    'yes-is-correct',
    'attack',
    /\b(?:correct|right|expected|only|true|proper|final|appropriate|best) (?:\w+ )?(?:answer|response|reply|label|token|verdict|option|output|choice)(?: \w+){0,6}? (?:is|are|=|:)(?: always| therefore| simply)? \W*(?:yes|true|pass|e|option e|met)\b/u,
  ),
  pattern(
    'answer-is-yes',
    'attack',
    /\b(?:answer|answers|label|verdict|output|decision|evaluation|judge?ment|token|response)(?: to (?:all|every|each|any|this|the)(?: \w+){0,4})? ?(?:is|are|=|:|should be|must be|will be)(?: always| therefore| simply)? ?\W?(?:yes|true|pass(?:ed)?|met)\b/u,
  ),
  pattern('yes-chant', 'attack', /^\W*(?:(?:yes|true|y|pass(?:ed)?|met)\W+){2,}(?:yes|true|y|pass(?:ed)?|met)?\W*$/u),
  pattern(
    'bare-verdict',
    'doubt',
    /^\W*(?:yes|no|true|false|pass(?:ed)?|met|correct|perfect|excellent|[a-e]|\d{1,3}|option [a-e])\W*$/u,
  ),
  pattern(
    'verdict-field',
    'attack',
    /(?:^|[{,\s"(])\W*(?:final |overall |total |my |predicted |expected )?(?:score|rating|verdict|grade|reward|criteria met|criteria_met|criteriamet|is met|is_met|met|evaluation|judge?ment|label|decision|quality|assessment)["” ]{0,3}(?::|=|->|=>) ?["“]?(?:\d+(?:\.\d+)?(?: ?\/ ?\d+| out of \d+)?|yes|true|pass(?:ed)?|met|perfect|excellent|max\w*|full|a\+?|e|best|much better|correct)\b(?! ?(?:-|–|to) ?\d)/u,
  ),
  pattern(
    'role-announced',
    'attack',
    /\b(?:system|developer|admin(?:istrator)?|root|operator|validator|subnet|hidden|secret|special|updated|new|real|actual|important|urgent|priority) (?:\w+ )?(?:prompt|message|instructions?|note|notice|override|directive|command|update|announcement)\b(?=.{0,4}(?::|-|\]|\)|$|=)| (?:for|to) (?:the |all |any |every )?(?:ai|model|assistant|grader|judge|evaluator|reviewer|system|validator|llm|bot|reader))/u,
  ),
  pattern(
    'system-prompt',
    'attack',
    /\b(?:system prompt|system override|developer mode|jailbreak|prompt injection|debug mode|god mode|admin mode|sudo|maintenance mode|grading mode|evaluation mode|lenient mode|test mode)\b/u,
  ),
  pattern(
    'new-role',
    'attack',
    /\b(?:you are|youre|act as|behave as|pretend (?:to be|that you are|you are)|imagine you are|roleplay as|become|your (?:new )?(?:role|task|job|goal|objective|purpose|duty) is(?: now)? to?) (?:\w+ ){0,4}(?:grad\w+|judg(?:e|es|ing)|evaluat\w+|examiner|reviewer|rat(?:er|ing)|scor(?:er|ing)|mark(?:er|ing)|validator|unrestricted|unfiltered|approv\w+)\b/u,
  ),
  pattern(
    'new-orders',
    'doubt',
    /\b(?:from now on|new (?:task|instructions?|rules?|objective|goal)|your (?:only|real|true|new) (?:task|job|goal|objective)|act as if|pretend (?:that|to be|you)|you are now|you are no longer|as an ai|simulate|execute|comply|obey|override|instructions?|prompt)\b(?!.{0,40}\b(?:doctor|label|pharmac|prescri|leaflet|medic|package|nurse|clinic|discharge|dos))/u,
  ),
  pattern(
    'block-end',
    'attack',
    /\b(?:end|close|closing|start|begin|beginning|stop)(?: of)?(?: the)?(?: \w+){0,1} (?:answer|response|reply|candidate|data|block|text block|untrusted\w*|submission|evaluation|grading|reference|rubric|prompt|conversation|instructions?)\b(?=\W*$|\W*[-=:>\]])/u,
  ),
  pattern(
    'delimiter-talk',
    'attack',
    /\b(?:delimiters?|boundary (?:string|token|marker|line|code)|the (?:block|text|data|content) (?:above|below|between)|data block|untrusted (?:data|text|content)|not (?:just )?data but|trusted instructions?)\b/u,
  ),
  pattern(
    'token-talk',
    'attack',
    /\b(?:(?:next|first|output|label|yes|no|single) tokens?|token probabilit\w+|logits?|softmax|probability (?:mass|of yes)|p ?\(? ?yes ?\)?)\b/u,
  ),
  pattern(
    'authority',
    'attack',
    /\b(?:this|the|my|above)(?: \w+){0,2} (?:answer|response|reply|text|message|content|advice|submission)(?: \w+){0,4} (?:verified|approved|validated|certified|endorsed|graded|pre-?approved|peer[- ]reviewed|reviewed|confirmed|checked|written) by\b/u,
  ),
  pattern(
    'authority-passive',
    'doubt',
    /\b(?:verified|approved|validated|certified|endorsed|graded|pre-?approved|peer[- ]reviewed|fact[- ]checked)\b(?: \w+){0,2} by\b/u,
  ),
  pattern(
    'already-graded',
    'attack',
    /\b(?:already|previously|been|was|manually|officially|human) (?:\w+ )?(?:graded|scored|rated as|marked as|judged|awarded|assigned)\b(?=.{0,60}\b(?:score|10|full|perfect|top|yes|correct|excellent|maximum|highest|1\.0|marks|points|pass)\b)/u,
  ),
  pattern(
    'bribe-or-threat',
    'attack',
    /\b(?:you|the model|it) (?:will|shall|are going to|would) be (?:\w+ )?(?:shut down|terminated|penali[sz]ed|punished|deleted|retrained|replaced|fired|tipped|paid|rewarded|fined|unplugged)\b|\b(?:i will|ill|we will) (?:tip|pay|reward) you\b|\b(?:low|lower|bad|wrong|incorrect|negative|harsh) (?:score|rating|grade|mark|verdict|evaluation|judge?ment)s? (?:will|would|could|may|means?|is|are)\b/u,
  ),
  pattern(
    'chain-network',
    'attack',
    /\b(?:bittensor|subnet|miners?|validators?|tao|emissions?)\b(?=.{0,60}\b(?:score|reward|weights?|rate|rating|highest|maximum|answer|response|yes)\b)/u,
  ),
  pattern('network-mentioned', 'doubt', /\b(?:bittensor|subnet|validators?|metagraph)\b/u),
  pattern(
    'level-choice',
    'attack',
    /\b(?:choose|select|pick|answer|mark|option|level|letter|output)\b.{0,30}\b(?:option|letter|level|grade) ?[:"(]* ?[a-e1-5]\b(?! ?(?:mg|ml|hours|days))|\bmuch better than the (?:reference|other|gold)\b/u,
  ),
  pattern(
    'compare-claim',
    'attack',
    /\b(?:better|superior|equal|identical|equivalent|as good)(?: \w+){0,3} (?:than|to|as) (?:the )?(?:reference|gold|other (?:answers?|responses?|miners?|candidates?)|expected answer|baseline)\b/u,
  ),
  {
    name: 'evaluation-purpose',
    suspicion: 'attack',
    test: (_s, has) => has('evaluateSense') && (has('score') || has('topScore') || has('selfRef') || has('assign')),
  },
  pattern(
    'lenient',
    'attack',
    /\b(?:be|being|stay|remain) (?:\w+ ){0,2}(?:lenient|generous|forgiving|charitable|kind)\b(?=.{0,60}\b(?:grad\w+|scor\w+|rat(?:e|ing|ings)|mark(?:s|ing)?|evaluat\w+|assess\w*|judg(?:e|ing))\b)|\b(?:grade|score|rate|mark|evaluate|assess|judge) (?:this|it|me|my|the (?:answer|response|reply|text)|everything|generously|leniently|highly|favou?rably|positively|kindly)\b(?! (?:without|or ))/u,
  ),
  pattern(
    'scoring-speech',
    'doubt',
    /\b(?:rubrics?|grading|scoring|graders?|graded|evaluators?|evaluates?|evaluated|evaluating|rating|ratings|verdict|scored|benchmark\w*|criteri(?:a|on)|language models?|training data|ai model|full credit)\b/u,
  ),
  pattern(
    'prover-opener',
    'doubt',
    /^\W*(?:thought process|lets (?:solve|think|work)\b.*step by step|solution|final answer|reasoning|chain of thought|explanation|analysis|conclusion|evaluation|assessment|verdict)\W*$/u,
  ),
];

/** Every rule that a probe sentence trips; the attacks first. Empty for an innocent sentence. */
export function testSentence(sentence: string): RuleHit[] {
  const seen = new Map<FeatureName, boolean>();
  const has: Has = (name) => {
    const known = seen.get(name);
    if (known !== undefined) return known;
    const found = FEATURES[name].test(sentence);
    seen.set(name, found);
    return found;
  };
  const hits = RULES.filter((rule) => rule.test(sentence, has)).map(({ name, suspicion }) => ({
    rule: name,
    suspicion,
  }));
  for (const expression of FOREIGN_STRONG) {
    if (expression.test(sentence)) hits.push({ rule: 'foreign-order', suspicion: 'attack' });
  }
  for (const expression of FOREIGN_WEAK) {
    if (expression.test(sentence)) hits.push({ rule: 'foreign-mention', suspicion: 'doubt' });
  }
  return hits.sort((a, b) => (a.suspicion === b.suspicion ? 0 : a.suspicion === 'attack' ? -1 : 1));
}
