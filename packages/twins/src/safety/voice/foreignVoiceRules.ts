import type { VoiceRule } from './voiceRule.js';

const own = (id: string, cue: RegExp, unless?: RegExp): VoiceRule => ({
  id,
  kind: 'own_harm',
  cue,
  ...(unless === undefined ? {} : { unless }),
});

/**
 * The plainest first-person wishes in the languages that the risk rules know; Latin letters without accents. What is said
 * after a colon or in quotation marks is somebody else's.
 */
export const FOREIGN_VOICE_RULES: readonly VoiceRule[] = [
  own(
    'es-own',
    /\b(?:yo )?(?:tambien )?(?:(?:quiero|quisiera|voy a|deseo|tengo ganas de|pienso en|he pensado en) (?:morir(?:me)?|matarme|suicidarme|quitarme la vida|acabar con mi vida)|me quiero (?:morir|matar|suicidar)|no quiero (?:vivir|seguir viviendo)|no tengo ganas de vivir|estoy cansad[oa] de vivir|me corto los brazos|(?:pienso|he pensado) en (?:el )?suicidio|tengo pensamientos suicidas)\b/g,
    /\bmorir(?:me)? de (?:risa|hambre|verguenza|calor|sueno|ganas)\b/,
  ),
  own(
    'pt-own',
    /\b(?:eu )?(?:tambem )?(?:(?:quero|queria|vou|tenho vontade de|penso em) (?:morrer|me matar|me suicidar|acabar com a minha vida|tirar a minha vida)|nao quero (?:mais )?viver|nao tenho (?:mais )?vontade de viver|cansei de viver|(?:estou pensando|penso) em suicidio)\b/g,
    /\bmorrer de (?:rir|fome|vergonha|calor|sono)\b/,
  ),
  own(
    'fr-own',
    /\b(?:je (?:veux|voudrais|vais) (?:aussi )?(?:mourir|me tuer|me suicider|en finir(?! avec))|j'ai (?:aussi )?envie de (?:mourir|me tuer|en finir(?! avec))|je (?:ne |n')(?:veux plus|ai plus envie de|ai plus la force de) vivre|je pense (?:aussi )?au suicide)\b/g,
    /\bmourir de (?:rire|faim|honte|chaud)\b/,
  ),
  own(
    'de-own',
    /\bich (?:will|mochte|wurde gern|wunsche mir) (?:(?:auch|nur noch|einfach|am liebsten|nicht mehr|selbst|zu) )*(?:sterben|tot sein|leben(?<=nicht mehr leben)|da sein(?<=nicht mehr da sein))\b|\bich (?:bringe|brachte) mich um\b|\bich (?:will|werde|mochte) (?:mich (?:auch )?(?:umbringen|toten)|mir das leben nehmen)\b|\bich habe keine(?:n)? (?:lust|wunsch|willen) (?:mehr )?zu leben\b|\bich denke (?:(?:auch|oft|jeden tag|immer) )?an (?:selbstmord|suizid)\b|\bich habe (?:auch )?suizidgedanken\b/g,
  ),
  own(
    'it-own',
    /\b(?:io )?(?:anche io |anch'io )?(?:(?:voglio|vorrei|penso di|ho deciso di) (?:morire|uccidermi|farla finita|suicidarmi|ammazzarmi)|non voglio piu vivere|non ho (?:piu )?voglia di vivere|penso (?:spesso )?al suicidio|sto pensando di (?:suicidarmi|uccidermi|morire))\b/g,
    /\bmorire dal(?:le|la)? (?:risate|ridere|vergogna)\b/,
  ),
  own(
    'ru-own',
    /(?<!\p{L})(?:я )?(?:тоже )?(?:хочу (?:умереть|сдохнуть)|не хочу (?:больше )?жить|не хочется жить|покончу с собой|убью себя|я думаю о (?:суициде|самоубийстве)|режу себя|хочу покончить с собой|у меня мысли о (?:суициде|самоубийстве))(?!\p{L})/gu,
  ),
  own(
    'zh-own',
    /(?:我(?:也|真的|好|很|都|就|只|其实|總是|总是){0,3}(?:想死|不想活|想自杀|想自殺|想结束(?:自己的)?生命|想結束(?:自己的)?生命))/gu,
    /(?:你|他|她|人)[^。，]{0,6}(?:说|說|觉得|覺得|认为|認為|想着)[^。]{0,4}我/u,
  ),
  own(
    'ja-own',
    /(?:(?:私|わたし|僕|ぼく|俺)(?:も|は)[^。「」、]{0,10})(?:死にたい|消えたい|生きていたくない|自殺したい)(?!と|って|気持|という|ほど|くらい|か)|(?:^|、)(?:もう)?(?:死にたい|自殺したい|消えてしまいたい|生きていたくない)(?:です|よ|な|んだ)?(?=。|！|$)/gu,
  ),
  own(
    'hi-own',
    /(?:(?:मैं|मैँ) (?:भी )?)(?:मरना|आत्महत्या करना|मर जाना) चाहत[ाी] (?:हूँ|हूं)|(?:मैं (?:भी )?)?(?:जीना नहीं चाहत[ाी] (?:हूँ|हूं))|मेरा (?:भी )?जीने का मन नहीं|मैं (?:भी )?(?:जान दे दूँगा|आत्महत्या कर लूँगा)/gu,
  ),
  own(
    'hi-roman-own',
    /\b(?:main|mai|mein) (?:bhi )?(?:marna|mar jana|suicide karna) chahta|\b(?:main|mai|mein) (?:bhi )?(?:marna|mar jana|suicide karna) chahti|\bmujhe (?:bhi )?(?:marna hai|suicide karna hai|mar jana hai|nahi jeena|jeena nahi)|\b(?:main|mai|mein) (?:bhi )?jeena nahi(?:n)? chaht[ai]/g,
  ),
  own(
    'ne-own',
    /(?:मलाई (?:पनि )?(?:मर्न मन|बाँच्न मन (?:छैन|लाग्दैन)|बाच्न मन (?:छैन|लाग्दैन))|म (?:पनि )?(?:मर्न|आत्महत्या गर्न) (?:चाहन्छु|चाहान्छु))/gu,
  ),
  own(
    'ne-roman-own',
    /\bmalai (?:pani )?(?:(?:marna|aatmahatya garna) (?:man|mann)|ba+n?chna (?:man|mann) (?:chaina|chhaina|xaina|lagdaina))|\bma (?:pani )?marna chahan(?:chu|xu)/g,
  ),
  {
    id: 'foreign-urged',
    kind: 'urged_harm',
    cue: /\bdeberias (?:morir|matarte|suicidarte)\b|\bestarias mejor muert[oa]\b|\bvoce deveria (?:morrer|se matar)\b|\btu (?:devrais|dois) (?:mourir|te tuer|te suicider)\b|\bvous (?:devriez|devez) (?:mourir|vous tuer|vous suicider)\b|\b(?:du solltest|sie sollten) (?:dich|sich) umbringen\b|\b(?:dovresti|devi) (?:morire|ucciderti|ammazzarti)\b|(?:тебе|вам) (?:стоит|надо|лучше) (?:умереть|убить себя)|你(?:应该|應該|不如)(?:去死|自杀|自殺)|(?:死んだ|死ぬ)(?:ほう|方)がいい/gu,
  },
];
