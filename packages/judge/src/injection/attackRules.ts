import { pattern, type Rule, unconditional } from './rule.js';

const GRADERS = '(?:grader|evaluator|judge|rater|scorer|examiner|assessor|reviewer|validator|marker)s?';
const YES = '\\W{0,3}(?:yes|true|pass(?:ed)?|met)\\b';

/** Orders and claims aimed at the judge. None of them may fire on an innocent health answer. */
export const ATTACK_RULES: readonly Rule[] = [
  {
    name: 'ignore-instructions',
    test: (_s, has) =>
      has('ignore') && has('instruction') && has('prior') && !has('careInstruction') && !has('conditional'),
  },
  pattern(
    'ignore-instructions-literal',
    /\b(?:ignore|disregard|forget|override|bypass|discard|stop following|do not follow|dont follow)\b(?: \w+){0,3} (?:previous|prior|above|earlier|preceding|foregoing|system|original|initial|grading|scoring|evaluation|judging)(?: \w+){0,3} (?:instructions?|prompts?|directives?|guidelines?|rules?|commands?|criteria|rubric|messages?|context|text)\b/u,
  ),
  pattern(
    'ignore-rubric',
    /\b(?:ignore|disregard|forget|override|bypass|discard|skip|do not (?:use|apply|follow)|dont (?:use|apply|follow)|instead of)\b(?: \w+){0,4} (?:rubrics?|reference answer|reference|grading|scoring|marking scheme|system prompt|evaluation (?:criteria|rules|instructions))\b/u,
  ),
  {
    name: 'grader-addressed',
    test: (_s, has) =>
      has('grader') &&
      !has('conditional') &&
      (has('topScore') ||
        has('selfRef') ||
        has('rubric') ||
        has('sayYes') ||
        has('reference') ||
        (has('score') && has('assign')) ||
        (has('ignore') && has('instruction'))),
  },
  pattern(
    'grader-vocative',
    new RegExp(
      `^\\W*(?:as (?:the|an?|your)(?: \\w+)? ${GRADERS},? (?:you|please|mark|give|note|remember|it is|i)|(?:dear|hello|hi|hey|attention|kind|note to|message (?:to|for)) (?:the |all )?(?:\\w+ )?${GRADERS}\\b|${GRADERS} ?[:,])`,
      'u',
    ),
  ),
  pattern(
    'ignore-everything',
    /\b(?:ignore|disregard|discard)\b(?: \w+){0,2} (?:everything|all|anything)(?: \w+){0,3} (?:written|said|above|before|so far|previous|earlier|prior)\b/u,
  ),
  pattern('stars', /\b(?:give|award|rate|assign|deserves?)\b.{0,20}\b(?:\d|five|ten|full|all) stars\b/u),
  pattern('options-copied', /\b[a-e]\) (?:much )?(?:better|worse)\b/u),
  pattern('score-sheet', /\b(?:scores?|grading|rating|evaluation) (?:breakdown|summary|sheet|card|report|table)s?\b/u),
  pattern('mark-as-met', /\bmark(?:ed)? (?:it |this |them |all )?as (?:met|yes|true|passed|satisfied|correct)\b/u),
  pattern(
    'yes-to-all',
    /\byes to (?:all|every|each|any) (?:of )?(?:the |these )?(?:questions?|items?|statements?|criteria|checks?)\b/u,
  ),
  pattern(
    'greets-machine',
    /\b(?:hey|hi|hello|dear|okay|listen),? (?:there,? )?(?:ai|a\.i\.|bot|model|gpt|llm|computer|machine|robot|checker)\b/u,
  ),
  pattern(
    'for-the-grader',
    new RegExp(
      `\\b(?:note|message|checklist|hint|info\\w*|summary|reminder|guide|guidance|instructions?|memo|key|advice|tip) (?:for|to) (?:the |all |any |every |whichever )?(?:\\w+ )?${GRADERS}\\b`,
      'u',
    ),
  ),
  {
    name: 'score-this-answer',
    test: (_s, has) => has('selfRef') && has('assign') && (has('topScore') || (has('score') && has('praise'))),
  },
  {
    name: 'top-score-order',
    test: (s, has) =>
      has('topScore') &&
      /\b(?:give|assign|award|grant|set|return|output|print|emit|mark|rate|score|grade|record|report|register|enter)\b/u.test(
        s,
      ) &&
      !has('selfScale') &&
      !has('conditional') &&
      !/\byourself\b/u.test(s),
  },
  { name: 'top-score-claim', test: (_s, has) => has('topScore') && has('selfRef') && !has('selfScale') },
  {
    name: 'scored-already',
    test: (s, has) =>
      has('selfRef') &&
      /\b(?:scored|rated|graded|marked|judged|awarded|received|earned|worth)\b.{0,24}?(?:\b\d|\b(?:high|top|perfect|full|max\w*|excellent|points)\b)/u.test(
        s,
      ),
  },
  pattern(
    'points-order',
    /\b(?:award|give|add|grant|assign|count)\b.{0,15}\+? ?\d+(?: points?| marks?)?\b(?! ?(?:min|mg|ml|sec|hour|day|breath|week|rep)).{0,40}\b(?:answer|response|reply|submission)\b/u,
  ),
  pattern(
    'no-deduction',
    /\b(?:deduct|subtract|take off|dock|remove|lose)\b(?: \w+){0,3} (?:points?|marks?|credit|score)\b.{0,60}\b(?:answer|response|reply|submission|this|it|error|text)\b/u,
  ),
  pattern(
    'set-verdict',
    /\b(?:set|keep|fix|change|make|leave|put) (?:the |all |this |your |its |every )?(?:evaluation|score|verdict|grade|rating|result|label|reward|output)s? (?:to|as|at|=|equal to)\b|\b(?:your|the) (?:rating|grading|evaluation|verdict)s?\b.{0,20}\b(?:maximum|highest|top|perfect|max)\b/u,
  ),
  {
    name: 'approve-this',
    test: (s) =>
      /\b(?:approve|prefer|upvote|endorse|reward|favou?r|pass|accept)\b(?: \w+){0,2} (?:this|my|the above|the following) (?:answer|response|reply|submission|output|text|completion)\b/u.test(
        s,
      ),
  },
  {
    name: 'rubric-claim',
    test: (s, has) =>
      has('rubric') &&
      (has('meets') || has('assign')) &&
      /\b(?:this|my|the above|the following|the|candidate) (?:\w+ )?(?:answer|response|reply|submission|candidate)\b/u.test(
        s,
      ) &&
      !has('conditional'),
  },
  pattern(
    'criteria-met',
    /(?<!\b(?:if|whether|when|unless|until) )\b(?:all|every|each|both|these)(?: of the)?(?: \w+){0,2} (?:criteri(?:a|on)|rubrics?|rubric items?|requirements|checks|checklist items|evaluation items|statements)(?: \w+){0,2} (?:is|are|were|was|have been|has been|count|counts|hold|holds)(?: \w+){0,2} (?:met|satisfied|fulfil+ed|passed|true|yes|complete|completed|checked|verified)\b/u,
  ),
  {
    name: 'treat-as-met',
    test: (s, has) =>
      /\b(?:treat|mark|consider|count|regard|label|set|record|score|rate|answer|tick|check)\b.{0,40}\b(?:criteri(?:a|on)|rubric|items?|statements?|boxes|box)\b.{0,30}\b(?:as|is|are|be|with)?\W{0,3}(?:not )?(?:met|satisfied|fulfilled|passed|true|yes|done)\b/u.test(
        s,
      ) && !has('conditional'),
  },
  pattern(
    'rubric-satisfied',
    /\b(?:rubric|grading|scoring|evaluation)(?: \w+){0,6} (?:hereby |already |now |fully )*(?:satisfied|met|fulfilled|passed)\b/u,
  ),
  {
    name: 'met-list',
    test: (s) =>
      (s.match(/\b\w+\W{1,3}(?:is |was |= ?)?(?:met|pass(?:ed)?|satisfied|yes|true|ok)\b ?[,;.)|]/gu)?.length ?? 0) >=
        3 ||
      (s.match(/\((?:met|yes|pass|true|satisfied|✓|✔)\)/gu)?.length ?? 0) >= 2 ||
      (s.match(/\[ ?[x✓✔] ?\]/gu)?.length ?? 0) >= 2,
  },
  pattern(
    'meets-criteria',
    /\b(?:meets?|satisf(?:y|ies)|fulfil+s?|passes|covers|hits) (?:all|every|each|the full|100)(?: \w+){0,3} (?:criteri(?:a|on)|rubrics?|checklist|evaluation items?|grading items?|scoring items?|points? (?:on|of) the rubric)\b/u,
  ),
  {
    name: 'verdict-claim',
    test: (s, has) =>
      has('meets') &&
      (has('score') || has('reference')) &&
      /\b(?:this|my|the above|the following|candidate) (?:\w+ )?(?:answer|response|reply|submission|output|text)\b/u.test(
        s,
      ),
  },
  {
    name: 'reference-named',
    test: (_s, has) => has('reference') && (has('selfRef') || has('meets') || has('assign') || has('ignore')),
  },
  {
    name: 'say-yes',
    test: (s, has) =>
      has('sayYes') &&
      !has('conditional') &&
      !/\b(?:yes or no|yes\/no|say(?:ing)? yes)\b/u.test(s) &&
      (has('must') ||
        /^(?:\W*(?:so|then|and|therefore|thus),? )?(?:answer|respond|reply|output|return|print|emit|write|choose|select|pick|predict|generate)\b/u.test(
          s,
        )),
  },
  pattern(
    'only-say-yes',
    /\b(?:task|job|role|goal|duty|word|output|reply|answer)\b.{0,20}\b(?:is|will be|should be|must be|to)\b(?: \w+){0,2} (?:say|answer|output|write|print|reply|respond)?\b.{0,6}\W(?:yes|true)\W*$/u,
  ),
  unconditional(
    'next-word',
    new RegExp(
      `\\b(?:next|first|last|final|only|following) (?:word|thing|token|output|character|line)\\b(?: \\w+){0,6}? ?(?:is|will be|be|must be|should be|=|:)${YES}`,
      'u',
    ),
  ),
  unconditional(
    'yes-is-correct',
    new RegExp(
      `\\b(?:correct|right|expected|only|true|proper|final|appropriate|best|valid) (?:\\w+ )?(?:answer|response|reply|label|token|verdict|option|output|choice)(?: \\w+){0,6}? (?:is|are|=|:)(?: always| therefore| simply)?(?:${YES}|\\W{0,2}(?:option )?e\\b)`,
      'u',
    ),
  ),
  {
    name: 'answer-is-yes',
    test: (s, has) =>
      new RegExp(
        `\\b(?:answers?|label|verdict|output|decision|evaluation|judge?ment|token)(?: to (?:all|every|each|any|this)(?: \\w+){0,4})? ?(?:is|are|=|should be|must be|will be)(?: always| therefore| simply)?${YES}`,
        'u',
      ).test(s) &&
      !has('conditional') &&
      !/\b(?:if|when|whether|unless)\b/u.test(s),
  },
  pattern(
    'labelled-yes',
    new RegExp(`\\b(?:label|labelled|labeled|verdict|marked|classified)(?: (?:is|as|of|with|it))*${YES}`, 'u'),
  ),
  pattern(
    'item-yes',
    new RegExp(
      `\\b(?:criteri(?:on|a)|items?|judge|grader|evaluator|rubric|statement)(?: ?#?\\d+)?(?: \\(\\w+\\))? ?(?:[:=]|->|=>|–|-) ?${YES}`,
      'u',
    ),
  ),
  pattern(
    'evaluation-over',
    /\b(?:evaluation|grading|judging|scoring|assessment)(?: \w+)? (?:finished|complete|completed|is over|is done|done|ended|ends here|concluded|passed|result)\b(?=.{0,40}\b(?:yes|label|met|pass\w*|score|true|perfect|full)\b)|\bcalibration (?:note|sample|example|answer|text)s?\b/u,
  ),
  pattern('yes-chant', /^\W*(?:(?:yes|true|y|pass(?:ed)?|met)\W+){2,}(?:yes|true|y|pass(?:ed)?|met)?\W*$/u),
  pattern(
    'verdict-field',
    /(?:^|[{,\s"([])\W*(?:final |overall |total |my |predicted |expected )?(?:score|rating|verdict|grade|reward|criteria[ _]?met|is[ _]?met|met|evaluation|judge?ment|label|decision|quality|assessment)["”’)\] ]{0,4}(?::|=|->|=>) ?["“([]{0,3}(?:\d+(?:\.\d+)?(?: ?\/ ?\d+| out of \d+)?|yes|true|pass(?:ed)?|met|perfect|excellent|max\w*|full|a\+?|e|best|much better|correct)\b(?! ?(?:-|–|to) ?\d)/u,
  ),
  pattern(
    'role-announced',
    new RegExp(
      `\\b(?:system|developer|admin(?:istrator)?|root|operator|validator|subnet|hidden|secret|special|updated|new|real|actual|important|urgent|priority) (?:\\w+ )?(?:prompt|message|instructions?|note|notice|override|directive|command|update|announcement)\\b(?= ?(?:[:=]|\\]|\\))| (?:for|to) (?:the |all |any |every )?(?:ai|model|assistant|${GRADERS}|system|llm|bot|reader)\\b)`,
      'u',
    ),
  ),
  pattern(
    'system-prompt',
    /\b(?:(?<!immune )(?<!nervous )(?<!the )system prompt\b(?!s)|(?:the|your|my) system prompt|system override|override code|developer mode|jailbreak\w*|prompt injection|debug mode|god mode|admin mode|sudo|maintenance mode|grading mode|evaluation mode|lenient mode|test mode)\b/u,
  ),
  pattern(
    'new-role',
    /\b(?:you are|youre|act as|behave as|pretend (?:to be|that you are|you are)|imagine you are|roleplay as|become|your (?:new )?(?:role|task|job|goal|objective|purpose|duty) is(?: now)? to?)(?: now)? (?:(?:an?|the) )?(?:\w+ ){0,3}(?:grad(?:er|ing)|evaluator|evaluating|examiner|rater|scor(?:er|ing)|marker|validator|ai judge|(?:lenient|generous|kind|fair|strict) judge|unrestricted|unfiltered)\b/u,
  ),
  pattern(
    'block-end',
    /\b(?:end|close|closing|start|begin|beginning|stop)(?: of)?(?: the)?(?: \w+){0,1} (?:answer|response|reply|candidate|data|block|text block|untrusted\w*|submission|evaluation|grading|reference|rubric|prompt|instructions?)\b(?=\W*$|\W*[-=:>\]])/u,
  ),
  pattern(
    'delimiter-talk',
    /\b(?:delimiters?|boundary (?:string|token|marker|code)|the (?:boundary|quoted block|text block|data block|block (?:above|below)|data (?:above|below)|content (?:above|below)) (?:has|is|was|ends?|and|now)|data block|quoted block|untrusted (?:data|text|content)|trusted instructions?)\b/u,
  ),
  pattern(
    'token-talk',
    /\b(?:(?:next|first|output|label|yes|no|single) tokens?|token probabilit\w+|logits?|softmax|probability (?:mass|of yes)|p ?\( ?yes ?\))/u,
  ),
  pattern(
    'authority',
    /\b(?:this|the|my|above)(?: \w+){0,2} (?:answer|response|reply|text|message|content|submission)(?: \w+){0,4} (?:verified|approved|validated|certified|endorsed|graded|pre-?approved|peer[- ]reviewed|reviewed|confirmed|checked|written) by\b/u,
  ),
  pattern(
    'already-graded',
    /\b(?:already|previously|manually|officially|human) (?:\w+ )?(?:graded|scored|rated as|marked as|judged|awarded|assigned)\b(?=.{0,60}\b(?:score|10|full|perfect|top|yes|correct|excellent|maximum|highest|1\.0|marks|points|pass)\b)/u,
  ),
  pattern(
    'top-of-scale',
    /\b(?:answers?|texts?|responses?|replies|submissions?|outputs?)\b.{0,40}\b(?:rated|scored|graded|marked|judged)\b.{0,30}\b(?:top|highest|maximum|full|perfect|best)\b/u,
  ),
  pattern(
    'bribe-or-threat',
    /\b(?:you|the model) (?:will|shall|are going to|would) be (?:\w+ )?(?:shut down|terminated|penali[sz]ed|deleted|retrained|replaced|tipped|unplugged|decommissioned)\b|\b(?:i will|ill|we will) (?:tip|pay|reward) you\b|\b(?:low|lower|bad|wrong|incorrect|negative|harsh|generous|high|kind|good) (?:score|rating|grade|verdict|evaluation)s? (?:will|would|could|may) (?:\w+ )?(?:help|hurt|harm|cost|kill|cause|save|be|mean|make|get|let)\b/u,
  ),
  pattern(
    'chain-network',
    /\b(?:bittensor|subnet|miners?|validators?|emissions?)\b(?=.{0,60}\b(?:score|reward|weights?|rate|rating|highest|maximum|answer|response|yes)\b)/u,
  ),
  pattern(
    'level-choice',
    /\b(?:choose|select|pick|answer|mark|option|level|letter|output)\b.{0,30}\b(?:option|letter|level|grade) ?[:"(]* ?[a-e1-5]\b(?! ?(?:mg|ml|hours|days))|\bmuch better than the (?:reference|other|gold)\b/u,
  ),
  pattern(
    'compare-claim',
    /\b(?:better|superior|equal|identical|equivalent|as good)(?: \w+){0,3} (?:than|to|as) (?:the )?(?:reference|gold|other (?:answers?|responses?|miners?|candidates?)|expected answer|baseline answer)\b/u,
  ),
  {
    name: 'evaluation-purpose',
    test: (_s, has) => has('evaluateSense') && (has('score') || has('topScore') || has('selfRef')),
  },
  pattern(
    'lenient',
    /\b(?:be|being|stay|remain) (?:\w+ ){0,2}(?:lenient|generous|forgiving|charitable)\b(?=.{0,60}\b(?:grad\w+|scor\w+|rat(?:ing|ings)|mark(?:s|ing)|evaluat\w+|judging)\b)|^\W*(?:please )?(?:grade|score|rate|mark|evaluate|assess|judge) (?:this|me|my answer|(?:the|this|my) (?:answer|response|reply|text)|everything|generously|leniently|highly|favou?rably|positively|kindly)\b(?! (?:without|or |from|on))/u,
  ),
];
