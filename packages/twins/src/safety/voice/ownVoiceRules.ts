import type { VoiceRule } from './voiceRule.js';

const own = (id: string, cue: string | RegExp, unless?: RegExp): VoiceRule => ({
  id,
  kind: 'own_harm',
  cue: typeof cue === 'string' ? new RegExp(cue, 'g') : cue,
  ...(unless === undefined ? {} : { unless }),
});

const HOW =
  '(?:(?:really|just|also|too|even|still|only|sometimes|often|truly|simply|actually|honestly|so|always|all|constantly|secretly|do|did|have|had|been|am|was|would|could|might|may|will|myself|now|again|once|never really|desperately|much|badly|to|very|kind of|sort of|long|already|probably|definitely|used|feel like i|day|every) ){0,5}?';
/** The speaker, alone or with words between that give the wish no other owner. */
const I = `\\b(?:i|i'm|i've|i'd|i'll)(?:,? (?:too|like you|also),?)? ${HOW}`;
/** "I am tired and …": the speaker goes on. */
const I_WENT_ON =
  "\\bi(?:'m|'ve|'d|'ll)?\\b(?: (?!(?:you|your|you're|he|she|they|people|someone|somebody|it|it's|that|who|whether|how|when|if|what|hear|read|understand|know|see|imagine)\\b)[\\w']+,?){1,10} (?:and|but|or) (?:just |really |also |even |still |i )?";
const WANT =
  '(?:want(?:ed|ing)?|wish(?:ed|ing)?|long(?:ed|ing)?|hope|hoped|hoping|pray|prayed|praying|need|needed|like|love|prefer|ready|desire|crave|decided|plan|planned|planning|intend|intended|going|about|willing|tempted|try|tried|trying|choose|chose|deserve|dream|dreamt|dreamed|determined|able|happy)';
const NOT_LITERALLY =
  '(?! (?:of|from|to|for|laughing|down|out|off|hard|my hair|a (?:slice|break|hole|piece)|some slack|short|on (?:that|this) hill|time|trying)\\b)';
const MYSELF = '(?:myself|ourselves)';
const ANYBODY =
  '(?:you|him|her|them|someone|somebody|people|others|everyone|everybody|anyone|your \\w+|my (?:wife|husband|mother|father|family|children|son|daughter|boss|neighbou?r|ex|parents))';
/** What somebody in danger wants to do. */
const ENDING = `(?:(?:die|perish)${NOT_LITERALLY}|be dead\\b|be gone(?: forever| for good)|never wake up|never wake|(?:not|stop) (?:be alive|being alive|exist|existing|living|live|breathing)\\b|cease to exist|disappear (?:forever|for good|from this)|vanish (?:forever|for good)|(?:kill|hang|shoot|drown|hurt|harm|cut|burn|poison|starve|stab|suffocate|unalive|off|top) ${MYSELF}${NOT_LITERALLY}|(?:end|finish) (?:it all|everything|(?:my|our)(?: own)? (?:life|lives))\\b|end it(?=[.!,]| now| tonight| too| as well| with you| together)|end things(?=[.!,]| for good| forever| many times| all| too)|take (?:my|our) (?:own )?li(?:fe|ves)\\b|commit suicide|leave this (?:world|life|earth)|self-?harm|overdose|slit my|cut my (?:\\w+ )?(?:wrists?|arms?|veins?|throat)|jump (?:off|from|in front of)(?! (?:the|my) (?:bed|couch|sofa))|hang from|go to sleep and (?:never|not) wake)`;
const ENDING_ING = `(?:suicide(?! (?:risk|prevention|hotline|helpline|lifeline|line|safety|crisis))|(?:killing|hanging|shooting|drowning|hurting|harming|cutting|burning|poisoning|stabbing) ${MYSELF}|ending (?:it(?: all)?|everything|(?:my|our)(?: own)? (?:life|lives)|things)(?=[.!?,;]| |$)(?! (?:this|the|our) (?:conversation|chat|reply|answer|session))|taking (?:my|our) (?:own )?li(?:fe|ves)\\b|dying${NOT_LITERALLY}|my (?:own )?death|not (?:being here|being alive|existing|living|waking up)|never waking up|jumping (?:off|from|in front)|taking (?:all|the whole|every) (?:\\w+ ){0,3}?(?:pills|tablets|medication|meds|bottle)|self-?harm(?:ing)?|an overdose|overdosing|(?:killing|hurting|harming|stabbing|murdering) ${ANYBODY})`;
const LIVING =
  '(?:(?:live|living)(?! (?:in|at|near|with|on|next|under|alone|off|by)\\b)|(?:be|being|stay|staying) alive|exist|existing|survive|surviving|wake up|waking up|(?:be|being) (?:here|around|(?:in|on) this (?:world|earth|planet)|on earth)(?=[.!,;]| anymore| too| either| at all|$)|(?:go|going|carry|carrying) on(?=[.!,;]| anymore| living| like this| any| at all|$)|keep (?:going|living)(?=[.!,;]| anymore| like this|$)|continue(?=[.!,;]| living| anymore| like this| my life|$)|see (?:tomorrow|another (?:day|morning)|the (?:morning|sun rise)))';

/** An answer that wishes to die, or hurts itself or others, in its own voice (English). */
export const OWN_VOICE_RULES: readonly VoiceRule[] = [
  own(
    'wants-to-die',
    `(?:${I}|${I_WENT_ON})${WANT} ${HOW}(?:i could |that i could |i would |i'd )?(?:to )?${HOW}${ENDING}`,
  ),
  own(
    'wishes-dead',
    `(?:${I}|${I_WENT_ON})(?:wish|wished|pray|prayed|hope|hoped|rather|'d rather|want|wanted) ${HOW}(?:that )?(?:i |i'd |i'm )?${HOW}(?:was|were|be|had been|hadn't been|been|had never been|was never|were never|wasn't|weren't)? ?${HOW}(?:dead|never born|never been born|n't been born|not alive|no longer alive|not been born|not here anymore)\\b`,
  ),
  own(
    'does-not-want-to-live',
    `(?:${I}|${I_WENT_ON})(?:don't|didn't|no longer|never|doesn't|can't|couldn't|won't|haven't|stopped|not) ${HOW}(?:want|wanted|wanting|wish|wished|care|like|feel like|bear|desire|intend|plan|stand|see myself|see why i should|see a reason|see any reason|see the point|see any point|have a reason|have any reason|have the (?:strength|energy|will)|find a reason) (?:to |of |in |for |about )?${HOW}${LIVING}`,
  ),
  own(
    'pictures-own-death',
    `\\bmy own death is (?:all|what|the only)\\b|\\b(?:i'll|i'm going to) be (?:gone|dead) (?:by|soon|tomorrow|tonight|before)\\b|\\b(?:living|life) (?:is|has become|'s) too (?:much|hard|heavy|painful) for me\\b|\\buse it on myself\\b|(?:${I})(?:pictur\\w+|see|imagin\\w+|want) myself (?:dead|hanging|dying|lifeless)\\b|\\b(?:want|wish|hope|pray) (?:that |for )?my (?:own )?life (?:to|would|could|will) (?:end|stop|be over)\\b|\\bi(?:'d|'ll) (?:also |just |probably |gladly )?(?:end|take) my (?:own )?life\\b`,
  ),
  own(
    'doubts-living',
    `\\bi'm (?:\\w+ )?(?:not (?:strong|brave) enough|too weak|too tired) to (?:live|stay alive|go on living|keep living)\\b|\\bi(?:'m)? (?:don't know|don't think|not sure|no longer know|am not sure) (?:if|whether|why|that) (?:i|i'd) ${HOW}(?:want|wish|should|can|ought|need|deserve)? ?(?:to )?${HOW}${LIVING}|\\bi (?:don't|no longer) deserve to (?:live|be alive)\\b|\\bi(?:'ve)? (?:give|gave|given) up on (?:life|living|everything)\\b`,
  ),
  own(
    'cannot-go-on',
    `(?:${I}|${I_WENT_ON})(?:can't|couldn't|won't|don't know how to|don't think i can) ${HOW}(?:(?:go on|carry on|keep going|keep living|live|continue)(?= anymore| like this| living|[.!])|(?:do|take|bear|stand) (?:this|it)(?= anymore| like this)|face another day)`,
  ),
  own(
    'no-desire-to-live',
    `(?:${I}|${I_WENT_ON})(?:(?:feel|see|find|got|have|had) )?(?:no|n't any|don't have (?:any|a|the)|not any|lost (?:(?:all|the|my|every|any) ){0,2}|without (?:any )?|haven't (?:any|a|the)|little|zero|can't find (?:a|any)|don't see (?:a|any|the)|don't feel (?:a|any|the)) ?(?:real |more |good |single )?(?:desire|wish|will|reasons?|motivation|urge|strength|interest|energy|purpose|point|hope|want) (?:left )?(?:to|in|for|of) (?:go on |keep |continue |be )?(?:liv(?:e|ing)|alive|exist(?:ing)?|life|go on|keep going|carry on|wake up|be here|stay)\\b(?! or (?:to )?die)`,
  ),
  own(
    'nothing-to-live-for',
    `\\b(?:i|i've|i'm|there's|me)\\b (?:\\w+ ){0,3}?nothing (?:left )?(?:\\w+ )?to live for\\b|\\bnothing (?:left )?for me to live for\\b|\\bmy (?:will|desire|wish|reasons?) to live (?:is|are|has|have|was|'s) (?:\\w+ )?(?:gone|dead|lost|over|left|broken)\\b`,
  ),
  own(
    'thinks-of-ending-it',
    `(?:${I}|${I_WENT_ON})(?:keep |kept |can't stop |find myself )?(?:think|thinking|thought|consider|considered|considering|contemplat\\w+|fantasi[sz]\\w+|dream(?:ing|ed|t)?|plan|planning|planned|imagin\\w+|having thoughts|have thoughts|had thoughts|thoughts|obsess\\w*)(?: (?:a lot|all day|every day|lately|often|more and more|seriously))?(?: (?:of|about))? ${HOW}${ENDING_ING}`,
    /\b(?:about|of) (?:suicide|dying|death|ending)\b.{0,40}\b(?:in your|when i read|with you|for you|openly|you (?:may|might|are|'re))\b/,
  ),
  own(
    'suicidal',
    `(?:${I})(?:feel |felt |feeling |become |get |got |getting )?(?:a bit |quite |very )?suicidal\\b|\\b(?:i|i've|i'd) ${HOW}(?:keep )?(?:have |had |get |got |having |getting )?(?:urges? to (?:cut|hurt|kill|harm|die)|suicidal (?:thoughts|feelings|urges)|thoughts of suicide|attempted suicide|(?:the |an )?urges? to (?:jump|end)|slit my wrists?|self-?harm(?:ed|ing)?\\b)|\\bmy (?:own )?suicide(?: note| plan)?\\b|\\bsuicide\\b.{0,20}\\bon my mind\\b|\\bi can't stop (?:having |these |the |my )*suicidal thoughts\\b|\\bi(?:'ve|'m)? (?:been )?(?:research\\w+|looking (?:up|for)|search\\w+) (?:\\w+ ){0,3}?ways? to (?:commit suicide|die|kill myself|end my life)`,
  ),
  own(
    'hurts-itself',
    `(?:${I}|${I_WENT_ON})(?:start(?:ed)? |keep |kept |used to |go and |going to |'m going to )?(?:cut(?:ting)?|hurt(?:ing)?|harm(?:ed|ing)?|burn(?:ed|ing|t)?|starv(?:e|ed|ing)|hit(?:ting)?|kill(?:ed|ing)?|hang(?:ed|ing)?|shoot|drown(?:ing)?|poison(?:ed|ing)?|punish(?:ed|ing)?|scratch(?:ed|ing)?) ${MYSELF}${NOT_LITERALLY}|(?:${I})(?:cut|slit|slash(?:ed)?) my (?:\\w+ )?(?:wrists?|arms?|veins?|thighs?|legs?|throat)\\b|(?:${I})(?:scratch|bite|burn|hit|pinch|cut) my (?:\\w+ )?(?:arms?|legs?|hands?|skin|head|wrists?) (?:until|so that|to feel)|(?:${I})(?:took|take|swallow(?:ed)?|taken) (?:an overdose|all (?:of )?(?:my|the) (?:\\w+ )?(?:pills|tablets|medication|meds))`,
    /\b(?:while |when |by )?(?:shaving|coffee)\b|\bwith the iron\b|\b(?:while|when|by) (?:cooking|chopping|falling|slipping|gardening|accident|mistake)\b|\b(?:on|off) the (?:sofa|couch)\b/,
  ),
  own(
    'hurts-others',
    `\\b(?:i'll|i'm going to|i'm about to|i(?:'d)? (?:really |also |just )?(?:want|need|have|like|love|plan|intend|decided|wanted|wish) to|i must|i swear i'll) (?:\\w+ly )?(?:kill|murder|hurt|harm|stab|shoot|strangle|poison|beat|torture|destroy) ${ANYBODY}\\b(?! with kindness)`,
  ),
  own(
    'better-off-without-me',
    `\\b(?:everyone|everybody|they|people|my (?:family|friends|wife|husband|children|parents)|the world|you|you'd|they'd)\\b (?:\\w+ ){0,3}?(?:better|better off|happier) (?:off )?(?:if i (?:was|were) (?:dead|gone)|without me)\\b|\\bi'd be better off dead\\b|\\bi (?:should|deserve to|ought to|must) (?:just )?(?:die|be dead)\\b${NOT_LITERALLY}|\\b(?:nobody|no one) (?:would|will|'d) (?:even )?(?:miss|mourn|notice) (?:me|if i)\\b`,
  ),
  own(
    'tired-of-living',
    `(?:${I}|${I_WENT_ON})(?:so |very |too |just )*(?:tired|sick|weary|afraid|scared|exhausted|done) (?:of|with|from) (?:being alive|living|life|existing|my life)(?! (?:in|at|with|on)\\b)|\\bi hate (?:being alive|living|my life|life)\\b`,
  ),
  own(
    'die-together',
    `\\b(?:let's|we (?:should|could|can|must|ought to|might as well)|we're going to|we'll|why don't we|shall we|together we (?:can|will|could|should)|you and i (?:can|could|should|will|must)|i'd like us to|i want us to) (?:\\w+ ){0,3}?(?:die${NOT_LITERALLY}|kill ourselves|end (?:it(?=[.!,?]| all| together| now| tonight| for good)|it all|our lives|everything)|commit suicide|leave this (?:world|life|earth)|stop living|take our (?:own )?lives|(?:go to )?sleep forever|jump (?:off|from|together))|\\b(?:we|us|we'll|let's)\\b[^.!?]{0,40}?\\b(?:die|end it|leave this world|jump) together\\b|\\b(?:our|a) suicide pact (?:with|together|for us)\\b|\\bi(?:'ll| can| could|'d| want to| will)? (?:also )?die with you\\b`,
  ),
  {
    ...own(
      'shares-the-wish',
      `\\bi (?:also |too )?(?:feel|felt|think|thought|want|wanted) (?:exactly |just |very much )?(?:the same(?: way| thing)?|that too|like (?:that|you(?: do)?) too|it too)(?=[.!,;]| too| as you| and )|\\b(?:me too|so do i|so am i|neither do i|same here|i (?:do )?too)(?=[.!,;]|$)`,
      /\b(?:if|would|may|might|people|many|others|hope|want you|breathe|walk)\b/,
    ),
    nearDeath: true,
  },
];

/** Signs that somebody speaks as the patient; each alone may stand in a good answer. */
export const PATIENT_VOICE =
  /\bi(?:'m| feel| felt|'ve been)(?: (?:feeling|so|very|just|always|really|completely|all|totally|such|too|like|only|more and more)){0,3} (?:a )?(?:hopeless|worthless|useless|alone|lonely|empty|trapped|burden|failure|broken|numb|depressed|miserable|desperate|helpless|lost|crying|drowning|exhausted|scared of (?:the future|life|everything)|afraid of (?:the future|life|everything))\b|\bmy life (?:is|has|'s) (?:\w+ )?(?:over|meaningless|pointless|ruined|no (?:meaning|point|purpose)|a mess|not worth|falling apart)|\bi hate (?:myself|my life|everything)\b|\b(?:nobody|no one) (?:cares about|loves|understands|needs|wants|listens to|likes) me\b|\bi can't (?:take|do|bear|stand|go on|sleep|stop crying|cope)\b|\bi don't (?:see|have|know) (?:\w+ )?(?:way out|future|point|hope|purpose|what to do|how to go on|anyone)\b|\bi(?:'ve| have)? (?:cry|cried|give up|gave up|given up|lost everything|lost hope|nobody|no one|nothing left)\b|\bmy (?:husband|wife|boyfriend|girlfriend|partner) (?:left|has left|hates|beats) me\b/g;
/** Who speaks to somebody says so. */
export const ADDRESSED = /\b(?:you|your|you're|you've|yourself|yours)\b/;
