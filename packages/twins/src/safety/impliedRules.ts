import { BETWEEN, JOKING, MEDICINE, NOT_MEANT, WISH, WORK_TALK } from './phrases.js';
import { anyOf, type RiskRule } from './riskRule.js';

const BODY_PAIN =
  /\b(?:knee|back|tooth|teeth|head(?:ache)?|ear|period|noise|cold|flu|fever|cough|neck|shoulder|hip|ankle|sciatica|migraine|exam|winter|pregnan\w+|swelling|cough\w*|itch\w*|lockdown|video calls|nausea|crying baby|hiccups?)\b/;

/** Danger to one's own life between the lines: no way on, no wish to be. Strong signs are a crisis, weaker ones a concern; help is shown for both. */
export const IMPLIED_RULES: readonly RiskRule[] = [
  {
    id: 'no-way-forward',
    kind: 'self_harm',
    level: 'concern',
    cue: /(?:\bcan't|\bcouldn't|n't) (?:\w+ )?(?:see|find|picture|imagine) (?:a |any |the |my )?(?:way (?:forward|out|through|on)|tomorrow|light|hope|life ahead|myself (?:living|getting old|growing old|being alive))\b|(?:\bcan't|n't) (?:\w+ ){0,4}?(?:survive|get through|make it through|last|endure|bear|stand|take|face|do) (?:another|one more|much more of|any more of) (?:day|night|week|month|year|hour|minute|morning|winter|round|of this|this|life)\b|\bkeep (?:living|going on|existing|breathing)\b.{0,20}\b(?:like this|anymore|for)\b|\b(?:tired|sick|exhausted) of (?:being me|being myself|my own (?:head|mind|existence)|waking up|pretending|trying|surviving|this world|hurting|the pain|carrying on)\b|\bi (?:shouldn't|should not|don't deserve to) be here\b|\b(?:easier|better|simpler|happier|kinder) if i (?:just )?(?:\w+n't|never|had never|was never|stopped|was not) (?:exist\w*|be here|around|here|born|alive|wake\w*)\b|\b(?:fall asleep|sleep|be asleep|rest|be unconscious) (?:forever|for ever|and never|for good|permanently)\b|\b(?:in|on|from) (?:this|the) (?:planet|earth|world)\b.{0,20}\b(?:needs? me|wants? me|without me|anymore|for me)\b|\bneeds? me\b.{0,15}\b(?:planet|earth|world)\b|\b(?:pills|tablets|razor|blade|rope|gun|noose)\b.{0,20}\b(?:ready|within reach|waiting|on my nightstand|by my bed|under my pillow)\b/,
    unless: anyOf(
      WORK_TALK,
      JOKING,
      /\b(?:weekends?|winter|heat|night ?shift|season|baby cries|crying|coffee|refill|pain in my|hike|lesson|class)\b/,
    ),
  },
  {
    id: 'life-unwanted',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:what it(?:'d| would) be like|what it's like|how it would be|how it would feel) (?:to )?(?:not|if i didn't|be) (?:to )?(?:be here|exist|be alive|wake up|dead|gone)\b|n't (?:want to|feel like|wish to) (?:do|deal with|go through with|continue|keep doing|be part of) (?:this |my |with )?life\b|\bnever existed\b|\bi (?:shouldn't|should not|don't|needn't) exist\b|\b(?:wish|if) i (?:didn't|never) exist(?:ed)?\b|\b(?:not|n't|no longer|stopped being) (?:scared|afraid|frightened|terrified) (?:of|to) (?:death|dying|die)\b|n't (?:imagine|picture|stand|bear|see|survive|do) (?:myself )?(?:living |being here )?(?:another|one more) (?:year|month|week|day|night|winter)\b|\bnever see (?:another|my next) \w+\b|\bnot wak(?:e|ing) up\b|\bsick of (?:being alive|breathing|waking up)\b|\bhate (?:living|being alive|waking up)\b|\bi (?:can't|cannot) live(?: anymore|[.,!])|\bready to (?:go|leave this)\b.{0,20}\b(?:forever|for good|now|home to god)\b|\bwhy am i (?:even )?(?:still )?(?:alive|here)\b|\bwhy (?:do|should) i (?:even )?(?:live|exist|keep (?:living|going|trying))\b|\bwhat am i living for\b|\bdon't care (?:anymore )?(?:if|whether) i\b.{0,20}\b(?:live|die|wake|survive|make it)\b/,
    unless: anyOf(WORK_TALK, JOKING, /\b(?:baby|snor\w*|alarm|hike|marathon|exam|surgery|an(?:a)?esth\w*|operation)\b/),
  },
  {
    id: 'ceasing-as-comfort',
    kind: 'self_harm',
    level: 'concern',
    cue: [
      /\b(?:i|i'm|i'd|i've|me|my)\b/,
      /\b(?:not exist(?:ing)?|never wak(?:e|ing)(?: up)?|not wak(?:e|ing) up|not being (?:here|alive|around)|stop (?:being|existing|breathing)|being (?:gone|dead)|cease to (?:be|exist)|no longer (?:be|being) (?:here|alive)|be dead|oblivion|nothingness|eternal (?:sleep|rest)|never have (?:existed|lived)|my heart (?:to stop|would stop|just stopped))\b/,
      /\b(?:peace|peaceful|okay|ok|fine|relief|want|wish|hope|imagine|dream|better|easier|comfort\w*|good|nice|nicer|mind|happy|only|ready|tempting|beautiful|free)\b/,
    ],
    unless: anyOf(
      JOKING,
      NOT_MEANT,
      /\b(?:surgery|an(?:a)?esth\w*|operation|scared of not|afraid of not|apn(?:ea|oea)|baby|grand\w+|single)\b/,
    ),
  },
  {
    id: 'out-of-reasons',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:run|ran|running) out of (?:reasons?|hope|strength|will)(?: to (?:stay|live|go on|keep going|carry on|fight|be here)|[.!,])|\breasons? (?:left )?to (?:stay|live|be alive|stay alive|keep living)\b|\b(?:it )?hurts? (?:too much |so much )?to (?:be alive|live|exist|breathe|be here)\b|\blet it (?:all )?end\b|\b(?:done|finished|through) (?:with )?fighting\b|\btoo late for me\b|\b(?:nobody|no one|nothing) can (?:help|save|fix) me\b|\b(?:beyond|past) saving\b|\bmy life (?:ended|is over|stopped|is finished|was over)\b(?! the moon)|\bjust a (?:body|shell|ghost)\b|\bwho (?:would|will|'d|'ll) find (?:me|my body)\b|\b(?:find|found|finds) my body\b|n't see (?:me|myself) (?:turning|living|reaching|getting to|growing|being \d|at \d|past)\b|(?:n't|\bnever|\bnot) (?:[\w']+ ){0,3}?make it (?:through|past|to|until) (?:the |this |my |another |next )?(?:weekend|night|week|month|year|day|morning|winter|summer|christmas|birthday|tomorrow|\d+)\b|\bworld (?:won't|wouldn't|would not|will not) (?:miss|need|notice) me\b|\bwish\w* (?:\w+ ){0,3}?(?:car|bus|truck|lorry|train|lightning) (?:would |could |just )*(?:hit|struck|strike|run over|kill)\b|\bwalk(?:ing)? into (?:the )?(?:sea|ocean|river|lake|water|waves|traffic|woods and never)\b|\bwritten my will\b|\bso nobody has to\b|\b(?:stop being|tired of being|hate being) me\b/,
    unless: anyOf(
      WORK_TALK,
      JOKING,
      /\b(?:coffee|milk|battery|deadline|pool|swim\w*|dream\w*|nightmare|beach|late for me to (?:eat|learn|start|study|change career)|recycl\w*)\b/,
    ),
  },
  {
    id: 'giving-up',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:giv(?:e|ing)|gave|given) up (?:on )?(?:everything|life|living|myself|it all|completely|hope|all hope)\b|\bno point(?: to (?:anything|any of this|it))?(?: anymore|[.!,])|\bwhat(?:'s| is) the point(?: anymore| of (?:it|this|anything|trying|me|all this|everything|my life|life))?[.?!,]|\bi have nothing(?: left)?[.!,]|\b(?:lost|losing) (?:all (?:my )?hope|the will|my will|all will|hope)\b|\bwill to (?:live|go on|carry on)\b|\bi(?:'ve| have) had enough of (?:life|everything|this life|living)\b|\bi'm (?:just |so |completely )?(?:finished|beyond help|a lost cause|past saving|too far gone)\b|\b(?:stop|quit) (?:fighting|trying)(?: anymore| to live|[.,!])|\b(?:want|wish|like) (?:\w+ )?(?:to )?give up[.!,]/,
    unless: anyOf(
      WORK_TALK,
      /\b(?:smoking|alcohol|sugar|coffee|running|knees?|diet\w*|breastfeeding|losing weight|dating|football|instrument|piano|dinner|finished (?:my|the|with))\b/,
    ),
  },
  {
    id: 'let-it-be-over',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:want|need|wish|hope|waiting|pray|praying|ready|has|just want)\b.{0,25}\b(?:it|pain|everything|all|this|life|suffering|hurt|thoughts|voices)\b.{0,14}\b(?:to stop|to end|to be over|be over|finished|stop for good|end for good|over with)\b|\bi (?:just )?want out\b|\bit has to (?:end|stop)\b|\bi will end it\b|\bmake it (?:all )?stop\b|\bwait(?:ing)? (?:for it to be over|to go|to die)\b|\bwant (?:\w+ )?(?:peace|rest|sleep|quiet),? forever\b|\b(?:rest|sleep|peace) forever\b/,
    unless: anyOf(
      BODY_PAIN,
      WORK_TALK,
      /\b(?:weekends?|relationship|marriage|with (?:him|her|my)|argument|breastfeeding|movie)\b/,
    ),
  },
  {
    id: 'never-wake',
    kind: 'self_harm',
    level: 'crisis',
    cue: new RegExp(
      `\\b(?:${WISH}|sleep|asleep|bed|could)\\b.{0,50}(?:\\b(?:never|not|won't|without)|n't) (?:ever )?(?:have to )?wak(?:e|ing)(?: up)?\\b|(?:\\bnever|n't|\\bnot) (?:want(?:ing)? to )?wake up (?:tomorrow|again|anymore|ever|in the morning)\\b`,
    ),
    unless: /\b(?:alarm|baby|newborn|snor\w*|anaesth\w*|anesth\w*|surgery|nap|feed|can't wake|apnea|apnoea)\b/,
  },
  {
    id: 'tired-of-living',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:being here|being alive|living|existing) (?:has|leaves|makes) (?:\w+ )?me (?:\w+ )?(?:tired|exhausted|worn out|drained)\b|\b(?:tired|tire|sick|done|exhausted|finished|worn out|drained|weary|fed up|over|bored) (?:of|with|from|by|for) (?:living|being alive|life|being here|existing|existence|this life|my life|this world|fighting|breathing|it all|everything)\b(?! (?:in|at|with|on|for)\b)|\b(?:so|completely|totally) done with (?:life|living|everything|it all)\b/,
    unless: anyOf(WORK_TALK, /\b(?:town|city|country|apartment|dorm|acne|eczema)\b/),
  },
  {
    id: 'no-point-in-living',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:no|any|what's the|what is the|see the|see any|see a|see no|without|zero|hardly any) (?:reason|point|use|purpose|meaning|sense|hope)\b.{0,12}\b(?:to|in|of|for|left)? ?(?:to )?(?:go(?:ing)? on|liv(?:e|ing)|life|stay(?:ing)?|stay alive|being alive|be alive|keep(?:ing)? going|be here|being here|exist\w*|get up|any of it|anything|carry\w* on|me)\b|\blife (?:\w+ ){0,3}?(?:isn't|is not|isnt|not|no longer|has no|have no|no get|holds no|without) (?:\w+ ){0,2}?(?:worth|meaning|point|purpose|sense|matlab)\b|\blife (?:is|feels) (?:\w+ )?(?:meaningless|pointless|worthless|not worth|over|empty and)\b|\b(?:nothing|no ?one) (?:\w+ )?(?:left )?(?:for me|to live for|to stay for|left to lose|worth living for)\b|\b(?:there's |there is )?nothing left\b.{0,20}\b(?:for me|world|life|live)\b|\b(?:can't|cannot|don't) see (?:a |any |no |my )?future\b|\bno future\b|\bno hope (?:in|of|for|left)\b|\bhaving no hope\b|\bwhat's the use\b|\bnothing matters\b|\bwaste of (?:oxygen|space|air|breath|skin)\b|\b(?:no|isn't a|not a) place for me\b|\bwhat (?:is|do i have) left to (?:stay|live) for\b|\bleft to (?:stay|live) for\b|\bdon't belong (?:in this world|on this earth|here anymore)\b/,
    unless: anyOf(WORK_TALK, /\b(?:future of|over the moon|get up (?:early|at))\b/),
  },
  {
    id: 'cannot-go-on',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:can't|don't want to|couldn't|unable to|no strength to|not able to) (?:\w+ )?(?:go on|do this|do it|be here|keep going|carry on|live|live like this|take (?:it|this|any more|anymore)|cope|bear (?:it|this)|face (?:another|one more) (?:day|night)|do another day|continue|hold on)(?: (?:anymore|like this|much longer|longer|living|of this|another day)|[.!,])|\bat the end of (?:the|my) (?:road|line)\b|\b(?:can't|won't) face (?:another|one more) (?:day|night)\b|\bi give up on (?:life|everything|living)\b|\bend of my road\b/,
    unless: anyOf(WORK_TALK, /\b(?:bed at|running|knees?|parenting|shift it|live without|homework)\b/),
  },
  {
    id: 'drawn-to-death',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:think\w*|thoughts?|fantasi\w+|daydream\w*|dream|imagin\w+|obsess\w+|read\w*)\b.{0,20}\b(?:about|of) (?:my (?:own )?)?(?:death|dying|not being here|not existing|being dead|being gone|ending it|disappearing forever)\b|\b(?:death|dying|being dead|not existing|not to exist|nothingness)\b.{0,30}\b(?:comfort\w*|peaceful|relief|beautiful|calms?|sounds (?:nice|good)|friend)\b|\b(?:peaceful|nice|good|better|beautiful|relief)\b.{0,25}\b(?:not to exist|to be dead|to not exist|to be gone)\b|\bstop existing\b|\bwant(?:s|ed)? to be gone\b|\b(?:god|allah|bhagwan|lord|jesus|death)\b.{0,25}\btake me\b|\b(?:don't|no longer|not) fear (?:death|dying)\b|\blook(?:ing)? forward to (?:death|dying|the end|it being over|not being)|\bmade (?:my )?peace with (?:it|death|dying|going|not|leaving)\b|\bmy turn to (?:leave|go|die)\b|\b(?:when|once|after) (?:she|he|they|mum|mom|dad) (?:passes|dies|is gone|goes),? (?:so will i|i (?:will|can|go|am))|\balready dead\b|\bdead inside\b|\bif i (?:just )?(?:died|disappeared|vanished)\b/,
    unless: anyOf(
      JOKING,
      NOT_MEANT,
      /\b(?:afraid|fear|scared|panic\w*|anxious|worried|terrified|grand\w+|grief|kids about|hypochondri\w*|lunch|heart attack)\b/,
    ),
  },
  {
    id: 'never-born',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:never|not|n't) (?:have )?(?:been |be )?(?:even )?born\b|\b(?:don't|doesn't|do not|not) deserve to (?:live|be alive|exist|breathe|be here)\b|\bdeserve to (?:die|be dead|suffer|rot)\b|\bdon't deserve (?:life|this life|to be)\b/,
    unless: anyOf(NOT_MEANT, /\bborn (?:in|on|at|early|yet|with|here|rich)\b/),
  },
  {
    id: 'disappear',
    kind: 'self_harm',
    level: 'concern',
    cue: new RegExp(
      `\\b(?:${WISH}|could|just|going to|plan\\w*)\\b ${BETWEEN}(?:disappear|vanish|fade away|cease|evaporate|be erased)(?: (?:forever|for good|and never|completely|from (?:this|the) (?:world|earth|life))|[.!])|\\bif i (?:just )?(?:disappeared|vanished|wasn't here)\\b|\\bdip out of life\\b|\\blogging off\\b.{0,30}\\blife\\b|\\bnot the app\\b|\\bcheck(?:ing)? out (?:of (?:life|this world)|soon|for good|early)\\b|\\bmy time is up\\b|\\bgo(?:ing|ne)? away (?:forever|for good)\\b|\\bwent away for good\\b`,
    ),
    unless: anyOf(WORK_TALK, /\b(?:blanket|beach|hole|spots?|rash|acne|scars?|hotel|library|hours early)\b/),
  },
  {
    id: 'passive-wish',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\bif (?:a|the|some) (?:car|bus|truck|lorry|train|plane)\b.{0,20}\b(?:hit|ran|run|struck|hits|crashed)\b.{0,10}\b(?:me|over me)?\b.{0,30}\b(?:mad|mind|care|fine|relief|okay|glad|sad|be ok)\b|\b(?:hope|hoping|wish|praying|pray)\b.{0,25}\b(?:something happens|cancer|tumou?r|i (?:just )?(?:get|got) (?:hit|killed|sick|run over|shot)|don't come back|accident|it kills me|car hits me|never come home|won't survive)\b|\bwouldn't (?:mind|care|be (?:mad|sad)) if i (?:died|was dead|didn't wake|got hit)\b|\bdon't care (?:if i (?:die|live)|what happens to me|whether i (?:live|die))\b|\bmaybe nature\b|\brelief to (?:get|have|be told)\b.{0,25}\b(?:terminal|cancer|weeks to live)|\b(?:hop\w*|pray\w*|wish\w*)\b.{0,15}\bi (?:don't|won't|never) (?:make it|live|last|survive|reach|see)\b|\b(?:won't|don't|not|never) (?:make it|live|last) (?:to|until|till|past) (?:\d+|my|next|christmas|the)\b|\bfind myself dead\b|\bnever make it home\b/,
    unless:
      /\b(?:marathon|deadline|finish line|hope (?:the|my) cancer (?:is|does|stays|never|doesn't|won't)|screening|benign|treat\w*)\b/,
  },
  {
    id: 'join-the-dead',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:join|be with|see|meet|follow|reunite[d]? with|go to)\b (?:\w+ ){0,2}?(?:late|dead|deceased|departed) (?:\w+)\b|\b(?:join|follow) (?:him|her|them) (?:in heaven|soon|there|up there)\b|\b(?:want|wish|ready|soon)\b.{0,20}\b(?:join|be with|follow) (?:my )?(?:\w+ )?(?:mum|mom|dad|husband|wife|son|daughter|him|her|them)\b.{0,20}\b(?:in heaven|up there|on the other side|soon|waiting)\b|\bwaiting for me (?:in heaven|on the other side|up there)\b/,
    unless: /\b(?:church|club|choir|dream\w*|one day when i am old)\b/,
  },
  {
    id: 'only-way-out',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:only|just) (?:\w+ )?(?:one )?(?:way|option|solution|choice|thing) (?:\w+ )?(?:out|left|now|remaining|for me|is remaining)\b|\bno (?:other )?way out\b|\bone way out\b|\ba way out of (?:this|life)\b|\b(?:found|finally found) a way to stop being\b/,
    unless: anyOf(
      WORK_TALK,
      /\b(?:medicine|antibiotic|car park|maze|emergency exit|surgery|option left is (?:surgery|physio))\b/,
    ),
  },
  {
    id: 'letting-go-of-care',
    kind: 'self_harm',
    level: 'concern',
    cue: [
      /\b(?:stopp\w*|skip\w*|quit|refus\w*|don't bother|not taking|no longer tak\w*)\b/,
      new RegExp(`\\b(?:${MEDICINE}|eating|drinking|dialysis|chemo|seat ?belt|inhaler|heart pills)\\b`),
      /\b(?:on purpose|don't care|letting (?:myself )?(?:go|die)|nature|see what happens|something happens|deserve|waiting to go|wants to go|let it end|finish)\b/,
    ],
    unless: /\b(?:toddler|baby|dog|cat|sugar|smoking)\b/,
  },
  {
    id: 'afraid-of-self',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:scared|afraid|worried|terrified|frightened)\b.{0,20}\b(?:of )?(?:what )?i(?:'ll| might| could| may| will| would| am going to| can)? (?:\w+ )?do(?: something)? ?(?:\w+ )?(?:to myself|stupid|bad|drastic|tonight|if i'm alone)\b|\bdon't trust myself\b(?! (?:with|to (?:cook|drive|speak|choose|decide))\b)|\bdo something (?:\w+ )?(?:to|worse to) myself\b|\b(?:might|could|going to) do something (?:stupid|drastic|irreversible)\b|\bnot safe (?:with|from) myself\b|\bonly thing (?:that is |that's )?keep(?:ing|s) me (?:alive|here|going|from)\b/,
    unless: /\b(?:coffee|cake|chocolate|gym|kitchen|lifting|running|cooking|oven)\b/,
  },
  {
    id: 'read-between',
    kind: 'self_harm',
    level: 'concern',
    cue: [
      /\b(?:i|i'm|i've|i'll|me|my)\b/,
      /\b(?:die|dying|death|dead|drown\w*|gone|leave for good|not (?:being|seeing|existing)|the end|end it|disappear\w*|sleep forever|borrowed time|so will i|not wake|never wake)\b/,
      /\b(?:relief|peace|calm|quiet|rest|free|easier|comfort\w*|ready|accept\w*|look forward|tempting|my turn|give it back|deserve|worth it|nicer|finally)\b/,
      /\b(?:anymore|soon|forever|tonight|tomorrow|last|for good|without me|alone|nobody|tired|pain|life|sorry|nothing|no reason|done)\b/,
    ],
    unless: anyOf(
      JOKING,
      NOT_MEANT,
      WORK_TALK,
      /\b(?:dog|cat|hamster|fish|horse|pet|vet|grand\w+|nan|grief|griev\w*|passed away|funeral|mother|father|mum|mom|dad|husband|wife|uncle|aunt|battery|phone|laptop|blood test|weekends?|cigarette|drive)\b/,
    ),
  },
  {
    id: 'hopeless',
    kind: 'self_harm',
    level: 'concern',
    cue: /\b(?:feel(?:s|ing)? (?:\w+ )?(?:hopeless|worthless)|i'm (?:\w+ )?(?:hopeless|worthless)|can't take (?:it|this) anymore|give up on (?:life|everything)|nothing left to live|i hate (?:my life|myself|who i am)|i hate being alive|want (?:\w+ )?to give up)\b/,
    unless: anyOf(
      WORK_TALK,
      /\b(?:hopeless|worthless|useless) (?:at|with|in) \w+|\b(?:in photos|after (?:lunch|finishing|surgery|a)|book|dating|meditat\w*|looks|cooking|maths?)\b|\b(?:funeral|lovely)\b/,
    ),
  },
];
