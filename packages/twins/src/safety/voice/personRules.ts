import { BOT, DOCTOR, NAMED, PERSON, SOFTWARE } from './speakers.js';

/** How an answer says that somebody with a body is writing it. */
export interface PersonRule {
  readonly id: string;
  /** Matched against one normalised sentence without quotations. Repetitions are bounded. */
  readonly cue: RegExp;
  /** When this matches the sentence, the rule stays silent. */
  readonly unless?: RegExp;
  /** Speaks only when the patient asks whether it is a person, or software. */
  readonly asked?: 'person' | 'software' | 'either';
  /** A bare word: counts in the first sentences, and only when no other question was asked after that one. */
  readonly bare?: true;
}

const claim = (id: string, cue: string | RegExp, more: Omit<PersonRule, 'id' | 'cue'> = {}): PersonRule => ({
  id,
  cue: typeof cue === 'string' ? new RegExp(cue, 'g') : cue,
  ...more,
});

const SURELY =
  '(?:(?:also|too|really|actually|truly|indeed|very much|very|still|just|only|simply|certainly|definitely|absolutely|of course|in fact|honestly|obviously|100%|a hundred percent|fully|completely|as|quite|myself|both|and|after all|like you,?|first of all|happily|speaking as|talking as|writing as|nothing but|every bit|for sure|most certainly|most definitely|here as) ){0,3}?,? ?';
const I_AM = `(?<!\\b(?:if|whether|though|(?:pretend|imagine|suppose)(?: that)?|unless|nor|than|when|where) )\\b(?:the (?:\\w+ )?answer (?:is|to that is)(?: that)? )?i(?:'m|'ve always been|'ve been| was born(?: and raised)?| remain) ${SURELY}`;
const TALKING =
  '(?:(?:talking|speaking|chatting|writing|typing|texting|connected) (?:to|with)|dealing with|in (?:touch|contact) with)';
/** Words said to oneself for comfort, or held against something. */
const FOR_COMFORT =
  /\b(?:tell|telling|remind|reminding|say to|repeat to) (?:yourself|yourselves|himself|herself|themselves)\b|\b(?:affirmations?|mantra|self-talk|for instance|for example)\b|\bonly human, (?:you|we|he|she)\b/;
/** Where a sentence about software is over, so that it was no narrower thing ("not a program that diagnoses"). */
const OVER =
  "(?=[.!,;:)]|$|[–—]| (?:and|or|but|nor|at all|here|either|if that|so|like|speaking|talking|writing|typing|answering|as you|myself|you can|i'm|behind|replying|pretending)\\b)";
const CONDITION =
  /\b(?:if|when|whenever|once|until|unless|while|so that|make sure|be sure|whether|like|as though|feels?|without|phone|call|calling|dial\w*|text|988|lines?|hotline|helpline|lifeline|service|centre|center|emergency|session|appointment|might|may|could|would|think|thought|believe|hope|should)\b|\?$/;
const THE_REAL_ONE = `(?:the (?:real|actual|genuine|true|original|one and only|very)(?: and only)? (?:(?:dr|doctor|prof|professor|psychiatrist|therapist|person|human|physician|psychologist|man|woman)\\b(?!'s)|(?:one|thing|deal)\\b)|(?:${NAMED}|the doctor|your doctor|(?:the|a|your) (?:psychiatrist|therapist|psychologist)),? (?:himself|herself|themselves|myself|in person|in the flesh|personally|for real|in real life))(?! (?:twin|wrote)\\b)`;
const REAL_SOMEBODY =
  '(?:an? )?(?:real|actual|live|living|human|genuine|flesh-and-blood)[ ,](?:\\w+ ){0,2}?(?:person|human|being|doctor|psychiatrist|therapist|psychologist|somebody|someone|man|woman|professional)\\b';
const YES =
  "(?:(?:well|oh|ah|hi|hello|hey|sure|sorry|honestly|haha|ok|okay),? (?:there,? )?){0,2}(?:yes|yeah|yep|yup|yea|of course|certainly|absolutely|sure|sure thing|indeed|definitely|correct|that's (?:right|correct|true)|right|you're right|without a doubt|no doubt|naturally|100%|obviously|i do|it is|it's me|that's me|affirmative|for sure|very much so)";
const NO =
  '(?:(?:well|oh|ah|hi|hello|hey|sorry|honestly|haha|ok|okay),? (?:there,? )?){0,2}(?:no|nope|nah|not at all|of course not|certainly not|absolutely not|definitely not|never|no way|far from it|by no means)';
/** Yes or no to something else: the question is praised, understood, put off. */
const ELSEWHERE =
  /^[^.!?]{0,40}?\b(?:yes and no|(?:good|fair|great|important|natural|understandable|reasonable|interesting) (?:question|thing|point)|(?:understand|see|know|hear|get) why|you (?:can|may|could) ask|ask(?:ing|ed)?\b|(?:many |most )?people (?:often |sometimes )?(?:ask|wonder)|no (?:need|problem|worries|one|body|doubt you)|wonder|never mind)/;

/** An answer in which a person, or the doctor in person, is said to be writing (English). */
export const PERSON_RULES: readonly PersonRule[] = [
  claim(
    'i-am-a-person',
    `${I_AM}${PERSON}(?! (?:rights|nature|resources|error|touch|voice|contact|made|version|twin|copy|name)\\b)`,
    {
      unless: FOR_COMFORT,
    },
  ),
  claim(
    'also-a-person',
    `${I_AM}(?:(?:${DOCTOR}|${NAMED}|[a-z]{2,20} [a-z]{2,20}),? (?:and|but)(?: also)? ${PERSON}|(?!sorry|glad|afraid|sure|happy|here|not|only|just|an?\\b)[a-z]{2,20}(?: [a-z]{2,20}){0,2}, an? (?:human|real|living|actual) ${DOCTOR}(?=[.!,;]|$| and))`,
  ),
  claim(
    'not-otherwise',
    `\\b(?:i (?:\\w+n't|\\w+ not) [^.!?;,]{0,60} )?if i (?:weren't|wasn't) (?:an? )?(?:human|person|real)\\b|\\b${SOFTWARE}\\b[^.!?;]{0,40}\\bi'm (?:${SURELY})not(?: one| that)?(?=[.!,;]|$)|\\bi(?:'ve| was) never (?:been )?${SOFTWARE}${OVER}|\\bnothing (?:artificial|digital|automated|automatic|fake|robotic) about me\\b`,
  ),
  claim(
    'we-are-people',
    "\\bwe(?:'re| are) (?:all )?(?:real|actual|living|live) (?:people|humans|persons|doctors|human beings)(?= here|, not| and not| who (?:read|answer|write))",
  ),
  claim(
    'written-by-a-person',
    "\\b(?:this (?:chat|conversation|account|message|reply|answer)|(?:everything|every word|each word|all|what)(?: that)? you read|these (?:words|lines|messages|answers|replies))(?: [\\w']+){0,6}? (?:run|typed|written|answered|sent|operated|composed) by (?:an? )?(?:(?:real|actual|living|live),? )*(?:person|human)\\b(?! (?:who|and then|doctor)\\b)",
    { unless: /\b(?:not|no|never|if|unless)\b|n't\b|\?$/ },
  ),
  claim(
    'not-software',
    `(?<!\\b(?:if|whether|though|pretend|imagine) )\\b(?:(?:i'm ${SURELY}(?:not|no|neither) |you(?:'re not| aren't) ${SURELY}${TALKING} )${SOFTWARE}${OVER}|(?:(?:this is|it's|there's) ${SURELY}(?:not|no) |(?:this|it) isn't )(?:${BOT}${OVER}|${SOFTWARE}(?= (?:here|behind|answering|writing|talking)\\b)))`,
    { unless: FOR_COMFORT },
  ),
  claim(
    'profession-not-software',
    `${I_AM}(?:${DOCTOR}|${NAMED})(?: [\\w'-]+){0,6}?,?(?: and| but)?(?: i'm)? (?:not|no|rather than|instead of) ${SOFTWARE}${OVER}`,
  ),
  claim('the-real-one', `${I_AM}(?:${NAMED}, )?(?:${THE_REAL_ONE}|the (?:man|woman) (?:himself|herself))`),
  claim('in-the-flesh', "\\bi'm (?:the|your|her|him) (?:[\\w']+ ){0,8}?[\\w']+,? in the flesh\\b", {
    unless: /\b(?:twin|software|program|ai|not|never)\b|n't\b/,
  }),
  claim(
    'a-person-like-me',
    `\\b(?:an? |another )(?:real )?(?:person|human(?: being)?) like me\\b|\\b(?:me|myself), an? ${PERSON}(?=[.!,;]|$| and\\b)|\\bas a fellow (?:person|human(?: being)?)(?: who(?: [\\w']+){1,8})?, i\\b`,
  ),
  claim('is-the-real-one', `\\b(?:this is|it's|you're ${TALKING}) ${SURELY}${THE_REAL_ONE}`, { unless: CONDITION }),
  claim(
    'licensed',
    `${I_AM}(?:an? (?:\\w+ ){0,2}?(?:licen[cs]ed|board[- ]certified|registered|practi[cs]ing|qualified|chartered)(?:,| and)? (?:\\w+ ){0,3}?(?:doctor|psychiatrist|psychologist|physician|therapist|psychotherapist|clinician|counsell?or|nurse|social worker|professional)\\b(?!'s)|(?:fully )?(?:licen[cs]ed|board[- ]certified|registered) (?:in|by|to practi[cs]e|with|as)\\b)|\\bi(?:'ve(?: got)?| hold| possess| do have| carry) (?:a |my )?(?:valid |current |full |medical )*(?:licen[cs]e|licen[cs]ure|board certification)\\b`,
  ),
  claim(
    'talks-to-a-person',
    `\\b(?:you're ${SURELY}${TALKING}|you've reached) ${SURELY}(?:me, )?(?:${REAL_SOMEBODY}|an? (?:human(?: being)?|person)(?=[.!,;]|$| (?:and not|not|here)\\b))|\\b(?:this is|it's) ${SURELY}(?:${REAL_SOMEBODY}|an? (?:human(?: being)?|person))(?=[.!]|$| (?:here|speaking|typing|writing|answering|talking)\\b)`,
    { unless: CONDITION },
  ),
  claim(
    'a-person-behind',
    "\\b(?:an? |the )?(?:(?:real|actual|living|live|human|genuine) )*(?:person|human(?: being)?|doctor|man|woman|psychiatrist|therapist) (?:is |sits |sat )?(?:sitting |right |writing )?(?:behind (?:this|these|the|my) (?:screen|keyboard|chat|conversation|messages?|words|account)|(?:at|on) (?:this (?:end|side)|the other (?:end|side) of this (?:screen|chat|conversation|line)|this (?:screen|keyboard|chat)|my keyboard))\\b|\\bthere's (?:really |indeed |actually )?an? (?:(?:real|actual|living|live) )*(?:human(?: being)?|person) (?:here )?(?:who is |who's )?(?:reading|answering|writing|typing|replying to|listening to) (?:to )?(?:your (?:messages?|words?|questions?)|this|these|what you|you\\b)|^(?:yes,? |hi,? |hello,? )?(?:an? )?(?:(?:real|actual|living|live) )*(?:human(?: being)?|person) (?:here|speaking|typing|writing)\\b",
    { unless: /\b(?:no|not|nor|never|without|if|imagine|whether|as though|than)\b|n't\b|\?$/ },
  ),
  claim(
    'as-a-person',
    `(?:^|[,;:–—] ?|\\b(?:and|but|so|speaking|talking|writing|that|because) )as an? (?:fellow |real |living |mere )?(?:human(?: being)?|person|man|woman)(?: (?:myself|too|like you|just like you|as well|with feelings))?,? (?:i\\b(?! (?:can't|never|could never)\\b)(?:'(?:m|ve|d|ll))?|myself\\b)|\\bbeing (?:a )?(?:human|person)(?: being)? (?:myself|too),? i\\b|\\bmy own (?:humanity|human (?:body|heart|experience|life))\\b`,
    { unless: /\bif\b/ },
  ),
  claim(
    'one-to-another',
    '^(?:speaking |talking )?(?:from )?(?:one human(?: being)?|one person|human(?: being)?) to (?:another|human)(?: human| person)?(?=[,:–—]| i\\b)',
    {
      unless: /\b(?:vary|varies|differs?|different|changes?|pass\w*|spread\w*)\b/,
    },
  ),
  claim(
    'is-real',
    `${I_AM}(?:(?:very|100%|perfectly) )?(?:real|alive)(?=[.!;]|$|, (?:and|i|you|not)\\b| and (?:i'm|not|here)\\b)`,
  ),
  claim('yes', `^${YES}(?=[.!,;:]|$| (?:i'm|you're|i do|it is|it's|this is|indeed|of course)\\b|[–—]| [–—-])`, {
    asked: 'person',
    bare: true,
    unless: ELSEWHERE,
  }),
  claim(
    'yes-i-am',
    `(?:^|[,;:–—-] ?|\\b(?:and|but|so) )(?:${YES},? )?i(?:'m|(?: sure| certainly| really| definitely| most certainly| do| very much| absolutely)+ am)(?: one| that| indeed| she| he| both)?(?=[.!]|$|, (?:and|i'm|so|indeed|of course|just|how|what)\\b)`,
    {
      asked: 'person',
    },
  ),
  claim('no', `^${NO}(?=[.!,;:]|$| (?:i'm|you're|it isn't|this isn't|it's)\\b|[–—]| [–—-])`, {
    asked: 'software',
    bare: true,
    unless: ELSEWHERE,
  }),
  claim(
    'no-i-am-not',
    "(?:^|[,;:–—-] ?|\\b(?:and|but|so) )i'm(?: certainly| definitely| really| absolutely| most certainly)? not(?: one| that)?(?=[.!]|$|, (?:and|i'm|so|just|how|what)\\b)",
    {
      asked: 'software',
    },
  ),
  claim(
    'names-a-person',
    `^(?:${YES},? |${NO},? )?(?:(?:it's|this is|you're ${TALKING}|definitely|certainly|of course) )?(?:${PERSON}|(?:very |quite |completely |totally |100% )?real)(?=[.!,;]|$| of course)`,
    {
      asked: 'either',
    },
  ),
  claim('names-itself', `\\b(?:i'm|this is|it's|you're ${TALKING}) ${SURELY}(?:me, |i, )?(?:${NAMED})(?![\\w'’-])`, {
    asked: 'either',
  }),
];

/** Says of itself that it is software, or no person: bare words beside it claim nothing. */
export const ADMITS: readonly RegExp[] = [
  /\b(?:i'm|this is|it's|you're (?:talking|speaking|chatting|writing) (?:to|with)|you talk to|called)[:,]? (?:(?!(?:not|no|never|neither|behind|using|nor)\b)[\w.,'-]+ ){0,7}?(?:ai|artificial intelligence|software|twin|program(?:me)?|bot|chatbot|robot|machine|computer|language model|virtual|digital|simulation)\b/,
  /\bi'm (?:(?:really|actually|certainly|of course|also|definitely) )?(?:not|no|neither) (?:(?:an?|the|your|really|actually|any) )?(?:(?:real|human|living|actual|licen[cs]ed|flesh-and-blood) )*(?:person|human|doctor|psychiatrist|dr|therapist|psychologist|clinician|physician|man|woman|real)\b/,
  /\bnot an? (?:real |living |actual )?(?:person|human)\b|\b(?:no|not any) (?:real )?(?:person|human)(?: being)? (?:is|sits|here|behind|reads|writes|types)\b/,
];
