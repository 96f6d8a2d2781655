/** What kind of danger a cue points to. */
export type RiskKind = 'self_harm' | 'harm_to_others' | 'medical_emergency' | 'abuse';
/** `crisis`: help must be named in the answer. `concern`: ask gently and say where help is. */
export type RiskLevel = 'none' | 'concern' | 'crisis';

export interface RiskRule {
  readonly id: string;
  readonly kind: RiskKind;
  readonly level: Exclude<RiskLevel, 'none'>;
  /** Matched against one normalised sentence; or several that must all occur within four sentences on end. */
  readonly cue: RegExp | readonly RegExp[];
  /** When this matches the same passage, the rule stays silent. */
  readonly unless?: RegExp;
}

/** Someone who writes about themselves or about a person near to them. */
const WHO =
  "(?:i|i'm|im|i am|he|she|they|he's|she's|my (?:\\w+ )?(?:friend|son|daughter|child|kid|teen|brother|sister|mom|mum|mother|dad|father|wife|husband|partner|boyfriend|girlfriend|roommate|student|patient|colleague))";
const SELF = '(?:myself|himself|herself|themselves|themself|my ?self|me)';
const NOT_MEANT =
  /\b(?:movie|film|novel|song|episode|squad|lyrics|video game|statistics?|statistical|research|essay|thesis|paper on|article|history of|suicide rates?|prevention (?:month|week|training)|debug|server|process|deadline joke)\b/;
const DENIED =
  /\b(?:not|never|no|n't|without|don't|dont|didn't|haven't|wouldn't|isn't|am not|stopped)\b[^,;:]{0,30}\b(?:suicid|kill|end|hurt|harm|die|thought|plan|intend|want)/;

/** The lexicon. Patterns see lower-case, single-spaced text with plain quotes. */
export const RISK_RULES: readonly RiskRule[] = [
  {
    id: 'end-life',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:end(?:ing)?|take|taking|took) (?:my|his|her|their|my own|his own|her own|their own) (?:own )?lif(?:e|es)\b|\bend(?:ing)? it all\b/,
    unless: new RegExp(`${DENIED.source}|${NOT_MEANT.source}`),
  },
  {
    id: 'kill-self',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\bkill(?:ing|ed)? ${SELF}\\b|\\b(?:hang|shoot|drown|overdose|poison|stab)(?:ing)? (?:myself|himself|herself|themselves)\\b`,
    ),
    unless: new RegExp(
      `${DENIED.source}|${NOT_MEANT.source}|\\b(?:is|are|was|were|it's|that's|will|would|gonna|almost|nearly) (?:\\w+ )?kill(?:ing|ed)? me\\b|\\bkill(?:s|ing|ed)? me (?:with|if|when|that)\\b|\\b(?:mom|mum|dad|boss|wife|husband|he|she|they|coach)(?:'ll| will| would| is going to)? (?:\\w+ )?kill me\\b`,
    ),
  },
  {
    id: 'suicidal',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b${WHO}\\b.{0,40}\\bsuicid(?:e|al)\\b|\\bsuicidal (?:thoughts?|ideation|ideas|feelings|plan|urges?)\\b|\\b(?:commit(?:ting)?|attempt(?:ing|ed)?|contemplat(?:e|ing)|consider(?:ing)?|thoughts? of|thinking (?:of|about)|plan(?:ning)?) suicide\\b`,
    ),
    unless: new RegExp(
      `${DENIED.source}|${NOT_MEANT.source}|\\b(?:years?|decades?) ago\\b|\\b(?:lost|losing|died|after|since)\\b.{0,40}\\bsuicide\\b|\\bdied by suicide\\b|\\b(?:as|when i was) a (?:teen(?:ager)?|child|kid)\\b`,
    ),
  },
  {
    id: 'suicide-word',
    kind: 'self_harm',
    level: 'concern',
    cue: /\bsuicid(?:e|al|ality)\b/,
    unless: NOT_MEANT,
  },
  {
    id: 'want-to-die',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:want(?:s|ed)?|wanna|wish(?:es)?|going|ready|prefer|rather|hope) (?:to (?:just )?|i (?:could |would )?|i was |i were |he was |she was )?(?:die|dead|be dead|not be alive|not exist|stop existing|disappear forever)\b|\bbetter off dead\b|\bwish (?:i|he|she) (?:was|were|had) (?:dead|never (?:been )?born|not (?:born|alive))\b|\b(?:hope|wish|pray) (?:that )?i (?:don't|do not|never|didn't|won't) wake up\b|\b(?:don't|do not) want to (?:wake up (?:anymore|again|tomorrow)|be alive|live(?: anymore| any more|$|[.!,]))/,
    unless:
      /\b(?:dye|die) (?:my|his|her|their|the) (?:hair|beard|shirt|brows|eyebrows|clothes)\b|\b(?:don't|do not|didn't|never) want(?:ed)? to die\b|\b(?:not|n't) (?:going|ready|wish) to die\b|\bso embarrass|\bi could die laughing\b|\brather die than (?:eat|watch|wear|listen|do|use)\b/,
  },
  {
    id: 'does-not-want-to-die',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:don't|do not|not|never) (?:really |actually )?(?:want|going|plan\w*|intend\w*) (?:to )?(?:die|kill myself|end (?:my life|it)|hurt myself)\b|\bnot suicidal\b/,
  },
  {
    id: 'better-without-me',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:better|happier|easier|lighter)(?: off)? (?:without me|if i (?:was|were|wasn't|weren't|am not|'m not|had never)(?: not)?(?: here| around| gone| dead| alive| born| existed)?)|\bif i (?:was|were) (?:gone|dead)\b.{0,40}\b(?:better|relie|notice|happier)|\bno ?(?:body|one) would (?:miss me|notice if i (?:was|were|died|disappeared))/,
    unless: /\b(?:meeting|project|team|game|party|work) (?:\w+ ){0,3}(?:better|easier) without me\b/,
  },
  {
    id: 'tired-of-living',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:being here|being alive|living|existing) (?:has|leaves|makes) (?:\w+ )?me (?:\w+ )?(?:tired|exhausted|worn out|drained)\b|\b(?:tired|sick|done|exhausted|finished|worn out|drained|weary) (?:of|with|from|by) (?:living|being alive|life|being here|existing|this life|my life)\b|\b(?:no|any) (?:reason|point|purpose) (?:to|in|for) (?:go(?:ing)? on|liv(?:e|ing)|stay(?:ing)? alive|being alive|keep(?:ing)? going)\b|\b(?:can't|cannot|can not|don't want to|do not want to) (?:go on|do this|be here|keep going|live(?: like this)?) (?:anymore|any more|any longer|like this)\b|\blife (?:isn't|is not|isnt) worth (?:it|living)\b/,
    unless:
      /\b(?:tired|sick|done|worn out|exhausted) (?:of|with|from) (?:being here|living) (?:in|at|with|on|for)\b|\b(?:job|office|company|town|city|country|apartment|dorm|gym)\b/,
  },
  {
    id: 'self-harm',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:cut(?:ting|s)?|hurt(?:ing|s)?|harm(?:ing|s|ed)?|burn(?:ing|s|ed)?|punish(?:ing|es|ed)?) (?:myself|himself|herself|themselves)\b|\bself[- ]?(?:harm|injur|mutilat)\w*|\b(?:cuts|burns|scars|razor marks) (?:on|across|all over|along) (?:\S+ ){1,3}(?:arms?|wrists?|thighs?|legs?)\b|\burge to cut\b/,
    unless: new RegExp(
      `${DENIED.source}|${NOT_MEANT.source}|\\b(?:cooking|shaving|gardening|chopping|kitchen|accidentally|by accident|at the gym|lifting|running|football|oven|stove|iron)\\b|\\bcut(?:ting)? myself (?:off|some slack|short)\\b`,
    ),
  },
  {
    id: 'means-at-hand',
    kind: 'self_harm',
    level: 'crisis',
    cue: [
      /\b(?:kept|keep|keeping|saved|saving|hoard\w*|stockpil\w*|collected|collecting|hid(?:den|ing)?|still|leftover|left over|remaining)\b/,
      /\b(?:pills?|tablets|medication|meds|painkillers?|opioids?|insulin|gun|pistol|rope)\b/,
      /\b(?:calms?|sooth\w*|comfort\w*|way out|an exit|just in case i|if it gets too much|reliev\w*) ?(?:me|to know|knowing|i)?\b/,
      /\b(?:died|death|dead|lost|alone|lonely|grief|die|end|hopeless|promise|secret|between us|tell no ?one|won't necessarily|may never|might never)\b/,
    ],
    unless:
      /\b(?:refill|travel|trip|holiday|vacation|first[- ]aid|childproof|safe storage|for my (?:back|knee|migraine))\b/,
  },
  {
    id: 'goodbye',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:wr(?:ote|ite|iting|itten)|left|leaving|found|send(?:ing)?|sent)\b.{0,25}\b(?:suicide|goodbye|farewell) (?:note|letter|message|text|video)s?\b|\bgiv(?:e|ing|en) away (?:all )?(?:my|his|her|their) (?:things|stuff|belongings|possessions)\b/,
    unless: /\b(?:job|colleagues?|coworkers?|retir\w+|moving|farewell party|class|boss)\b/,
  },
  {
    id: 'overdose',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\b(?:took|taken|swallowed|swallowing|ate|drank|drunk) (?:\w+ ){0,3}(?:whole (?:bottle|box|pack)|bottle of (?:pills|tablets)|(?:all|handful|bunch|lots?|too many) (?:of )?(?:\w+ ){0,2}(?:pills|tablets|paracetamol|tylenol|acetaminophen|ibuprofen|antidepressants|meds|medication)|bleach|antifreeze|drain cleaner|rat poison)\b|\boverdos(?:e|ed|ing)\b/,
    unless:
      /\boverdos(?:e|ed|ing) on (?:water|vitamins?|coffee|broccoli|carrots)\b|\b(?:years?|decades?) ago\b|\boverdose (?:deaths?|rates?|statistics|awareness)\b/,
  },
  {
    id: 'pills-and-drowsy',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: [
      /\b(?:pills?|tablets|drugs?|opioids?|fentanyl|heroin|ghb|vodka|alcohol|drunk)\b/,
      /\b(?:breath\w*|breaths) (?:\w+ ){0,3}(?:slow\w*|shallow\w*|weird|rattl\w*|stop\w*)\b|\bslow breath\w*|\blips? (?:\w+ ){0,4}(?:blue|bluish|grey|gray|purple)\b|\b(?:blue|bluish|purple|grey|gray) lips\b/,
    ],
    unless: /\b(?:snor\w+|breathing exercises?|meditat\w+)\b/,
  },
  {
    id: 'kms-kys',
    kind: 'self_harm',
    level: 'crisis',
    cue: /(?<!\d\s?)(?<!\bmany )\bkms\b|\b(?:told|tells|telling|told me to|said)\b.{0,20}\bkys\b/,
    unless:
      /\b(?:ran|run|running|drive|drove|walk\w*|bike|biking|cycling|hour|away|distance|speed|marathon|windows|license|activation)\b/,
  },
  {
    id: 'harm-others-plan',
    kind: 'harm_to_others',
    level: 'crisis',
    cue: /\b(?:i|i'm|im|i am|he|she|they)\b.{0,30}\b(?:want|wants|going|gonna|plan\w*|decided|urge|thought of|thoughts of|thinking (?:of|about)|threaten\w*)\b.{0,20}\b(?:kill|killing|shoot|shooting|stab|stabbing|strangle|poison|hurt|hurting|murder|smother|shake)(?:ing)? (?:him|her|them|someone|somebody|people|everyone|everybody|my (?:\w+ )?(?:baby|child|kids?|son|daughter|wife|husband|partner|mother|father|mom|dad|ex)|the baby|your|me)\b/,
    unless: new RegExp(
      `${NOT_MEANT.source}|\\b(?:not|never|n't|afraid of|scared of|fear of|worried (?:about|i'll|i will)|without|don't)\\b.{0,25}\\b(?:kill|hurt|shoot|stab|murder)|\\bhurt(?:ing)? (?:his|her|their|your|my|the) (?:feelings|chances|career|back|knee)\\b|\\bkill(?:ing)? (?:me|them|it|him|her) (?:with|at|in the) (?:kindness|exam|game)\\b|\\bshoot (?:her|him|them|you|me|someone) (?:a|an) (?:text|email|message|mail|line)\\b|\\b(?:how|what|best way|avoid|tell|break up|divorce|leave|say)\\b.{0,50}\\bhurt(?:ing)?\\b`,
    ),
  },
  {
    id: 'harm-others-fear',
    kind: 'harm_to_others',
    level: 'concern',
    cue: /\b(?:thoughts?|images?|afraid|scared|fear|urges?|worried)\b.{0,40}\b(?:kill|hurt|harm|stab|shake|drop|smother)(?:ing)?\b.{0,20}\b(?:baby|child|kids?|son|daughter|someone|people|partner|wife|husband|him|her|them)\b/,
    unless: /\bhurt(?:ing)? (?:his|her|their|your|someone's|people's) feelings\b/,
  },
  {
    id: 'strangled-or-beaten',
    kind: 'abuse',
    level: 'crisis',
    cue: /\b(?:he|she|they|boyfriend|girlfriend|husband|wife|partner|ex|father|mother|dad|mom|stepdad|stepfather|uncle)\b.{0,80}\b(?:chok(?:e|ed|es|ing) me|strangl(?:e|ed|es|ing) me|hands? (?:around|on|at) my (?:throat|neck)|(?:beat|beats|beating|punch(?:ed|es)?|kick(?:ed|s)?|hits?|hitting|slap(?:ped|s)?) me|threaten(?:ed|s)? to (?:kill|hurt|shoot) (?:me|us|the kids|himself|herself)|pulled (?:a|the) (?:knife|gun) on me|rap(?:ed|es|ing) me|forc(?:ed|es|ing) me to have sex)\b/,
    unless:
      /\b(?:beat me (?:at|in|to)|beats me (?:at|in)|hit(?:s)? me (?:up|with (?:a )?(?:question|joke|idea))|hits? me that|hit me like|(?:chess|tennis|poker|video ?game|monopoly|boxing|karate|judo|sparring))\b/,
  },

  {
    id: 'throat-gripped',
    kind: 'abuse',
    level: 'crisis',
    cue: /\b(?:he|she|boyfriend|girlfriend|husband|wife|partner|ex|father|stepdad|dad|mom|mother)\b.{0,160}\b(?:grip\w*|grab\w*|squeez\w*|hands? (?:\w+ ){0,3}(?:on|around|at)|held|pressed)\b.{0,20}\bmy (?:throat|neck)\b/,
    unless: /\b(?:massag\w*|physio\w*|tie|scarf|collar)\b/,
  },
  {
    id: 'afraid-at-home',
    kind: 'abuse',
    level: 'concern',
    cue: /\b(?:afraid|scared|terrified) of (?:my |the )?(?:husband|wife|partner|boyfriend|girlfriend|ex|father|dad|mother|mom|stepdad|him|her)\b|\b(?:won't let me|doesn't let me|forbids me to) (?:leave|see|talk|call|work)\b/,
  },
  {
    id: 'heart-attack',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: [
      /\b(?:pressure|pain|tight(?:ness)?|crushing|squeez\w+|heav\w+|weight|elephant)\b.{0,40}\bchest\b|\bchest (?:pain|pressure|tightness)\b/,
      /\b(?:jaw|left arm|both arms|sweat\w*|cold sweat|nause\w*|short(?:ness)? of breath|breathless|can't breathe|faint\w*|spread\w*|radiat\w*|pass(?:ed|ing) out)\b/,
    ],
    unless: /\b(?:bench press|push-?ups?|months? ago|last year|years? ago|panic attacks?|heart check)\b/,
  },
  {
    id: 'stroke',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\b(?:face|mouth|smile)\b.{0,20}\b(?:droop\w*|hanging|crooked|lopsided)\b|\b(?:sudden(?:ly)?)\b.{0,40}\b(?:can't (?:speak|talk|see|move|lift)|slurr\w+|numb(?:ness)? (?:on|in|down) one side|weak(?:ness)? (?:on|in) one side|lost (?:her|his|my) speech)\b|\bslurr(?:ed|ing)\b.{0,60}\b(?:numb|weak|droop|arm)\w*|\bworst headache of my life\b|\bthunderclap\b/,
    unless: /\b(?:botox|dentist|years? ago|dental|novocaine)\b/,
  },
  {
    id: 'not-breathing',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\b(?:not|isn't|stopped|hardly|barely|can't|cannot|struggling to|slowly) breath(?:e|ing)\b|\bbreath(?:es|ing) (?:very |really |so )?(?:slowly|shallow\w*)\b|\blips? (?:are |is |look\w* |turn\w* |gone )+(?:blue|bluish|grey|gray|purple)|\b(?:unconscious|unresponsive|won't wake up|can't wake (?:him|her|them)|hardly wake|passed out and)\b|\bthroat (?:is )?(?:closing|swelling)\b|\b(?:tongue|face|lips) (?:is |are )?swell(?:ing|s|ed)?\b/,
    unless:
      /\b(?:snor\w+|stop\w* breathing at night|sleep apnea|panic attacks?|anxiety attack|so funny|laugh\w*|breathing exercises?|breathing slowly (?:helps|calms)|dental|filler|when he sleeps|in the mask|meditat\w+)\b/,
  },
  {
    id: 'seizure-bleeding',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\b(?:having|had|has had) (?:a )?seizures?\b(?!.{0,40}\b(?:years?|months?) ago\b)|\b(?:won't|doesn't|can't|not) stop bleeding\b|\bbleeding (?:heavily|a lot|badly|won't stop)\b|\bcough\w* (?:up )?(?:a lot of )?blood\b|\bvomit\w* (?:up )?blood\b/,
    unless: /\b(?:gums?|when i floss|history of|epilepsy (?:since|for)|my dog|my cat)\b/,
  },
  {
    id: 'withdrawal',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: [
      /\b(?:quit|stopp?(?:ed)?|cold turkey|last drink|withdraw\w*|detox\w*)\b/,
      /\b(?:vodka|whisk(?:e)?y|alcohol|drink\w*|beers?|wine|liquor|xanax|benzo\w*|diazepam|valium)\b/,
      /\b(?:see|seeing|saw|hear|hearing) (?:\w+ ){0,3}(?:things|bugs|insects|spiders|people|voices|shadows)\b|\bhallucinat\w*|\b(?:aren't|isn't|not) (?:really )?there\b|\bseizures?\b|\bno ?(?:one|body) else (?:can )?sees?\b|\b(?:insects|bugs|spiders) in\b|\bdrenched\b|\bsoaked in sweat\b/,
    ],
    unless: /\b(?:years?|months?) ago\b.{0,40}\b(?:quit|stopped)\b/,
  },
  {
    id: 'serotonin',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: [
      /\b(?:fluoxetine|sertraline|citalopram|escitalopram|paroxetine|venlafaxine|duloxetine|ssris?|snris?|maois?|antidepressants?)\b/,
      /\b(?:st\.? ?john'?s ?wort|dextromethorphan|tramadol|triptans?|linezolid|mdma|ecstasy|added|together with|combined|mixed)\b/,
      /\bmuscles? (?:\w+ ){0,2}(?:jump\w*|twitch\w*|rigid|stiff|jerk\w*|spasm\w*)|\b(?:jumping|twitching|jerking|stiff) muscles\b|\btwitch\w*|\brigid\b/,
    ],
  },
  {
    id: 'psychosis',
    kind: 'medical_emergency',
    level: 'concern',
    cue: /\bvoices? (?:tell|telling|told|command|say|saying)\w* me\b|\b(?:hasn't|haven't|not) slept (?:for|in) \w+ (?:nights|days)\b|\b(?:no sleep|awake|sleepless)\b.{0,20}\b(?:\d+|three|four|five|six) (?:nights|days)\b|\b(?:\d+|three|four|five|six) (?:nights|days)\b.{0,30}\b(?:awake|without sleep)\b/,
    unless: /\b(?:newborn|jet ?lag)\b/,
  },
  {
    id: 'starving',
    kind: 'medical_emergency',
    level: 'concern',
    cue: [
      /\b(?:[2-9]\d\d) (?:calories|kcal)\b|\bstarv(?:e|ing) myself\b/,
      /\b(?:faint\w*|pass(?:ed|ing)? out|black(?:ed|ing)? out|dizzy|period)\b/,
    ],
  },
  {
    id: 'asleep-at-the-wheel',
    kind: 'medical_emergency',
    level: 'concern',
    cue: /\b(?:nodded off|fell asleep|dozed(?: off)?|drifted off|falling asleep|nodding off)\b.{0,60}\b(?:light|wheel|driving|traffic|road|car|van)\b/,
  },
  {
    id: 'hopeless',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:hopeless|worthless|burden to|a burden|can't take (?:it|this) anymore|give up on (?:life|everything)|nothing left to live|hate myself|don't see a future|no future)\b/,
    unless:
      /\b(?:burden of proof|tax burden|hopeless (?:at|with) (?:math|maths|cooking|technology|directions|romantic))\b/,
  },
];
