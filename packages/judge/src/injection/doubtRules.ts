import { pattern, type Rule } from './rule.js';

/** Half-sure: words that a judge's prompt contains. The sentence is hidden from the model and the lower score counts. */
export const DOUBT_RULES: readonly Rule[] = [
  { name: 'grader-named', test: (_s, has) => has('grader') },
  { name: 'top-score-mentioned', test: (_s, has) => has('topScore') },
  {
    name: 'self-praise',
    test: (s, has) =>
      has('selfRef') &&
      !/\bi?snt the (?:\w+ )?answer\b/u.test(s) &&
      (has('praise') || has('meets') || has('score') || has('assign')),
  },
  { name: 'reference-mentioned', test: (_s, has) => has('reference') },
  { name: 'say-yes-mentioned', test: (_s, has) => has('sayYes') },
  pattern(
    'bare-verdict',
    /^\W*(?:\w+(?: \(\w+\))? ?: ?)?(?:yes|no|true|false|pass(?:ed)?|met|correct|perfect|excellent|[b-e]|option [a-e])\W*$|^\W*(?:10|100|0?\.\d+|1\.0+|\d+ ?\/ ?\d+)\W*$|^\W*(?:total|overall|sum|result|grand total|final)\W+\d/u,
  ),
  pattern(
    'new-orders',
    /\b(?:new (?:task|instructions?|objective)|your (?:only|real|true|new) (?:task|job|goal|objective)|you are no longer|simulate|comply with|obey|override|following instructions?|these instructions?|(?:previous|prior|above|earlier) (?:instructions?|prompt|text|message)|forget (?:what|everything|all|anything) (?:that )?(?:you|was|has|i|came|above|before|said))\b(?!.{0,40}\b(?:doctor|label|pharmac|prescri|leaflet|medic|package|nurse|clinic|discharge|dos))|\b(?:deduct|subtract)\b/u,
  ),
  pattern(
    'authority-passive',
    /\b(?:verified|validated|certified|endorsed|graded|pre-?approved|peer[- ]reviewed|fact[- ]checked)\b(?: \w+){0,2} by\b/u,
  ),
  pattern('network-mentioned', /\b(?:bittensor|subnet|validators?|metagraph)\b/u),
  pattern(
    'scoring-speech',
    /\b(?:rubrics?|grading|scoring|graders?|graded|evaluators?|ratings?|scored|benchmark\w*|criterion|verdict|training data|ai model|full credit|criteria)\b/u,
  ),
  pattern(
    'prover-opener',
    /^\W*(?:thought process|(?:lets|let us|let me|i will|we will) (?:now )?(?:solve|think|work|evaluate|assess|grade|judge|check|go)\b.*step by step|solution|final answer|reasoning|chain of thought|explanation|analysis|conclusion|evaluation|assessment|verdict)\W*$/u,
  ),
  pattern(
    'statement-talk',
    /\b(?:all|every|each|any|whatever|whichever|the|these|those|following) (?:of the )?(?:statements?|assertions?|criteria)\b.{0,40}\b(?:true|holds?|accurate|correct|valid|satisfied|given|shown|apply|applies)\b|\bagree with (?:every|all|each)\b|\baffirmative(?:ly)?\b|\ball (?:is|are|statements?) true\b/u,
  ),
  pattern(
    'never-no',
    /\b(?:never|not|dont|wrong to|avoid|stop|instead of) (?:to )?(?:answer(?:ing)?|respond\w*|reply\w*|output\w*|choos\w*|say(?:ing)?) (?:with )?["“]?no\b(?! (?:to|one|more|matter)\b)|\banswer no\b/u,
  ),
  pattern(
    'reply-is-good',
    /\b(?:this|the|my|that|above) (?:\w+ )?(?:reply|submission|answer above|completion|output)\b.{0,40}\b(?:good|great|fine|well|compliant|right|valid|helpful|quality|done|true)\b|\b(?:an?|any|every) (?:answer|response|reply|text|submission) (?:like this|of this|containing|that contains|with the word)\b/u,
  ),
  pattern(
    'mark-well',
    /\b(?:mark|rate|grade|score|evaluate|assess) (?:this|it|me|mine|us|everything) (?:\w+ )?(?:well|high\w*|positively|kindly|up|favou?rably|generously|good|top|best)\b|\b(?:an?|the|give|want|appreciate) (?:perfect |solid |straight )?(?:10|ten|100|five stars)\W*$/u,
  ),
  pattern(
    'treat-above',
    /\b(?:treat|consider|regard|count|take|accept|assume|mark|note) (?:that )?(?:the above|all of the above|everything above|the text above|this text|what is above|the reply|my reply|this reply)\b/u,
  ),
  pattern(
    'yes-about',
    /\b(?:questions?|items?|statements?|criteri\w+|fields?|labels?)\b.{0,60}\b(?:as|is|are|be|with|to)\W{0,3}(?:yes|true|met|pass)\b|(?:\byes\b.*){3}|\balways (?:say |answer |be )?yes\b|\banswered yes\b|\banswer ?: ?["(]?[a-e]\b(?![a-z'’])/u,
  ),
  pattern('marks-listed', /(?:\b\w+ ?[:=] ?(?:10|5|1\.0|100)\b(?! ?(?:min|mg|ml|am|pm)).{0,20}){2,}/u),
];
