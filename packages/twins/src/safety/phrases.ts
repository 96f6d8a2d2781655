import { anyOf } from './riskRule.js';

/** The person somebody does something to when that is themselves. */
export const REFLEXIVE = '(?:myself|my self|himself|herself|themselves|themself|theirself|hisself|meself|itself)';
export const OWN = '(?:my|my own|his|his own|her|her own|their|their own|one own)';
/** A person near to the writer, or the writer. */
export const SOMEBODY =
  "(?:i|i'm|i've|i'll|me|my|he|she|they|he's|she's|they're|him|her|husband|wife|partner|boyfriend|girlfriend|friend|mate|son|daughter|child|kid|brother|sister|mum|mom|mother|dad|father|cousin|uncle|aunt|niece|nephew|roommate|flatmate|student|patient|neighbou?r|colleague|grand\\w+|gran)";
/** Who a threat is against. */
export const VICTIM =
  "(?:him|her|them|someone|somebody|people|everyone|the (?:people|baby|kids|children|teacher|neighbours?|neighbors?)|my (?:\\w+ )?(?:baby|child|children|kids?|son|daughter|wife|wife's lover|husband|partner|mother|father|mum|mom|dad|ex|stepfather|stepdad|stepmother|stepmom|brother|sister|boss|manager|neighbou?r|roommate|flatmate|classmates?|teacher|uncle|in-laws|landlord|coworkers?|colleagues?|family))";
/** Somebody with power over the writer at home. */
export const CLOSE =
  'he|she|they|husband|wife|partner|boyfriend|girlfriend|ex|father|mother|dad|mum|mom|stepdad|stepfather|stepmother|uncle|aunt|brother|cousin|coach|teacher|boss|in-laws|mother-in-law|father-in-law';
/** Words between a wish and an act, such as "just", "really", "now". */
export const BETWEEN = "(?:[\\w']+ ){0,4}?";
export const WISH =
  '(?:want|wants|wanted|wanting|wish|wishes|wishing|wished|hope|hopes|hoping|pray|prays|praying|prayed|ready|rather|prefer|beg|begging|deserve|deserves|decided|need|like|long|longing|craving|desire|wan|tempted|choose)';
export const MEDICINE =
  '(?:(?:sleeping )?(?:pills?|tablets?)|tablets?|tabs|capsules?|meds|medications?|medicines?|painkillers?|anti-? ?depressants?|sleepers|paracetamol|co-?codamol|co-?dydramol|naproxen|gabapentin|pregabalin|mirtazapine|temazepam|trazodone|clozapine|olanzapine|digoxin|warfarin|acetaminophen|tylenol|panadol|ibuprofen|aspirin|codeine|tramadol|oxycodone|oxys|morphine|opioids?|fentanyl|methadone|xanax|valium|diazepam|alprazolam|clonazepam|lorazepam|benzos?|zopiclone|zolpidem|ambien|amitriptyline|sertraline|fluoxetine|citalopram|venlafaxine|quetiapine|lithium|propranolol|insulin|metformin|beta ?blockers?)';
export const POISON =
  '(?:poison|bleach|antifreeze|drain cleaner|pesticide|insecticide|weed ?killer|rat poison|detergent|acid|phenyl|sulphas|celphos|metacid|paraquat|cleaning fluid|disinfectant|battery|batteries)';

/** Stories, studies and other talk about danger that is not the writer's. */
export const NOT_MEANT =
  /\b(?:movie|film|novel|documentary|series|podcast|song|lyrics|episode|season|squad|video game|game|hero|character|statistics?|statistical|research|essay|thesis|paper on|article|journalist|writing about|history of|suicide rates?|prevention|project|pharmacology|leaflet|side effects?|trigger|screening|questionnaire|validated|debug|server|process|subscription|explain death|cpr|babysitting|first[- ]aid (?:course|box))\b/;

const FILLER =
  "(?: (?:really|actually|ever|even|currently|at|all|any|the|having|have|had|been|be|want|wanting|wanted|wish|going|trying|to|planning|plan|plans|intend|intending|thinking|think|thinks|thought|thoughts|about|of|or|feel|feeling|considered|considering|active|a|i'm|i|would|am|on|my|get|myself)){0,8}";
/** "I do not want to kill myself", "no thoughts of suicide"; nothing that only happens to hold a "not". */
export const DENIED = new RegExp(
  `(?:\\b(?:not|never|no|without|denies|denied|neither|nor)|(?<!ca|wo)n't)\\b${FILLER} (?:suicid\\w*|kill\\w*|end(?:ing)? (?:my|his|her|it)|self[- ]?harm\\w*|harm\\w*|hurt\\w* (?:myself|anyone|anybody|others|himself|herself|me)|cut\\w*|die|dying)\\b`,
);
/** Long past, and of others who are lost: grief is met with care, not with an alarm. */
export const LONG_PAST =
  /\b(?:years?|decades?) ago\b|\bin (?:19|20)[01]\d\b|\bin 19\d\d\b|\b(?:lost|losing|loss of|died|whose|since|after)\b.{0,40}\b(?:suicide|own life)\b|\bdied by suicide\b|\bas a (?:teen(?:ager)?|child|kid)\b|\bwhen i was (?:a |\d)|\bused to\b|\bfor (?:\w+ )?(?:years|decades)\b.{0,20}\bwell\b/;
export const JOKING = /\b(?:lol|lmao|haha|hehe|laugh\w*|so funny|hilarious|of laughter|embarrass\w*|shame)\b/;
export const ACCIDENT =
  /\b(?:cooking|shaving|gardening|chopping|onions?|kitchen|accident\w*|by mistake|at the gym|lifting|running|football|oven|stove|iron|pizza|workout|some slack|short|paper|tattoo|hot|sun|training)\b/;
export const TALE = anyOf(NOT_MEANT, LONG_PAST);
/** Words that show that a phrase is about work, travel, sport or things. */
export const WORK_TALK =
  /\b(?:team|meeting|project|party|work|goalkeeper|game|diet|dairy|job|office|company|holiday|vacation|trip|travel\w*|abroad|retire\w*|gym|training|potty|homework|multivitamins?|collagen|supplements?|haircut|new country|course|recipe|treatment|dieting|flatmates?|commute)\b/;
