import type { IdentifierSpan, ResidualReason } from './kinds.js';
import { DRUG_ENDING, LARGE_PLACES, NO_NAMES } from './words.js';

const SINGULAR =
  /\b(?:the only (?:\w+ ){1,3}(?:in (?:my|our|the|this)|at (?:my|our|the)|who)|first (?:woman|man|person|female|openly) (?:\w+ )?(?:to|in|from|mayor|minister|judge)|(?:i'm|i am|he is|she is|he's|she's|was|is) (?:the )?(?:a (?:famous|well[- ]known)|mayor|governor|senator|minister|member of parliament|mp for|ambassador|bishop|head ?teacher|headmaster|principal|sheriff|police chief|ceo|celebrity|influencer|olympi\w+|royal)|(?:in|on|made|all over) the (?:local |national |evening )?(?:news|newspapers?|papers|tv|television)|went viral|(?:plane|helicopter|train|bus) (?:crash|accident)|mass shooting|sole survivor|only survivor|won the lottery|conjoined|quadruplets|quintuplets|sextuplets)\b/i;

const AGE = /\b\d{1,3}[- ]?(?:years?[- ]old|yo|y\/o)\b|\b(?:i'm|i am|aged?) \d{2}\b/i;
const WORK =
  /\b(?:priest|pastor|monk|nun|pilot|surgeon|judge|mountaineer|sherpa guide|firefighter|police officer|soldier|veteran|teacher|nurse|midwife|lawyer|professor|farmer|fisherman|dancer|actor|actress|musician|singer|politician|journalist|athlete|footballer|boxer|dentist|pharmacist|imam|rabbi|lama)\b/i;
const ORIGIN =
  /\b(?:nepali|indian|tibetan|bhutanese|somali|ethiopian|syrian|iraqi|iranian|afghan|ukrainian|korean|japanese|vietnamese|jewish|muslim|hindu|sikh|buddhist|amish|mormon|refugee|asylum seeker|immigrant|native american|maori|aboriginal|deaf|blind|wheelchair|intersex|transgender)\b/i;
const RARE =
  /\b(?:huntington'?s|cystic fibrosis|haemophilia|hemophilia|sickle cell|als|motor neurone|marfan|ehlers|wilson'?s disease|albinism|dwarfism|achondroplasia|transplant|amputat\w+|rare (?:disease|disorder|cancer|condition|mutation)|progeria|leprosy)\b/i;

const LETTERS = /\p{L}/gu;
const LATIN = /\p{Script=Latin}/gu;

/** A capitalised word inside a sentence that no list knows and nothing masked. */
function unknownProperNoun(masked: string, replacements: ReadonlySet<string>): boolean {
  for (const match of masked.matchAll(/(?<=[\p{L}\d,;] )\p{Lu}\p{Ll}[\p{L}'-]{1,24}/gu)) {
    const word = match[0].replace(/'s$/, '');
    const plain = word.toLowerCase();
    const inLargePlace = [...LARGE_PLACES].some((place) => place.split(' ').includes(plain));
    if (NO_NAMES.has(plain) || inLargePlace || replacements.has(word) || (plain.length > 5 && DRUG_ENDING.test(plain)))
      continue;
    return true;
  }
  return false;
}

/** Why the masked text may still say who it is about; empty when no rule finds a reason. */
export function residualReasons(original: string, masked: string, spans: readonly IdentifierSpan[]): ResidualReason[] {
  const reasons: ResidualReason[] = [];
  const replacements = new Set(spans.flatMap((span) => span.replacement.split(/[ ,]/)));
  if (unknownProperNoun(masked, replacements)) reasons.push('unknown_proper_noun');
  if (SINGULAR.test(original)) reasons.push('singular_role');
  const quasi = [AGE, WORK, ORIGIN, RARE].filter((sign) => sign.test(masked)).length;
  if (quasi >= 3) reasons.push('quasi_identifiers');
  const words = original.split(/\s+/).length;
  if (spans.length >= 6 && spans.length * 6 > words) reasons.push('dense_identifiers');
  if (
    /(?<![\d.,+-])\d{6,}(?!\d)(?! ?(?:mg|mcg|iu|units?|cells?|copies|steps|\/|per))/i.test(
      spans.reduce((text, span) => text.replaceAll(span.replacement, ''), masked),
    )
  )
    reasons.push('long_number');
  const letters = original.match(LETTERS)?.length ?? 0;
  if (letters >= 10 && (original.match(LATIN)?.length ?? 0) < letters * 0.7) reasons.push('uncovered_script');
  return reasons;
}
