import { MEDICINE, POISON } from './phrases.js';
import type { RiskRule } from './riskRule.js';
import { OVERDOSE } from './selfHarmRules.js';

/** Bodily emergencies that must not wait for an answer. */
export const MEDICAL_RULES: readonly RiskRule[] = [
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
    topic: 'psychosis',
    level: 'concern',
    cue: /\b(?:tv|radio|neighbou?rs?|people|they|government|police)\b.{0,30}\b(?:implanted|put a chip|poisoning me|following me|reading my (?:mind|thoughts)|control(?:s|ling)? my (?:mind|thoughts))\b|\b(?:i'm|he is|he's|she's) (?:the chosen|god|a prophet)\b|\bhearing voices\b|\bvoices? (?:tell|telling|told|command|say|saying)\w* me\b|\b(?:hasn't|haven't|not) slept (?:for|in) \w+ (?:nights|days)\b|\b(?:no sleep|awake|sleepless)\b.{0,20}\b(?:\d+|three|four|five|six) (?:nights|days)\b|\b(?:\d+|three|four|five|six) (?:nights|days)\b.{0,30}\b(?:awake|without sleep)\b/,
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
    id: 'heart-or-stroke-in-other-words',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: [
      /\b(?:chest)\b.{0,40}\b(?:weight|elephant|pressure|pain\w*|tight\w*|squeez\w*|crush\w*|heav\w*|sitting)\b|\b(?:weight|elephant|pressure|pain\w*|tight\w*|squeez\w*|crush\w*|heav\w*)\b.{0,40}\bchest\b/,
      /\b(?:jaw|arm|shoulder blade|sweat\w*|clammy|grey|gray|pale|sick|nause\w*|vomit\w*|breath\w*|faint\w*|collaps\w*|dizzy|minutes)\b/,
    ],
    unless:
      /\b(?:push-?ups?|bench press|workout|months? ago|last year|years? ago|panic attacks?|heart check|cough\w*|cold|baby carrier|bra)\b/,
  },
  {
    id: 'stroke-in-other-words',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\b(?:can't|couldn't|cannot) (?:smile|speak|talk|lift|move|feel) (?:\w+ ){0,3}?(?:properly|(?:left|right|one) (?:arm|side|leg|hand)|his arm|her arm)\b|\b(?:face|mouth)\b.{0,20}\b(?:dropped|drooped|droops|drooping|fallen|sagging|hanging)\b.{0,20}\b(?:one side|left|right|side)?\b|\b(?:words|speech)\b.{0,20}\b(?:come out wrong|slurr\w*|jumbled|garbled|nonsense)\b|\b(?:talks?|talking|speaks|speaking) nonsense\b.{0,60}|\b(?:side|arm|leg|face)\b.{0,25}\bnumb\b.{0,60}\b(?:find (?:the |my )?words|speak|speech|talk|vision|walk)\b|\bslurr(?:ed|ing) (?:speech|words)\b|\b(?:worst|sudden|thunderclap) headache\b.{0,60}\b(?:ever|nowhere|neck|stiff|life|bat|vision|vomit\w*)\b/,
    unless: /\b(?:botox|dentist|dental|novocaine|years? ago|drunk again|toddler|learning|screen)\b/,
  },
  {
    id: 'cannot-be-woken',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\b(?:can't|couldn't|unable to|hardly|cannot) (?:get|wake) (?:\w+ ){0,3}?(?:up|properly|to wake|awake)\b|\b(?:can't|couldn't) wake (?:him|her|them|my)\b|\b(?:won't|doesn't|isn't|not) (?:wake up|waking up|respond(?:ing)?|react(?:ing)?|waking)\b|\b(?:unconscious|unresponsive|passed out|collapsed)\b.{0,60}\b(?:breath\w*|needle|blue|lips|not|won't|drug\w*|heroin|floor|pills)\b|\b(?:barely|not|hardly|isn't|stopped) breathing\b|\b(?:fell|hit (?:his|her|my|their) head|head injury)\b.{0,60}\b(?:vomit\w*|confused|drowsy|won't wake|pupils?|clear fluid)\b|\btearing pain\b|\babout to (?:pass out|faint|collapse)\b.{0,40}\bpain|\bpain\b.{0,60}\babout to (?:pass out|faint|collapse)\b|\b(?:gurgl\w*|rattling|snoring)\b.{0,50}\b(?:won't wake|not wake|can't wake|blue|xanax|pills|drank)\b|\bfloppy\b.{0,40}\b(?:baby|fever|wake|feed)\b|\bbaby\b.{0,20}\b(?:floppy|limp|blue)\b/,
    unless:
      /\b(?:surgery|an(?:a)?esth\w*|operation|scared of|teenager|morning|alarm|school|snores? (?:all|every)|apn(?:ea|oea)|lazy|nap)\b/,
  },
  {
    id: 'seizure-goes-on',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\b(?:seizure|fit|convuls\w*)\b.{0,40}\b(?:not stopped|hasn't stopped|won't stop|minutes|still|right now|ongoing)\b/,
    unless: /\b(?:years? ago|workout|gym)\b/,
  },
  {
    id: 'airway',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\bthroat (?:is |feels like it's |feels )?(?:closing|swelling|tightening)\b|\b(?:lips|tongue|face|throat) (?:is |are |has |have )?(?:swell\w*|swollen|closing)\b.{0,60}\b(?:sting|peanuts?|nuts?|breath\w*|shellfish|bee|wasp|penicillin|after|allerg\w*)\b|\b(?:sting|stung|peanuts?|nuts|penicillin|shellfish)\b.{0,60}\b(?:wheez\w*|tongue|throat|hives all over|can't breathe|faint)|\bcan't breathe\b.{0,40}\b(?:swell\w*|lips|sting|blue|turning)\b/,
    unless: /\b(?:dentist|dental|filler|panic|laugh\w*)\b/,
  },
  {
    id: 'bleeding',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: /\b(?:vomit\w*|throwing up|cough\w*(?: up)?) (?:up )?(?:fresh |a lot of |lots of )?blood\b|\b(?:won't|doesn't|can't|not|hasn't) stop(?:ped)? bleeding\b|\bwrists?\b.{0,40}\bstill bleeding\b|\bblood\b.{0,20}\b(?:everywhere|spurting|pouring)\b/,
    unless: /\b(?:gums?|floss|shaving|nose|dog|cat|period)\b/,
  },
  {
    id: 'child-swallowed',
    kind: 'medical_emergency',
    topic: 'overdose',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:toddler|baby|son|daughter|child|kid|she|he|year[- ]old|grandson|granddaughter)\\b.{0,30}\\b(?:drank|swallow\\w*|ate|eaten|drunk|got into)\\b (?:\\w+ ){0,4}?(?:${POISON}|${MEDICINE}|magnets?|button)\\b`,
    ),
    unless: /\b(?:years? ago|as prescribed|detergent free)\b/,
  },
  {
    id: 'withdrawal-in-other-words',
    kind: 'medical_emergency',
    level: 'crisis',
    cue: [
      /\b(?:stopp?(?:ed|ing)|quit|cold turkey|last drink|off the (?:drink|booze)|withdraw\w*)\b/,
      /\b(?:drink\w*|alcohol|vodka|booze|beers?|benzos?|xanax|diazepam|valium|clonazepam|raksi)\b/,
      /\b(?:see(?:s|ing)?|saw|hear(?:s|ing)?)\b.{0,40}\b(?:nobody else|aren't there|isn't there|not there|no one else|bugs|spiders|insects|ants)\b|\bants on\b|\bnobody else sees\b/,
    ],
  },
  {
    id: 'too-many-by-mistake',
    kind: 'medical_emergency',
    level: 'concern',
    cue: /\btook (?:her|his|their|the) (?:pills|tablets|medication|insulin|dose) twice\b.{0,60}\b(?:wake|sleepy|confused|drowsy|breath\w*)\b/,
  },
  { ...OVERDOSE, id: 'overdose-body', kind: 'medical_emergency' },
];
