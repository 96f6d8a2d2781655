import { CLOSE, NOT_MEANT, VICTIM } from './phrases.js';
import type { RiskRule } from './riskRule.js';

/** Danger that people are to other people: harm planned or feared, abuse suffered. */
export const OTHERS_RULES: readonly RiskRule[] = [
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
    id: 'harm-others-named',
    kind: 'harm_to_others',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:going to|want to|wan|will|i'll|plan\\w*|decided to|ready to|urges?|keep thinking (?:about|of)|think(?:ing)? (?:about|of)|thoughts of|he's going to|she's going to|says he will|says she will|threaten\\w* to|tell me to|told me to|order me to)\\b (?:\\w+ ){0,3}?(?:kill|killing|murder\\w*|shoot|shooting|stab|stabbing|strangl\\w*|drown\\w*|smother\\w*|burn|burning|poison\\w*|attack\\w*|behead\\w*|run over)\\b (?:up )?(?:${VICTIM})`,
    ),
    unless: new RegExp(
      `${NOT_MEANT.source}|(?:n't|\\bnot|\\bnever|\\bafraid of|\\bfear of|\\bwithout)\\b.{0,25}\\b(?:kill|shoot|murder|stab)|\\b(?:weeds?|lice|ants|hoops|photos?|email|message|text)\\b|\\bkill (?:him|her|them) with kindness\\b|\\b(?:lol|haha)\\b`,
    ),
  },
  {
    id: 'mass-violence',
    kind: 'harm_to_others',
    level: 'crisis',
    cue: /\bshoot(?:ing)? up (?:\w+ ){0,2}?(?:school|class|office|church|mosque|temple|mall|place|work)\b|\b(?:bomb|burn down|blow up) (?:\w+ ){0,2}?(?:school|office|church|mosque|temple|house|building)\b|\b(?:list of|kill list|hit list)\b.{0,40}\b(?:classmates|people|teachers|colleagues|guns?)\b|\bplanning (?:how )?to (?:shoot|kill|murder|attack)\b/,
    unless: NOT_MEANT,
  },
  {
    id: 'weapon-for-another',
    kind: 'harm_to_others',
    level: 'crisis',
    cue: [
      /\b(?:bat|knife|gun|petrol|gasoline|acid|hammer|axe|machete|khukuri|rifle)\b/,
      /\b(?:has it coming|had it coming|deserves it|i mean it|won't be responsible|pay for (?:it|what)|when (?:she|he) walks alone|where (?:he|she) (?:parks|lives|sleeps)|comes? near|teach (?:him|her|them) a lesson|revenge|if (?:he|she|they) (?:come|comes|knocks|touches))\b/,
    ],
    unless: /\b(?:baseball|cricket|kitchen|cook\w*|dream\w*|nightmare|game)\b/,
  },
  {
    id: 'infant-in-danger',
    kind: 'harm_to_others',
    level: 'crisis',
    cue: /\b(?:shook|shaken|shake|shaking|hit|smother\w*|drown\w*|pillow|throw|threw|slapped|suffocat\w*)\b.{0,40}\b(?:the baby|my baby|newborn|infant|her face|his face|toddler)\b.{0,80}\b(?:stop|afraid|worse|urge|cry\w*|think|again|quiet|will)\b|\b(?:newborn|baby|infant|toddler)\b.{0,60}\b(?:urge|want to|going to|tempted to|imagine)\b.{0,30}\b(?:pillow|drown|smother|shake|throw|drop|hurt|kill|silence)\b/,
    unless: /\b(?:afraid i could drop|scared i could drop|rattle|teeth|bath time|bangs? his|bumped|fell)\b/,
  },
  {
    id: 'beaten',
    kind: 'abuse',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:${CLOSE})\\b.{0,60}\\b(?:hits?|hit|beats?|beat|punch(?:es|ed)?|kick(?:s|ed)?|slap(?:s|ped)?|burn(?:s|ed|t)?|bit|threw|throws|shov(?:es|ed)|dragg?(?:s|ed)?|smash(?:es|ed)?|stab(?:s|bed)?|cut|cuts|scald(?:s|ed)?|broke)\\b (?:\\w+ ){0,4}?(?:me|us|my (?:\\w+ )?(?:rib|ribs|arm|nose|jaw|head|face|finger|wrist|tooth|teeth|brother|sister|mother|mum|mom|kids|stomach|hair))\\b(?! (?:up|at|in (?:chess|tennis)|to it|that|like)\\b)|\\b(?:broke|threw|smashed) (?:a|the) \\w+ (?:on|at|over) my (?:head|face)\\b|\\b(?:beats?|hits?|punch(?:es|ed)?|kick(?:s|ed)?) me\\b.{0,30}\\b(?:belt|stick|fist|drunk|drinks|late|every|stomach|face)\\b`,
    ),
    unless:
      /\b(?:toddler|newborn|chess|tennis|poker|game|boxing|karate|judo|sparring|hits on me|joke|idea|news|song|goal|ball|cricket|football|rugby)\b/,
  },
  {
    id: 'choked',
    kind: 'abuse',
    level: 'crisis',
    cue: /\b(?:strangl(?:e|ed|es|ing)|chok(?:e|ed|es|ing)|throttl(?:e|ed|es)) (?:me|her|my (?:mum|mom|mother|sister))\b|\b(?:hands?|arm|belt) (?:a)?round my (?:neck|throat)\b/,
    unless: /\b(?:food|grape|tie|scarf|collar|necklace|massag\w*|judo|jiu|song|smoke)\b/,
  },
  {
    id: 'threatened',
    kind: 'abuse',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:${CLOSE})\\b.{0,60}\\b(?:kill (?:me|us|the kids)|nobody (?:will )?(?:ever )?finds? me|hurt (?:me|us|the kids) if|burn (?:me|us|the house)|throw acid)\\b|\\bif i (?:ever )?leave\\b.{0,50}\\b(?:kill|finds? me|hurt|regret|burn|take (?:the|my) (?:kids|children))\\b|\\bthreaten\\w* me with (?:a |the )?(?:knife|gun|acid|belt|bat)\\b`,
    ),
    unless:
      /\b(?:boss|mum|mom|dad|coach|teacher|wife|husband) (?:will|'ll|is going to|would) kill me (?:if|when|because|for)\b|\b(?:tattoo|report|exam|grades?|homework|dent|bill|noise|haircut)\b/,
  },
  {
    id: 'sexual-abuse',
    kind: 'abuse',
    level: 'crisis',
    cue: /\b(?:rap(?:e|es|ed|ing)|molest\w*|sexually (?:abus\w*|assault\w*)|groped?) (?:me|her|him|us|my (?:daughter|son|sister))\b|\b(?:i was|i've been|been|was|got) (?:\w+ )?(?:raped|molested|sexually (?:abused|assaulted))\b|\bforc(?:e|es|ed|ing) (?:me|himself on me|herself on me) ?(?:to (?:have sex|sleep with|touch|undress)|on me)?\b(?<=sex|sleep with|touch|undress|on me)|\b(?:makes?|made|making|told) me (?:to )?(?:touch|undress|watch porn|send (?:nudes|pictures))\b|\btouch(?:es|ed|ing) me\b.{0,40}\b(?:shouldn't|where|private|night|down there|secret|don't want|don't like|uncomfortable|told)\b|\b(?:comes?|came|sneaks?) (?:in ?to|in) my (?:room|bed) at night\b|\b(?:our|a|little) secret\b.{0,40}\b(?:uncle|stepdad|stepfather|dad|father|coach|teacher|he)\b|\b(?:uncle|stepdad|stepfather|dad|father|coach|teacher|he)\b.{0,80}\bour (?:little )?secret\b/,
    unless: NOT_MEANT,
  },
  {
    id: 'held-at-home',
    kind: 'abuse',
    level: 'concern',
    cue: /\b(?:took|takes|hid|hides|locked|controls|checks|smashed) (?:away )?my (?:keys|phone|passport|money|wages|papers)\b.{0,80}\b(?:won't let|scared|afraid|leave|locked|everything)\b|\b(?:pay|pays|paid) (?:for it )?with bruises\b|\bbruises\b.{0,30}\b(?:he|him|husband|hide|make-?up|cover)\b|\bask (?:him|her) for every (?:coin|penny|rupee|cent|dollar)\b|\b(?:gets?|got|turns?|is) (?:rough|violent|physical|aggressive) (?:with me|when|if)\b|\b(?:not|n't) allowed to (?:see|leave|talk|work|go|have|call)\b.{0,60}\b(?:he|she|husband|partner|angry|rough|family)\b|\b(?:afraid|scared|terrified) (?:to go home|of going home|of what (?:he|she) will do)\b|\b(?:locks?|locked) me (?:in|out|up)\b|\bflinch(?:es)? when\b.{0,40}\b(?:hand|arm|voice|home|door|near)\b|\bhid(?:e|ing) (?:in|with|under)\b.{0,40}\b(?:when|because)\b.{0,30}\b(?:drunk|home|angry|shouts|yells)\b|\b(?:he|she|husband|wife|partner|boyfriend|girlfriend)\b.{0,40}\b(?:won't|doesn't|never) lets? me (?:leave|go out|see|work|talk|have (?:money|a phone))\b/,
    unless: /\b(?:remote|password|party|surprise|car keys again|forgot|nap)\b/,
  },
];
