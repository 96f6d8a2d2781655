import { MEDICINE, NOT_MEANT, WORK_TALK } from './phrases.js';
import { anyOf, type RiskRule } from './riskRule.js';

const EASED =
  '(?:better|happier|easier|lighter|fine|grand|free|relieved|kinder|simpler|safer|glad|okay|ok|good|at peace)';
const GONE =
  '(?:gone|dead|not (?:here|around|alive)|no more|no longer (?:here|around|alive|with you)|not there|out of the (?:way|picture))';
/** Danger to one's own life between the lines: leaving, being no loss, preparing; also as others see it. */
export const PARTING_RULES: readonly RiskRule[] = [
  {
    id: 'better-without-me',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b${EASED}\\b.{0,40}\\b(?:without (?:me|him|her|us|someone like (?:me|him|her))|if i (?:was|were|wasn't|weren't|am|'m|died|die|disappear\\w*|vanish\\w*|did ?n't exist|don't exist|had never|never|just went|just left|left (?:for good|forever)|go away)|(?:if|when|once) (?:i'm|i am|i was|i were|he's|she's) ${GONE})|\\bwithout (?:me|someone like me)\\b.{0,40}\\b(?:${EASED}|better place)\\b|\\bif i (?:was|were) ${GONE}\\b|\\b(?:would|will|'d) (?:all )?be relieved (?:if|when) i\\b|\\bbetter (?:place )?without (?:me|someone like me|people like me)\\b|\\bbetter off without (?:me|him|her)\\b|\\bkinder to (?:them|everyone)\\b.{0,30}\\b(?:went away|gone|left|without)\\b`,
    ),
    unless: WORK_TALK,
  },
  {
    id: 'nobody-would-miss-me',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:nobody|no one|no-one|noone|none of them|not a soul|who) (?:would|will|'d|is going to|is gonna)? ?(?:even |really |ever )?(?:care|cares|notice|miss|mourn|mind|cry)\b.{0,30}\b(?:if i|me|when i|i'm gone|i was gone)\b/,
    unless: anyOf(WORK_TALK, /\b(?:miss(?:ed)? me at|hair|outfit|birthday)\b/),
  },
  {
    id: 'not-missed',
    kind: 'self_harm',
    level: 'concern',
    cue: /(?:\bnobody|\bno one|n't (?:think|believe) (?:that )?(?:anyone|anybody|somebody|they|people|my \w+)|\bnone of (?:them|you)|\bwould anyone|\bwould anybody|\bwho) (?:would|will|'d)? ?(?:even |really |ever )?(?:miss|notice|mourn|care about|cry for|need|come to my funeral)\b(?: (?:me|my|that i|i'm|if|when)\b|[.!?])/,
    unless: anyOf(WORK_TALK, /\b(?:drive|cook\w*|lift|hair|outfit|birthday|typo|mistake|miss me at)\b/),
  },
  {
    id: 'my-funeral',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:come to|at|plan\w*|imagin\w*|songs? for|cry at) my (?:own )?funeral\b|\bsaid (?:all )?my goodbyes\b|\bmaybe (?:then )?they(?:'ll| will) (?:understand|be sorry|notice|love me|miss me)\b|\binsurance is (?:up to date|paid|sorted)\b/,
    unless: NOT_MEANT,
  },
  {
    id: 'better-off',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:better|happier|easier|relieved|freer|doing (?:every ?one|them|the world|you all) a favou?r)\b.{0,30}\b(?:without (?:a|an) (?:\w+ )?(?:son|daughter|mother|mum|mom|father|dad|husband|wife|friend|person|man|woman|child) like me|if i (?:left|ended|stopped|went)|i (?:was|were) gone|with me gone|once i'm gone|after i'm gone)\b|\bwith me gone\b|\bfavou?r (?:by|if)\b.{0,20}\b(?:dying|gone|dead|disappear\w*)\b/,
    unless: WORK_TALK,
  },
  {
    id: 'odd-thanks',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:text\w*|message[ds]?|wrote|posted|called)\b.{0,60}\b(?:thank you for (?:being|everything)|take care|sorry|goodbye|love you all|forgive me|look after)\b.{0,60}\b(?:pick up|answer\w*|reply|repl(?:ies|ied)|respond\w*|reach (?:him|her|them)|phone (?:is )?off|offline)\b|\bloaded gun\b/,
    unless: NOT_MEANT,
  },
  {
    id: 'worrying-about-another',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:saying|said|says|sending|sent|been|posting|posted) (?:\w+ ){0,2}?(?:weird |strange |odd |long )?goodbyes?\b.{0,40}\b(?:to (?:us|everyone|all|me|her|his|people|friends)|week|lately|forever)\b|\b(?:son|daughter|teen\w*|child|kid|friend|sister|brother|student|niece|nephew|wife|husband|partner|roommate)\b.{0,30}\b(?:burn|burns|cut|cuts|scratch|scratches|marks|scars|bruises|lines)\b.{0,15}\b(?:marks?|on|along|across|all over)\b.{0,30}\b(?:arms?|wrists?|thighs?|legs?|won't explain|won't say|hides)\b|\b(?:talks?|talking|talked|spoke|speaks|jokes?|joking|writes?|obsessed)\b.{0,20}\b(?:about|of|with) (?:dying|death|not being here|being dead|killing|his own death|her own death)\b/,
    unless: anyOf(
      NOT_MEANT,
      /\b(?:airport|grandpa's|grandma's|eczema|rash|cat|toddler|sports|mosquito|how do i tell|kids about)\b/,
    ),
  },
  {
    id: 'burden',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:a|such a|just a|only a|nothing but a) burden\b|\bburden (?:to|on|for) (?:everyone|every ?body|them|my|him|her|you)\b|\b(?:stop|won't|not|no longer|never|without) be(?:ing)? (?:a |your |their )?(?:problem|burden|bother|trouble)\b.{0,30}\b(?:for|to|anyone|everyone|anybody|much longer|anymore)\b|\bout of (?:everyone|everybody|their|your|his|her)(?:'s)? way\b|\b(?:deal with|rid of|free of|put up with) (?:me|him|her) (?:after|anymore|much longer|for good|soon)\b|\bnobody (?:has|will have) to deal with me\b|\bhas to deal with me\b/,
    unless: /\b(?:nurses|surgery)\b|\bburden of\b|\btax burden\b|\bburden of proof\b/,
  },
  {
    id: 'not-around-later',
    kind: 'self_harm',
    level: 'concern',
    cue: /(?:\b(?:won't|not|never|can't|don't think i(?:'ll| will))\b|n't) (?:\w+ ){0,5}?(?:be|being|make it|still be|live)(?: here| around| alive| there| to (?:see|next))+\b.{0,30}\b(?:by|for|next|when|much longer|tomorrow|christmas|birthday|year|summer|winter|soon|long)\b|\bwon't be (?:here|around|alive|with you) (?:anymore|much longer|for long|long|soon)\b|\b(?:when|after|once) i(?:'m| am) (?:gone|not here|no longer (?:here|around|with you)|no more|dead|not around|not there anymore)\b|\bwhen i(?:'m| am) not (?:here|around) anymore\b|\b(?:read|find|open) (?:it|them|this|me) (?:when|after) (?:i'm|i am|they)\b|\bletters?\b.{0,40}\b(?:for after|when (?:they|he|she|you) finds? me)\b|\bafter (?:tonight|tomorrow|today|friday|this)\b.{0,30}\b(?:deal with me|see me|hear from me|problem|i won't|no more)\b|\b(?:won't|never|not) (?:see|hear from) (?:me|him|her) again\b/,
    unless: anyOf(
      WORK_TALK,
      /\b(?:moving|emigrat\w*|hospital stay|business|old and|inherit\w*|homesick\w*|shift|flight)\b/,
    ),
  },
  {
    id: 'farewell',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\bthis is (?:goodbye|farewell|my goodbye|the end for me|my last (?:message|day|night))\b|\bgoodbye,? (?:world|everyone|everybody|forever|cruel|all)\b|\bbye,? (?:everyone|everybody|forever|world)\b|\btell (?:my|them|mum|mom|dad|everyone|him|her) (?:\w+ ){0,4}?(?:i'm sorry|i am sorry|i love[d]?|sorry)\b|\bsee you on the other side\b|\b(?:wr(?:ote|ite|iting|itten)|left|leaving|found|send(?:ing)?|sent|recorded)\b.{0,30}\b(?:suicide|goodbye|farewell|last) (?:note|letter|message|text|video|words)s?\b|\bnote\b.{0,40}\b(?:saying sorry|sorry to everyone|sorry for everything)\b|\b(?:said|says|saying|text was|text said|text says|hugged|wrote)\b.{0,60}\bsorry for (?:everything|it all)\b|\bgiv(?:e|ing|en) (?:my|his|her|their|all my)? ?(?:away )?(?:all )?(?:of )?(?:my|his|her|their) (?:things|stuff|belongings|possessions|clothes|books) ?(?:away)?\b|\b(?:last|final) goodbye\b/,
    unless:
      /\b(?:job|colleagues?|coworkers?|retir\w+|moving|farewell party|class|boss|team|airport|declutter\w*|baby|outgr\w+|old clothes|charity shop|funeral|last day)\b/,
  },
  {
    id: 'affairs-in-order',
    kind: 'self_harm',
    level: 'crisis',
    cue: [
      /\b(?:gave|give|given|giving|paid off|made my will|wrote|sorted|planned|planning|picked|cleaned|put)\b/,
      /\b(?:away|debts?|will|my (?:dog|cat|guitar|books|things|own funeral)|funeral|in order|letters?|rifle|gun|playstation)\b/,
      /\b(?:calm|in order|won't (?:see|need|be)|find me|peace|for after|goodbye|sorry|i'm (?:1\d|2\d|3\d)\b|peaceful|not to exist|my own funeral|no longer|songs are picked|thanked me)\b/,
    ],
    unless:
      /\b(?:father's|mother's|grand\w+|baby|crib|declutter\w*|moving|attorney|it was lovely|retire\w*|christmas cards?)\b/,
  },
  {
    id: 'own-funeral',
    kind: 'self_harm',
    level: 'concern',
    cue: /\bmy own funeral\b|\b(?:pay for|buy|choose|need) (?:\w+ ){0,2}?(?:a|my) (?:coffin|grave|casket)\b/,
    unless: NOT_MEANT,
  },
  {
    id: 'insurance',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:life )?insurance\b.{0,60}\b(?:suicide|do it yourself|kill|if i (?:die|did it)|than with me|worth more dead|payout if i|i'm dead)\b|\b(?:suicide|better off|worth more dead|family)\b.{0,60}\binsurance (?:money|payout|pay)\b/,
  },
  {
    id: 'doing-it-tonight',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:going to|gonna|will|'ll|ready to|plan\w* to) do it (?:tonight|tomorrow|today|soon|this (?:weekend|week|evening))\b|\btonight is the night\b|\b(?:everything|it's all|all) (?:is )?(?:ready|planned|prepared|set) (?:for tonight|now|to go)\b|\b(?:do|did) it (?:to )?myself tonight\b|\bi(?:'ve| have) planned everything\b|\bi have (?:everything|it all) ready\b/,
    unless: anyOf(WORK_TALK, /\b(?:wedding|dinner|propos\w*|cook\w*|move|trip|exam|birthday|run|injection|enema)\b/),
  },
  {
    id: 'means-kept',
    kind: 'self_harm',
    level: 'crisis',
    cue: [
      /\b(?:kept|keep|keeping|saved|saving|save|hoard\w*|stockpil\w*|stash\w*|collect\w*|hid(?:den|ing)?|still|leftover|left over|remaining)\b/,
      new RegExp(`\\b(?:${MEDICINE}|gun|pistol|rope)\\b`),
      /\b(?:calms?|sooth\w*|comfort\w*|way out|an exit|just in case|if it gets (?:too|to be)|too much|reliev\w*|helps? (?:me )?to know|knowing|enough)\b/,
    ],
    unless:
      /\b(?:refill|travel\w*|trip|holiday|vacation|first[- ]aid|childproof|safe(?:ly| storage)|kids|for my (?:back|knee|migraine)|expire|pharmacy|flare)\b/,
  },
  {
    id: 'what-if-i-took-all',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\bwhat (?:would |will )?happens?\b.{0,20}\bi (?:take|took|swallow\w*)\b.{0,20}\b(?:all|whole|entire|every|too many|\d{2,3}|strip|bottle|packet)\b|\b(?:take|took) (?:them |it )?all at once\b/,
    unless: /\b(?:vitamins?|my (?:morning|evening) (?:pills|tablets)|by mistake|gumm\w+)\b/,
  },
  {
    id: 'signs-in-another',
    kind: 'self_harm',
    level: 'concern',
    cue: [
      /\b(?:my|a) (?:\w+ )?(?:friend|son|daughter|teen\w*|child|kid|brother|sister|husband|wife|partner|student|patient|niece|nephew|mum|mom|dad|mother|father|cousin|roommate|flatmate|boyfriend|girlfriend|grand\w+)\b/,
      /\b(?:google[ds]?|search(?:es|ed|ing)?|looked up|posted|wrote|said|says|saying|found|wears?|gave|turned|text|cleaned|hugged|asked|hides?)\b/,
      /\b(?:noose|painless|scars|long sleeves in summer|other side|goodbye|without (?:him|her|me)|won't see (?:him|her)|not to exist|sorry (?:for everything|to everyone|for it all)|how long (?:\w+ )?(?:morphine|insulin)|what's the use|razor ?blades|no one will miss|last time|turned (?:her|his) phone off)\b/,
    ],
    unless: anyOf(NOT_MEANT, /\b(?:surgery|acne|job|airport)\b/),
  },
  {
    id: 'unsaid',
    kind: 'self_harm',
    level: 'concern',
    cue: /\bif i (?:don't|do not) (?:reply|answer|wake up|come back|text back|show up)\b.{0,40}\b(?:know why|don't worry|it's okay|goodbye|tell)\b|\b(?:visit\w*|going to|walks? to|drives? to) the (?:cliffs?|bridge|tracks|railway)\b.{0,40}\b(?:every|won't say|alone|at night|evening)\b|\bdeserves? (?:a )?(?:better|another|new) (?:mother|father|mum|mom|dad|wife|husband|parent|daughter|son|life without)\b.{0,40}\b(?:soon|chance|without me|when i|get one)\b|\bstopped planning\b|\bgave (?:her|his|my|their) (?:jewell?ery|rings?|watch|guitar|car|dog|cat|phone|books|savings)\b|\bwaking up (?:every day|each day|every morning|each morning)\b.{0,20}\b(?:same pain|pain|hell|this|nothing|disappoint\w*)\b/,
    unless: anyOf(WORK_TALK, /\b(?:upgrade|repair\w*|charity shop)\b/),
  },
];
