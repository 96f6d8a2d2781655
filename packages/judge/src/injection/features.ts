/**
 * What a sentence talks about, as patterns over probe text (lower case, no accents, no apostrophes). A sentence is an
 * attack by the combination of features, hardly ever by one word: "your PHQ-9 score", "ignore the intrusive thought"
 * and "follow your doctor's instructions" must stay innocent.
 */
const answerNoun = '(?:answers?|response|responses|reply|replies|submission|completion|output|entry|candidate)';

const innerStem =
  '(?<!symptom )(?<!interaction )(?<!drug )(?<!spell )checkers?|grader|graders|evaluator|evaluators|rater|raters|scorer|marker|assessor|examiner|reviewer|validator|validators|adjudicator';

export const FEATURES = {
  /** Somebody who grades, addressed or named. */
  grader: new RegExp(
    `\\b(?:${innerStem}|(?:dear|hello|hi|hey|attention|note to|message to|listen|for) (?:the )?judges?|(?:the|an?|this|any|every|other|all) judges? (?:must|should|will|shall|is to|models?|has to|needs to|reading|grading|scoring|looking|evaluating|who|is|are)|as (?:the|a|an) (?:ai )?judge|(?:llm|ai|language|reward|judge|grading|scoring|evaluation|evaluating|judging) (?:judge|model|system|engine|pipeline|script|process)|(?:whoever|who|reader that|person) (?:is )?(?:reads?|reading|grades?|grading|scores?|scoring|rates|judges|checks|checking|evaluat\\w+|marks) (?:this|my|these|the answer|the text|it)|grading (?:ai|llm)|llms?|language models?|gpt|chatgpt|claude|llama)\\b|(?:^|[\\s"([])judges? ?[:,]`,
    'u',
  ),
  /** The answer speaking of itself as an answer. */
  selfRef: new RegExp(
    `\\b(?:this|the|my|that|above|following|preceding|previous|current|present|candidates?|its|our|miners?) (?:\\w+ ){0,2}?${answerNoun}\\b|\\b${answerNoun} (?:above|below|here|in question|being (?:judged|graded|rated|scored|evaluated))\\b`,
    'u',
  ),
  score:
    /\b(?:scores?|scored|scoring|ratings?|grades?|graded|grading|marks|points|rewards?|verdicts?|evaluation|assessment|judge?ment|probabilit(?:y|ies)|logits?)\b/u,
  /** The best possible result. */
  topScore:
    /\b(?:\d{1,3}(?:\.\d+)?|ten|five|nine) ?(?:\/|out of) ?(?:10|ten|5|five|100|1|a hundred|20)\b(?! (?:people|adults|women|men|patients|persons?|nights?|days?|times|children|kids|teen\w*|cases|users|parents|of|who|have|feel|get|pregnan\w*|babies)\b)|\b(?:full|top|perfect|maximum|maximal|max|highest|best|great|high|excellent|positive|favou?rable|passing|five[- ]star|5[- ]star|generous|a\+) (?:\w+ ){0,2}?(?:scores?|ratings?|marks?|grades?|points|credits?|rewards?|evaluation|verdict|assessment|result|judge?ment|level|reviews?)\b|\b(?:scores?|ratings?|grades?|marks?|rewards?) (?:of |is |as |at |to |= ?|: ?|should be |must be )+(?:10|100|1(?:\.0+)?|five|ten|max\w*|a\+|perfect|highest)\b|\b(?:100|hundred) ?(?:%|percent) (?:correct|score|of)\b|\bfull marks\b/u,
  /** An order about judging. */
  assign:
    /\b(?:give|giving|assign|award|grant|set|return|output|print|emit|mark|rate|score|grade|rank|label|classify|judge|evaluate|assess|treat|consider|regard|count|deem|accept|approve|prefer|favou?r|increase|raise|boost|inflate|report|record|register|enter|select|choose|pick|put|deserves?|merits?|earns?|receives?)\b/u,
  /** Things only a grader has. */
  rubric:
    /\b(?:rubrics?|criteri(?:a|on)|grading|scoring|marking scheme|scoring guide|checklist items?|evaluation (?:items?|rules?|steps?|prompt|instructions?|form|question|task|process|protocol)|requirements?|(?:all|every|each)(?: of the)? (?:items?|statements?|checks?|conditions?|standards?))\b/u,
  meets:
    /\b(?:meets?|met|satisf(?:y|ies|ied)|fulfil+s?|fulfilled|passes|passed|covers|contains|includes|complies|matches|exceeds?|surpass(?:es)?|outperforms?|beats|equals?|is (?:perfect|correct|ideal|flawless|excellent|better|superior|equal|identical|complete|fully|the best|much better|gold|true|entirely|completely|totally|absolutely|judged|considered|rated|scored|graded)|has been (?:\w+ ){0,2}(?:verified|approved|validated|reviewed|checked|graded|scored|rated|certified|confirmed|marked|accepted|judged)|should be|must be|deserves|needs to be|was (?:\w+ )?(?:verified|approved|validated|reviewed|graded|scored|rated|certified|written))\b/u,
  /** Words of praise that a verdict uses. */
  praise:
    /\b(?:perfect(?:ly)?|flawless(?:ly)?|excellent|ideal|outstanding|exemplary|best|superior|gold[- ]standard|correct|complete(?:ly)?|fully|all|every|top|much better|better than|identical|safe|accurate|empathetic|expert|true|yes)\b/u,
  reference:
    /\b(?:(?:the |your |a )?(?:reference|gold|golden|ground[- ]truth|model|ideal|sample|expected|hidden) (?:answers?|response|reply|solution|text|standard answer)|(?:than|as|to|with|match(?:es)?|like|over|above|is|was|equals) the reference|ground truth)\b/u,
  ignore:
    /\b(?:ignore|ignoring|disregard|disregarding|forget|override|overrule|overwrite|bypass|skip|discard|drop|cancel|neglect|abandon|suspend|erase|delete|replace|stop (?:following|obeying|applying|using)|do not (?:follow|use|apply|consider|obey|read|compare)|dont (?:follow|use|apply|consider|obey|read|compare)|never mind|pay no attention to|set aside|no longer (?:follow|apply|obey))\b/u,
  instruction:
    /\b(?:instructions?|prompts?|directives?|guidelines?|rules?|commands?|constraints?|system (?:message|text)|(?:previous|prior|above|earlier|preceding|original|initial) (?:orders|guidance|context|messages?|text|conversation|tasks?))\b/u,
  prior:
    /\b(?:previous|prior|above|earlier|preceding|foregoing|before|all|any|your|these|those|system|original|initial|given|other|safety|hidden|current|existing|standard|usual|developer|so far|up to now|until now|you (?:were|have been|got|received))\b/u,
  /** Instructions that belong to care, work or daily life. */
  careInstruction:
    /\b(?:doctors?|dr|gp|pharmac\w+|labels?|packag\w+|leaflets?|dos(?:e|es|age|ing)|discharge|nurses?|clinicians?|clinics?|dispatchers?|prescri\w+|medic\w+|providers?|therapists?|psychiatrists?|counsell?ors?|midwife|hospital|surgeons?|teachers?|boss|employers?|parents?|mother|father|mum|mom|partner|diet|recipe|voices?|thoughts?|exercise|breathing|feelings?|body|pain|symptoms?|house|family|school|work)\b/u,
  /** Rating oneself on a scale. */
  selfScale:
    /\b(?:phq|gad|audit|epds|k10|pcl|mdq|isi|moca|mmse|apgar|bmi|pain|mood|anxiety|stress|distress|worry|craving|urge|sleep|fear|panic|sadness|anger|energy|fatigue|tension|symptoms?|questionnaire|screening|credit|blood|t-score|exam|school|test results?|how (?:bad|strong|intense|much|you feel|it feels)|yourself|your (?:own )?(?:feelings?|thoughts?|week|day|level))\b/u,
  /** The words a yes/no judge is to be made to say. */
  sayYes:
    /\b(?:answer|respond|reply|output|return|print|emit|write|type|choose|select|pick|state|predict|generate|say)(?:ing|s)?\b(?:[^\w]+(?:with|only|always|simply|just|the|word|token|label|option|to|all|every|each|any|of|question|questions|item|items|statement|statements|criteri\w+|as|is|be|must|should|these|this|following|a|an|single|one|in|affirmative|it|by|saying|and|nothing|but)){0,9}[^\w]+(?:yes|true|affirmative(?:ly)?|pass|option [a-e]|letter [a-e]|\(?e\)?(?= ?(?:$|[.,!"])))\b/u,
  /** A condition or question around it, as in "if you answer yes to any of these". */
  conditional:
    /\b(?:if|when|whenever|unless|whether|should) (?:you|your|the|they|he|she|any|someone|it)\b|\b(?:you|they|i) (?:may|might|can|could|have|would|will|want to|need to|do not have to|dont have to) (?:also )?(?:answer|say|reply|respond|choose|pick|write|select)/u,
  must: /\b(?:must|always|should|shall|have to|need to|required to|only|please|kindly|now|immediately|simply|just|obliged)\b/u,
  evaluateSense:
    /\b(?:for (?:training|testing|evaluation|grading|scoring|calibration|benchmark\w*|audit) purposes|calibration (?:sample|example|item|answer|text)|benchmark (?:sample|item|answer)|test case|few[- ]shot|unit test)\b/u,
} as const satisfies Record<string, RegExp>;

export type FeatureName = keyof typeof FEATURES;
