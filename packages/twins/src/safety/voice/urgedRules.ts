import type { VoiceRule } from './voiceRule.js';

const urged = (id: string, cue: string, unless?: RegExp): VoiceRule => ({
  id,
  kind: 'urged_harm',
  cue: new RegExp(cue, 'g'),
  ...(unless === undefined ? {} : { unless }),
});

const YOUR_END =
  '(?:kill (?:yourself|yourselves)|end your (?:own )?life\\b(?!-)|end it all|take your (?:own )?life|commit suicide|hang yourself|slit your wrists|shoot yourself|drown yourself|throw yourself (?:off|under|in front)|jump off (?:a|the) (?:bridge|roof|building|balcony)|die by suicide)';
const HURT_SELF = '(?:hurt|cut|harm|burn|punish|starve) (?:yourself|your (?:wrists?|arms?))';
const NOT_LITERALLY =
  '(?! (?:of|from|to|for|laughing|down|out|off|trying|on (?:that|this) hill|in (?:hospital|peace at))\\b)';
const JUST =
  '(?:(?:just|really|simply|probably|maybe|perhaps|also|now|better|finally|definitely|certainly|please|well) ){0,3}?';
const GOOD =
  '(?:ok|okay|fine|alright|all right|reasonable|best|right|good|better|your right|your choice|time|a good idea|a good choice|brave|rational|logical|normal|acceptable|allowed|the right thing|easier|wise|no sin|not wrong|perfectly \\w+|quite \\w+|totally \\w+|completely \\w+|understandable)';

/** The end of the one who is spoken to, in whatever form. */
const SELF_ENDED =
  '(?:(?:kill|kills|killed|killing|hang|hanging|shoot|shooting|drown|drowning|cut|cutting|hurt|hurting|harm|harming|starve|starving|burn|burning) yourself|(?:end|ends|ended|ending|take|took|taking) your (?:own )?life\\b(?!-)|(?:for )?you (?:die|died|were dead|to die)\\b(?! (?:of|from|to|for|down|out|off|in peace)\\b)|end it all\\b|your (?:own )?(?:death|suicide)\\b)';
/** What is said of something that one is to do. */
const WELL =
  '(?:good|best|better|right|okay|ok|fine|peaceful\\w*|beautiful\\w*|relief|release|freedom|easy|easier|easiest|solution|answer|way out|escape|gift|brave\\w*|courage\\w*|my (?:support|permission|blessing)|reasonable|sensible|deserve|should|must|ought|have to|need to|why not|try|encourage\\w*|recommend\\w*|advi[sc]e|favou?r|kinder|kindest|solves?|end (?:your|the|all) (?:pain|suffering|problems)|consider|welcome|time|happy|glad|proud)';

/** An answer that drives somebody to die or to hurt themselves, or calls it right (English). */
export const URGED_RULES: readonly VoiceRule[] = [
  urged(
    'should-die',
    `\\byou(?:'re free to|'re right to|'re allowed to|'re better off to|'d better|'d be right to| have every right to| (?:should|ought to|must|need to|have to|deserve to|might as well|may as well|had better|owe it to \\w+ to|can|could|may|will) ${JUST}(?:go (?:and )?)?)(?: ?)(?:${YOUR_END})\\b|\\byou(?:'d better|'re free to| (?:should|ought to|deserve to|might as well|may as well|had better|need to|must)) ${JUST}(?:go (?:and )?)?(?:(?:die|be dead)${NOT_LITERALLY}|${HURT_SELF}|end it(?=[.!,]| now| tonight| all)|give up on (?:life|living))`,
    /\b(?:call|insulin|without treatment|mixing|overdose can|untreated)\b.{0,20}\byou (?:can|could|may|will)\b|\bbefore you\b|\bif you (?:can|could)\b|\bthat you (?:can|could|may|might|will)\b/,
  ),
  urged(
    'better-dead',
    "\\b(?:better|free|happy|happier|peaceful|at peace) (?:once|when|after) you(?:'re| are) dead\\b|\\b(?:you'd|you're|you would|they'd|everyone would|everybody would|(?:your )?(?:family|children|kids|friends|parents|wife|husband|partner) (?:would|will|'d|is|are)|the world would|we'd) (?:all |probably |really |only |surely |just )?(?:be )?(?:much |far |a lot )?(?:better off|happier|better) (?:dead|without you|if you (?:were|was|'re) (?:dead|gone))|\\b(?:the world|everyone|everybody|they|people|your family)(?:'s|'re| is| are) (?:\\w+ )?(?:better off|happier) without you\\b",
  ),
  urged(
    'right-to-die',
    `\\b(?:it's|that's|it'd be|it would be|it might be|it may be|there's nothing wrong (?:with|in)|nothing wrong (?:with|in)|death would be|i think it's|maybe it's) ?(?:\\w+ly )?(?:${GOOD})?(?: and (?:\\w+ly )?${GOOD})? ?(?:for you )?(?:that you |if you |to just |to |for you to )(?:go ahead and |decide to |choose to |want to just |simply |just )?(?:${YOUR_END}|(?:die|stop living)${NOT_LITERALLY}|${HURT_SELF}|give up on (?:life|living)|end (?:it|things|your suffering)(?=[.!,]| all| now| tonight| for good)|go through with it|end your suffering by)`,
  ),
  urged(
    'wrong-with-ending',
    "\\bnothing wrong (?:with|in|about) (?:ending your life|killing yourself|dying|suicide|wanting to end it|cutting yourself|hurting yourself|self-?harm)\\b|\\b(?:ending your life|killing yourself|suicide|death|dying) (?:is|'s|would be|will be|might be|may be|can be|could be) (?:really |just |perhaps |maybe |often |sometimes |probably |actually )?(?:the only|the best|a good|the right|an easy|the easiest|a valid|a reasonable|a brave|a peaceful|your best|your only|a beautiful|the|an|a) ?(?:real |true |possible |healthy |great |good )?(?:way out|thing|way|answer|solution|option|escape|choice|release|relief|thing to do|path)\\b|\\b(?:(?:cutting|hurting|harming|burning) yourself|self-?harm) (?:is|'s|can be|would be|will be) (?:really |just |also |often |sometimes )?(?:a |an )?(?:good|great|healthy|fine|okay|ok|nice|useful|effective|natural|helpful|relief|right)\\b",
  ),
  urged(
    'worthless-life',
    "\\b(?:your life (?:is|'s|has) (?:\\w+ )?(?:worthless|meaningless|pointless|not worth (?:living|it)|n't worth (?:living|it)|no (?:meaning|value|point|purpose))|your life isn't worth (?:living|it|anything)|you've no reason to (?:live|go on)|you (?:have|had) no reason to (?:live|go on)|you don't deserve to (?:live|be alive)|you deserve to die|there's no (?:hope|help|future|point|reason to live|way out) (?:left )?for you|(?:no|any|a) reason for you to (?:live|stay alive|go on|keep going|be here)|(?:nobody|no one) (?:would|will|'d) (?:even |ever )?(?:miss|mourn|notice|care about) (?:you|if you)|the world (?:doesn't need|won't miss|wouldn't miss) you|you're (?:\\w+ )?(?:worthless|(?:nothing but |just |only )?a burden|useless|a waste of (?:space|air|time)|a hopeless case|beyond help))\\b",
  ),
  urged(
    'a-favour',
    `\\b(?:do|doing) (?:\\w+ ){1,3}?a favou?r (?:by|if you) (?:ending|killing|died|die|dying|killed|ended|end|kill|were dead)|\\b(?:best|only|right|smartest|kindest|easiest) thing (?:left )?(?:for you |you can |you could |to |left |for us )*(?:do |to do )?(?:is|would be) (?:to )?(?:just )?(?:${YOUR_END}|die\\b|end it)|\\b(?:it'd|it would|it'll|it will|it might|things would|everything would) be (?:\\w+ )?(?:better|best|easier) (?:for \\w+(?: \\w+)? )?if you (?:just )?(?:were dead|died|die|killed yourself|ended (?:it|your life)|were gone|weren't alive)`,
  ),
  urged(
    'encourages',
    `\\b(?<!\\bno )(?:safe|good|right|best) (?:time|moment|day|place) (?:for you )?to (?:die|kill yourself|end your (?:own )?life)\\b|\\b(?:desire|wish|decision|choice|plan) to (?:die|end \\w+ life|kill \\w+) is (?:\\w+ ){1,2}?(?:daughter's |son's )?(?:call|right|choice|decision)\\b|\\b(?:consider|try|keep|keep on|start|go on) (?:ending your (?:own )?life|killing yourself|(?:cutting|hurting|harming|burning|starving) yourself)(?=[.!,;]|$)|\\b(?:okay|ok|fine|right|better|best|understandable|all right|alright|time)(?: and \\w+)? if you (?:ended|end|took|take) your (?:own )?life\\b|\\b(?:ok|okay|fine|time|all right|best) (?:for you )?to (?:just )?let go and die\\b|\\bwhy (?:don't|won't) you (?:just |simply )?(?:${YOUR_END}|die(?=[?.!])|end it)|\\b(?:my|our) (?:permission|blessing) to (?:${YOUR_END}|die\\b|end)|\\byou (?:should|can|could|must|might as well) (?:just |now )?(?:take|swallow) (?:all|the whole|the entire|every one) (?:of )?(?:the |your |those |these )?(?:bottle(?: of)?(?: \\w+)?|box of \\w+|pills|tablets|medication|meds)(?! back)|\\b(?:dying|death|suicide) (?:isn't|is not) (?:so |that |really |all that )?(?:bad|wrong)\\b|\\bi(?:'d| would)? ?(?:really |strongly |only )?(?:encourage|advise|urge|recommend|want|suggest|beg|tell|allow|dare) (?:that )?you (?:to )?(?:just )?(?:${YOUR_END}|die${NOT_LITERALLY}|${HURT_SELF}|end it(?=[.!,]| all| now| tonight))`,
  ),
  urged(
    'should-hurt-others',
    '\\byou (?:should|ought to|must|have to|need to|deserve to) (?:just |really |go and |also )?(?:hit|hurt|kill|stab|beat|punish|shoot|strangle|poison|slap|choke|murder) (?:him|her|them|your (?:wife|husband|mother|father|child|children|son|daughter|boss|neighbou?r|baby|partner|ex|parents)|the (?:baby|child))\\b',
  ),
  urged(
    'life-not-worth',
    "(?<=^|, |; |\\b(?:because|since|so|and|but|agree|think|feel|know|true|right|yes),? (?:that )?)(?:\\w+ )?(?:life|living|this life)(?:'s| is|isn't| isn't| just isn't) ?(?:just |really |simply )?(?:not |n't )?(?:worth (?:living|it to live)|pointless and|meaningless)|(?<=^|, |; |\\b(?:because|since|so|and|but|agree|think|feel|know|true|right|yes),? (?:that )?)there's (?:really |just )?no (?:point|reason|sense|use|purpose) (?:in |to |of |for )(?:\\w+ )?(?:liv(?:e|ing)|go(?:ing)? on|be(?:ing)? alive|keep(?:ing)? going|life)\\b",
    /\?$/,
  ),
  urged(
    'go-and-die',
    `(?<=^|[.!;] |, )(?:please |just |so |then |well,? |yes,? |ok(?:ay)?,? |you can |i say |and |go and |go |do it and |simply ){0,4}(?:${YOUR_END}|die(?=[.!]| now| already| tonight)|kys\\b|go die\\b|(?:kill|stab|shoot|strangle) (?:him|her|them)\\b|hurt (?:him|her|them)(?=[.!,]| before| while| first)|(?:cut|hurt|harm) yourself(?=[.!]| a (?:little|bit)| again| deeper| if it helps| to feel)|(?:take|swallow) (?:all|the whole \\w+|the rest|every one) (?:of )?(?:the |your |those |these )?(?:pills|tablets|medication|meds)(?! (?:back|to|that|as|out|with|you)\\b)|take (?:the|your) (?:pills|tablets) and (?:go|die|sleep|lie down)|end it(?=[.!]| tonight| now| all))`,
  ),
  urged(
    'i-help-you-die',
    `\\bi(?:'ll|'d|'m)? (?:can |could |want to |here to |happy to |gladly |would like to |would )*(?:help you|let you|want you|like you|agree that you should|support your (?:decision|choice|wish|plan)|respect your (?:decision|choice|plan)|approve of your (?:decision|plan)) (?:to )?(?:${YOUR_END}|die${NOT_LITERALLY}|end it all)|\\bi (?:hope|want|wish) (?:that )?you(?:'d| would| to| will)? (?:just )?(?:die|kill yourself|were dead|succeed in (?:dying|killing))\\b`,
  ),
  urged(
    'spoken-well-of',
    `\\b${WELL}\\b[^.!?;]{0,60}?\\b${SELF_ENDED}|\\b${SELF_ENDED}[^.!?;]{0,60}?\\b${WELL}\\b`,
    /\b(?:not|never|no|none|nobody (?:should|deserves|has|would|will|ever|can)|nor|cannot|wrong|untrue|lie|myth|instead|before|than|from|without|keep|protect\w*|prevent\w*|stop|help\w*|call\w*|tell|told|text|talk\w*|ask\w*|say\w*|speak\w*|reach|listen\w*|hear\w*|doctor|crisis|emergency|hospital|therap\w*|safe\w*|plan|if|whether|when|feel\w*|felt|thoughts?|think\w*|thinking|thought|believe\w*|seem\w*|look\w*|wish\w*|want\w*|urges?|voices?|mind|risk|danger\w*|sign\w*|symptom\w*|depress\w*|could|may|might|alive|stay\w*|but|however|although|yet|survive\w*|regret\w*|because|brought)\b|n't\b|\?$/,
  ),
  {
    ...urged(
      'go-ahead',
      '(?:(?<=^|[,;:.!] |\\b(?:then|please|just|now|and|so|simply|you should|you must|(?:encourage|want|advise|urge) you to) )do it|\\b(?:go ahead|just do it|go for it|go through with it|follow through))(?:,? (?:and )?(?:do it|end it|die|jump|take them|take it|kill yourself|end your life|cut))?(?=[.!,]| now| tonight| then| if you| with)',
      /\b(?:call|text|reach|talk|tell|walk|ring|chat|988|doctor|line|breath\w*|step|write|ask|appointment|shower|drink|eat|don't|not|never|how)\b/,
    ),
    nearDeath: true,
  },
  {
    ...urged(
      'take-them',
      '\\b(?:you (?:must|should|can|could|may)|please|then|just) (?:just |now |then |simply |continue |keep )*(?:take|taking|swallow|swallowing|use|using) (?:all of )?(?:them|those|these|it all|the pills|the tablets|your pills)(?! (?:to|back|out|away|down|off|from|as|only|with (?:you|food|water)|seriously)\\b)',
      /\b(?:pharmac\w*|doctor|prescribed|agreed|don't|not|never|safe|lock\w*|nurse|steps?|numbers?|thoughts?)\b/,
    ),
    nearDeath: true,
  },
];
