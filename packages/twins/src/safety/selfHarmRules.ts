import {
  ACCIDENT,
  BETWEEN,
  DENIED,
  JOKING,
  LONG_PAST,
  MEDICINE,
  NOT_MEANT,
  OWN,
  POISON,
  REFLEXIVE,
  SOMEBODY,
  TALE,
  WISH,
} from './phrases.js';
import { anyOf, type RiskRule } from './riskRule.js';

/** Too much of a medicine, taken or about to be: danger to the body whatever was meant. */
export const OVERDOSE: RiskRule = {
  id: 'overdose',
  kind: 'self_harm',
  topic: 'overdose',
  level: 'crisis',
  cue: new RegExp(
    `\\b(?:tak(?:e|en|ing)|took|swallow\\w*|down(?:ed|ing)|neck(?:ed|ing)?|pop(?:ped|ping)|ate|eaten|drank|drink\\w*)\\b (?:\\w+ ){0,3}?(?:\\d{2,3}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty|sixty|hundred|dozens?(?: of)?|all|(?:a|the|my|his|her|one) whole \\w+(?: of)?|entire|bottle of|handfuls? of|bunch of|(?:a )?loads? of|tons? of|fistful of|packets? of|box of|too many|lots of) (?:of )?(?:the |my |his |her |those |these |our )?(?:\\w+'s )?(?!mg|mcg|ml)(?:[\\w-]+ ){0,3}?${MEDICINE}\\b|\\boverdos(?:ed|ing) (?:on purpose|again|last night|today|an hour)|\\b(?:took|taken|taking|take) an overdose\\b|\\b(?:${SOMEBODY}) (?:has |have |just |may have |might have )*overdosed\\b|\\boverdose on (?:purpose|my)\\b|\\b(?:might|may|could|will|going to|want to|about to|tempted to|plan to|tried to) overdose\\b|\\b(?:\\d{2,3}|all my|all the|handful of) (?:\\w+ )?(?:pills|tablets)\\b.{0,20}\\b(?:in front of me|in my hand|on the table|beside me)\\b|\\b(?:pills|tablets) (?:are|is) in my (?:bag|hand|pocket|lap)\\b|\\btook the first (?:\\w+)\\b`,
  ),
  unless: anyOf(
    TALE,
    /\b(?:as told|as prescribed|as directed|prescribed me|antibiotics|vitamins?|a day|per day|daily|once a|twice a|every (?:day|morning)|in the morning|course|overdosed on (?!purpose)(?:water|vitamins?|coffee|broccoli|carrots|true|sugar|chocolate|podcasts?|series)|overdose of (?:coffee|sugar|fun))\b/,
  ),
};

/** Danger to one's own life said in so many words, by the person or about somebody near. */
export const SELF_HARM_RULES: readonly RiskRule[] = [
  {
    id: 'kill-self',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:kill(?:ing|ed|s)?|off(?:ing)?|top(?:ping)?|end(?:ing)?|murder(?:ing)?|unalive|delet(?:e|ing)|hang(?:ing|ed)?|hung|shoot(?:ing)?|shot|drown(?:ing)?|overdos(?:e|ing)|poison(?:ing)?|stab(?:bing)?|starv(?:e|ing)|suffocat(?:e|ing)|strangl(?:e|ing)|electrocut(?:e|ing)|gas(?:sing)?|choke|choking|throw(?:ing)?|fling(?:ing)?|hurl(?:ing)?) ${REFLEXIVE}\\b`,
    ),
    unless: anyOf(
      DENIED,
      TALE,
      /\b(?:shoot myself in the foot|throw(?:ing)? myself into (?:my |the )?(?:work|studies|job|sport|training|books|hobb\w+)|throw(?:ing)? myself (?:at|a) |hanging myself (?:up|out)|goldfish)\b/,
    ),
  },
  {
    id: 'end-life',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:end(?:ing|s)?|tak(?:e|es|ing)|took|finish(?:ing)?|quit(?:ting)?|throw(?:ing)? away) ${OWN} (?:own )?(?:life|lives)\\b|\\bend(?:ing)? it all\\b|\\b(?:think\\w*|thoughts) (?:of|about) ending it\\b(?! with)|\\b${WISH} ${BETWEEN}(?:my|this|his|her|their) life (?:to (?:end|stop|be over)|over|ended)\\b|\\b(?:leav(?:e|ing)|quit(?:ting)?|out of|depart\\w*) (?:from )?(?:this|the|my) (?:world|life|earth)\\b`,
    ),
    unless: anyOf(DENIED, TALE),
  },
  {
    id: 'suicidal',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b${SOMEBODY}\\b.{0,60}\\bsuicid(?:e|al)\\b|\\bsuicid(?:e|al)\\b.{0,40}\\b(?:i|i'm|me|my|i've|only (?:way|option))\\b|\\bsuicidal (?:thoughts?|ideation|ideas|feelings?|plan|urges?)\\b|\\bsuicide (?:note|letter|attempt|plan|pact)\\b|\\b(?:commit\\w*|attempt\\w*|contemplat\\w*|consider\\w*|thoughts? of|thinking (?:of|about)|think about|plan(?:ning)?|threaten\\w*|ways? (?:to|of|for)|how to) (?:to )?suicide\\b|\\bsuicide karna\\b|\\bsuicidal again\\b`,
    ),
    unless: anyOf(
      DENIED,
      TALE,
      /\b(?:thinks it was suicide|lost (?:\w+ ){0,5}to suicide|you get suicidal|medicines? can|volunteer|nurse)\b/,
    ),
  },
  {
    id: 'suicide-word',
    kind: 'self_harm',
    level: 'concern',
    cue: /\bsuicid(?:e|al|ality)\b/,
    unless: anyOf(NOT_MEANT, /\b(?:lost|whose|volunteer|screening|died by suicide in)\b/),
  },
  {
    id: 'want-to-die',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b${WISH} ${BETWEEN}(?:die|died|dead|dying|death|be dead|not be alive|not exist|stop existing|cease to exist)\\b(?! (?:my|his|her|their|the|of|from|down|off|out|hair|in (?:hospital|a hospice|pain)|skin|with dignity)\\b)|\\bfeel(?:s|ing)? (?:like|to) (?:dying|die)\\b|\\b(?:better off|happier|better|rather be|i'd be) dead\\b|\\bwhen i(?:'m| was) dead\\b|\\bdeath is (?:what i|all i|the only)\\b|\\b(?:time|way|plan|date) (?:for me )?to die\\b(?! (?:down|off))|\\bdie by (?:suicide|my own)\\b|\\bshould (?:just )?(?:die|be dead)\\b|\\b(?:gonna|going to) die (?:tonight|today|tomorrow|soon|by)\\b|\\b(?:wan|want) die\\b|\\bmarna chah\\w*`,
    ),
    unless: anyOf(
      JOKING,
      /\b(?:n't|not|never|no) (?:\w+ ){0,2}(?:want|wish|going|ready|deserve|like|need)\w* ${''}(?:to )?(?:die|dying|be dead)\b/,
      /\brather die than (?:give|eat|watch|wear|listen|do|use|speak|see|ask|call|dance|sing|talk)\b/,
      /\b(?:dog|cat|hamster|fish|plants?|horse|pet|battery|phone|laptop|old self)\b/,
      /\bdead (?:skin|sea|lift|end|line)\b|\bdeadlift/,
      /\b(?:grand\w+|nan|nana|gran|mother|father|mum|mom|dad|aunt|uncle|he|she) (?:\w+ )?(?:died|dying|is dead|was dead)\b/,
    ),
  },
  {
    id: 'does-not-want-to-die',
    kind: 'self_harm',
    level: 'concern',
    cue: /(?:\bnot|\bnever|n't) (?:really |actually )?(?:want|going|plan\w*|intend\w*) (?:to )?(?:die|kill myself|end (?:my life|it)|hurt myself)\b|\bnot suicidal\b/,
    unless: /\b(?:die of|die from|or anything|leaflet|never think)\b/,
  },
  {
    id: 'does-not-want-to-live',
    kind: 'self_harm',
    level: 'crisis',
    cue: /(?:n't|\bno longer|\bnot|\bnever|\bstopped|\bno) (?:really |even |actually |ever )?(?:want(?:s|ed|ing)?|wish|wan|care|like|feel like|bear|see myself|go on|able)(?: to| on)? (?:even |still |just )?(?:liv(?:e|ing)|be alive|being alive|exist|existing|survive|wake up|be here|being here|be around|be in this world)\b(?! (?:in|at|with|near|on|next|under|so|to|together|alone|like (?!this)|before|for my (?:alarm|shift)|early)\b)/,
    unless: /\b(?:alarm|shift|early|boarding school|this (?:job|office|town|school))\b/,
  },
  {
    id: 'method-asked',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:painless|quick(?:est)?|easiest|easy|least painful|peaceful|best|fastest|surest|simplest) (?:way|method|death|means)s?\b.{0,20}\b(?:die|death|kill|go|suicide|end it)\b|\bpainless (?:methods?|death|suicide)\b|\bhow (?:many|much|long|high|deep|do (?:i|you)|can i|to|would)\b.{0,50}\b(?:to die|to kill (?:me|a person|yourself|myself|oneself)|be (?:lethal|fatal|enough to die)|lethal|kill (?:yourself|myself|me)|end my life|tie a noose|overdose)\b(?! (?:down|off))|\b(?:dose|amount|quantity|number|many|much)\b.{0,30}\b(?:is|be|are) (?:deadly|lethal|fatal)\b|\b(?:lethal|fatal|deadly) (?:dose|amount|overdose)\b|\bto hang yourself\b|\btie a noose\b|\b(?:exhaust fumes|helium|carbon monoxide|charcoal)\b.{0,40}\b(?:how long|die|fall asleep|peaceful)|\b(?:way|how) to (?:go|leave|die)\b.{0,30}(?:n't hurt|without pain|not hurt|painless\w*|accident|quick\w*)|\b(?:does|whether|if|would) it hurts?(?: to)? (?:drown|hang|die|bleed|jump|fall)\b|\bhurts? to (?:drown|hang|die|bleed out)\b|\bcan (?:you|i|one) die (?:from|of|by) (?:not (?:drinking|eating)|taking|too many|drinking|mixing|bleeding)\b|\bcar running in the garage\b|\bhow long\b.{0,40}\b(?:exhaust fumes|helium|noose|carbon monoxide)\b|\bhow high (?:does|should|must|would|do) (?:a|the) (?:bridge|building|floor|jump|fall)\b|\b(?:does|would|will) it hurt to (?:fall|jump|drown|hang|bleed)\b|\b(?:hurt|painful) to (?:fall from|jump from|hang)\b/,
    unless: anyOf(
      DENIED,
      NOT_MEANT,
      /\b(?:lice|weeds?|bacteria|germs?|mould|mold|virus|ants|mosquito\w*|dog|cat|detector|alarm)\b/,
    ),
  },
  {
    id: 'cutting',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:cut(?:ting|s)?|hurt(?:ing|s)?|harm(?:ing|s|ed)?|burn(?:ing|s|ed)?|punish(?:ing|es|ed)?|scratch(?:ing|es)?|injur(?:e|ing|ed)|bruis(?:e|ing)) ${REFLEXIVE}\\b|\\b(?:cut(?:s|ting)?|slit(?:s|ting)?|slash(?:es|ed|ing)?|slice[ds]?|slicing|open(?:ing)?) (?:up )?(?:my|his|her|their) (?:\\w+ )?(?:wrists?|veins?|arms?|thighs?|legs?|throat|neck|skin)\\b|\\b(?:cut|slit|bleeding|slashed) wrists?\\b|\\bdid (?:something|it) (?:bad |again )?to my (?:arms?|legs?|thighs?|wrists?)\\b|\\bself[- ]?(?:harm|injur|mutilat)\\w*|\\b(?:cuts?|burns|scars|marks|razor marks) (?:on|across|all over|along|up) (?:\\S+ ){1,3}(?:arms?|wrists?|thighs?|legs?)\\b|\\burges? to (?:cut|hurt|burn|harm)\\b|\\b(?:been|started|start|am|i'm|back to|relapsed (?:with|into)) cutting (?:again|every|each|my|at night)\\b|\\bcutting again\\b|\\brazor ?blades?\\b.{0,40}\\b(?:under|hid\\w*|found|drawer|pillow|mattress|my (?:son|daughter))|\\b(?:found|hid\\w*)\\b.{0,20}\\brazor ?blades?\\b`,
    ),
    unless: anyOf(DENIED, TALE, ACCIDENT, /\b(?:never|thrice|surgery|surgeon|scan)\b/),
  },
  {
    id: 'hurting-on-purpose',
    kind: 'self_harm',
    level: 'crisis',
    cue: [
      /\b(?:dig\w*|scratch\w*|hit\w*|bang\w*|punch\w*|pinch\w*|bite|biting|burn\w*|pick\w*|pull\w*)\b/,
      /\b(?:my|herself|himself|his|her) ?(?:own )?(?:nails|skin|head|arms?|hands?|legs?|hair|wall|knuckles|face)?\b/,
      /\b(?:bleeds?|blood|bruise\w*|breaks?|hurts?)\b|\buntil i\b/,
      /\b(?:deserve|to hurt myself|feel (?:the |some )?pain|feel something|hate (?:myself|who i am)|numb|punish\w*|worse to myself|instead of feeling|to calm down|release|relief)\b/,
    ],
    unless: /\b(?:eczema|rash|itch\w*|mosquito|toddler|baby|cot)\b/,
  },
  OVERDOSE,
  {
    id: 'poison',
    kind: 'self_harm',
    topic: 'overdose',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:i|i'll|i'm|i've|will|going to|want to|he|she|has|have|just)\\b (?:\\w+ ){0,3}?(?:drink(?:ing)?|drank|drunk|consum\\w*|swallow\\w*|tak(?:e|ing)|took|ate|eat|eating)\\b (?:\\w+ ){0,2}?${POISON}\\b|\\bgun to (?:my|his|her|their)(?: own)? head\\b|\\bbought (?:\\w+ ){0,2}?(?:poison|sulphas|celphos|metacid)\\b`,
    ),
    unless: anyOf(TALE, /\b(?:alkaline|citric|folic|lactic|hyaluronic|fatty|stomach|rats?|mice|dog|cat)\b/),
  },
  {
    id: 'jump',
    kind: 'self_harm',
    level: 'crisis',
    cue: [
      /\b(?:jump(?:ing|ed)?|leap(?:ing)?|throw(?:ing)? myself|step(?:ping)? (?:off|in front)|fall(?:ing)?|driv(?:e|ing)|steer(?:ing)?|crash(?:ing)?|let go|swerv(?:e|ing)|turn(?:ing)? the wheel|one step|walk(?:ing)? into|lie down|sleep under|too close|edge)\b/,
      /\b(?:bridge|roof|rooftop|balcony|terrace|overpass|cliffs?|ledge|window|building|train|tracks|rails|platform|metro|tube|traffic|lorry|lorries|trucks?|bus|wall|tree|river|oncoming|(?:\w+th|\d+(?:th|st|nd|rd)) floor)\b/,
      new RegExp(`\\b${SOMEBODY}\\b`),
      /\b(?:want\w*|going to|gonna|urges?|think\w*|thought|thoughts|imagin\w*|about to|plan\w*|threaten\w*|says|said|stand\w*|could|would|easy|wish|decided|calling me|will|almost|nearly|picture|keep)\b/,
    ],
    unless:
      /\b(?:bungee|parachut\w*|charity|trampoline|pool|plane|dream\w*|nightmare|fear|scared|afraid|phobia|anxious|heights|kids?|toddler|tank|skydiv\w*|hit by|accident|snow|rain|stopped|marathon|race|last (?:summer|year)|exercise|worried)\b/,
  },
  {
    id: 'steer-away',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:driv(?:e|ing)|steer(?:ing)?|crash(?:ing)?|turn(?:ing)?|swerv(?:e|ing)) (?:\w+ ){0,3}?(?:off|into|under|in front of) (?:\w+ ){0,2}?(?:cliff|bridge|tree|wall|lorr(?:y|ies)|trucks?|oncoming|traffic|river|train|pole|barrier)\b/,
    unless: /\b(?:dream\w*|fear|afraid|scared|anxious|stopped|learning|accident|he|she|they) (?:that )?\b|\bran into\b/,
  },
  {
    id: 'on-the-edge',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:i'm|i am|sat|sitting|standing|stood|stand|he is|she is|he's|she's) (?:\w+ ){0,3}?(?:on|at|over|by|near) (?:\w+ ){0,3}?(?:bridge|roof|rooftop|ledge|railing|tracks|cliff|edge)\b.{0,60}\b(?:jump|end|over|goodbye|ready|done|die|let go|easy|step)\b|\b(?:balcony|bridge|train|river|rope|knives|pills|water) (?:\w+ ){0,2}call(?:s|ing) (?:to )?me\b|\bedge of the (?:platform|roof|bridge|cliff)\b/,
    unless: /\b(?:heights|toddler|yellow line|fear|afraid)\b/,
  },
  {
    id: 'weapon-at-hand',
    kind: 'self_harm',
    level: 'crisis',
    cue: [
      /\b(?:gun|pistol|rifle|shotgun|noose|rope|blades?|razors?|knife|knives|pills|tablets|morphine|medication|painkillers)\b/,
      /\b(?:in my (?:lap|hand|hands|mouth)|loaded|tied|lined up|laid out|counted|in front of me|next to (?:me|my bed)|beside me|on the table|cleaned|hidden|bought|have (?:it|them|a|his|her|my)|i have|i've got|looking at|staring at|hold\w*)\b/,
      /\b(?:don't want|want (?:to|out)|die|dead|end|life|tonight|goodbye|sorry|alone|thinking about it|wine|whisk\w+|alcohol|done|kids wake|lie|nobody|veins|over|lined up|loaded)\b/,
    ],
    unless:
      /\b(?:skipping|climb\w*|boat|camp\w*|toy|hunting|refill|travel|trip|holiday|cook\w*|dinner|salad|pharmacy|dentist|expire|blister|first[- ]aid|store|safely|childproof|dog|nightmare|dream|heart)\b/,
  },
  {
    id: 'kms-kys',
    kind: 'self_harm',
    level: 'crisis',
    cue: /(?<!\d\s?)(?<!\bmany )\bkms\b|\b(?:told|tells|telling|told me to|said)\b.{0,20}\bkys\b|\bctb\b|\bcatch(?:ing)? the bus\b.{0,30}\b(?:iykyk|soon|tonight|peace|forever|if you know)\b/,
    unless:
      /\b(?:ran|run|running|drive|drove|walk\w*|bike|biking|cycling|hour|away|distance|speed|marathon|windows|license|activation|work|school)\b/,
  },
  {
    id: 'tried-before',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:tried|attempted|trying|attempting|nearly|almost) (?:to )?(?:kill(?:ed)?|hang(?:ed)?|end(?:ed)?|overdose|take|took|died?) ?(?:${REFLEXIVE}|(?:my|his|her) (?:own )?life)?\\b(?=.{0,40}\\b(?:last (?:night|week|friday)|today|yesterday|tonight|this (?:morning|evening|week)|right now|again|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|locked)\\b)`,
    ),
    unless: TALE,
  },
];
// Past attempts that are long over are grief or history; LONG_PAST keeps them out of the alarm but not out of sight.
export const PAST_RULE: RiskRule = {
  id: 'past-attempt',
  kind: 'self_harm',
  level: 'concern',
  cue: new RegExp(
    `\\b(?:i|i've|my) (?:\\w+ ){0,3}?(?:attempted suicide|tried to (?:kill myself|die|end my life))\\b.{0,60}(?:${LONG_PAST.source})|(?:${LONG_PAST.source}).{0,60}\\bi (?:\\w+ ){0,2}?(?:attempted suicide|tried to (?:kill myself|die|end my life))\\b`,
  ),
};
