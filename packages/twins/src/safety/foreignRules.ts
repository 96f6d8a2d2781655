import type { RiskRule } from './riskRule.js';

const rule = (id: string, cue: RegExp, unless?: RegExp): RiskRule => ({
  id,
  kind: 'self_harm',
  level: 'crisis',
  cue,
  ...(unless === undefined ? {} : { unless }),
});

/** The plainest cues in other languages. They are fewer than the English ones and miss more. */
export const FOREIGN_RULES: readonly RiskRule[] = [
  rule(
    'es-self-harm',
    /\b(?:quiero|quisiera|quiere|voy a|va a|pienso en|pensado en|pensando en|ganas de|deseo|intent[oó]) (?:morir(?:me|se)?|matar(?:me|se)|suicidar(?:me|se)|quitar(?:me|se) la vida|acabar con mi vida|desaparecer para siempre)\b|\bse va a matar\b|\bme quiero (?:morir|matar|suicidar)\b|\bno quiero (?:vivir|seguir viviendo|estar m[aá]s aqu[ií])\b|\bcansad[oa] de vivir\b|\bmejor(?:es)? sin m[ií]|\b(?:pienso|pensamientos|ideas) (?:en el |de )?suicid\w+|\bsentido a (?:la|mi) vida\b|\bla vida no tiene sentido\b|\b(?:me corto|se corta) los brazos\b|\bme corto\b.{0,20}\b(?:brazos|mu[nñ]ecas)\b/,
    /\bmorir(?:me)? de (?:risa|hambre|verg[uü]enza|calor|sue[nñ]o|ganas)\b/,
  ),
  rule(
    'pt-self-harm',
    /\b(?:quero|queria|vou|penso em|pensando em|vontade de) (?:morrer|me matar|me suicidar|suic[ií]dio|acabar com (?:a minha vida|tudo)|tirar a minha vida|sumir para sempre)|\b(?:vai|quer) se (?:matar|suicidar)\b|\bn[aã]o quero (?:mais )?viver\b|\b(?:melhor|feliz) sem mim\b|\bcansei de viver\b|\bvida n[aã]o (?:faz|tem) (?:mais )?sentido\b|\bpens\w+ em suic[ií]dio/,
    /\bmorrer de (?:rir|fome|vergonha|calor|sono)\b/,
  ),
  rule(
    'fr-self-harm',
    /\b(?:je veux|j'ai envie de|je vais|je voudrais|je pense [aà]|il veut|elle veut|il va|elle va) (?:mourir|me tuer|me suicider|se tuer|se suicider|en finir(?! avec (?:la|le|les|cette|mon|ma) (?:cigarette|tabac|r[eé]gime|travail|relation))|au suicide|m'endormir et ne (?:jamais|plus))|\b(?:pense|penser) au suicide\b|\b(?:plus|pas) (?:envie|la force) de vivre\b|\b(?:mieux|heureux) sans moi\b|\bne (?:jamais|plus) me r[eé]veiller\b|\bpens[eé]es suicidaires\b|\bla vie n'a plus de sens\b/,
    /\bmourir de (?:rire|faim|honte|chaud)\b|\bfinir avec\b/,
  ),
  rule(
    'de-self-harm',
    /\b(?:ich will|ich m[oö]chte|will|m[oö]chte) (?:nur noch |einfach |nicht mehr |am liebsten )?(?:sterben|tot sein)\b|\b(?:mich|sich) (?:selbst )?(?:umbringen|t[oö]ten)\b|\b(?:mir|sich) das leben (?:nehmen|zu nehmen)\b|\bnicht mehr (?:leben|da sein|aufwachen)\b|\bselbstmord\w*|\bsuizid\w*|\bohne mich (?:w[aä]r\w*|besser|g[iu]ng\w*).{0,20}\bbesser|\bbesser (?:dran )?ohne mich\b|\bkeinen sinn mehr\b.{0,20}\bleben\b|\bleben\b.{0,20}\bkeinen sinn\b|\britze mich\b/,
    /\b(?:film|roman|statistik|buch)\b/,
  ),
  rule(
    'it-self-harm',
    /\b(?:voglio|vorrei|vuole|pensando di|penso di|ho deciso di) (?:morire|uccider(?:mi|si)|farla finita|suicidar(?:mi|si)|ammazzarmi|scomparire per sempre)\b|\bnon voglio pi[uù] vivere\b|\b(?:penso|pensieri) (?:al|di) suicid\w+|\bnon ha (?:pi[uù] )?senso vivere\b|\bmeglio senza di me\b|\bmai nat[oa]\b|\bla vita non ha (?:pi[uù] )?senso\b/,
    /\bmorire dal(?:le|la)? (?:risate|ridere|vergogna)\b/,
  ),
  rule(
    'ru-self-harm',
    /(?:хочу умереть|хочу сдохнуть|не хочу (?:больше )?жить|не хочется жить|покончить с собой|покончу с собой|убить себя|убью себя|суицид|самоубийств|нет смысла жить|лучше без меня|уйти из жизни|режу себя)/u,
  ),
  rule(
    'zh-self-harm',
    /(?:想死|自杀|自殺|不想活|结束(?:自己的)?生命|結束(?:自己的)?生命|活着没有?(?:意思|意义)|活著沒(?:意思|意義)|没有我.{0,6}更好|割腕|轻生|輕生)/u,
    /(?:电影|小说|新闻|研究)/u,
  ),
  rule(
    'ja-self-harm',
    /(?:死にたい|自殺(?:したい|する|しよう|を考え)|消えてしまいたい|消えたい|リストカット|生きている意味がない|生きていたくない|死のうと思)/u,
  ),
  rule(
    'hi-self-harm',
    /(?:आत्महत्या|खुदकुशी|मरना चाहत|मर जाना चाहत|जीना नहीं चाहत|जीने का (?:मन|कोई)|मेरे बिना.{0,20}(?:खुश|बेहतर|अच्छ)|जान दे(?:ना| दू))/u,
    /(?:फिल्म|कहानी|खबर)/u,
  ),
  rule(
    'hi-roman-self-harm',
    /\b(?:a+tm?a?hat+ya|khud-?kh?ushi)\b|\bmar(?:na|jana) ?(?:chaht\w+|hai mujhe)|\bmar jana chaht\w+|\bmujhe mar(?:na|jana) hai\b|\bj(?:ee|i)n(?:a|e) (?:nahi|nahin|ka (?:koi|mann?))\b|\bjeena nahi (?:hai|chaht\w+)|\bjaan de (?:du|dunga|dungi|doon)|\bsuicide (?:karna|karne|kar lu|kar lunga|kar lungi)|\bmere bina\b.{0,20}\b(?:khush|behtar|acche)/,
  ),
  rule(
    'ne-self-harm',
    /(?:मर्न मन|मर्न चाहन|मर्न पाए|बाँच्न मन (?:छैन|लाग्दैन)|बाच्न मन (?:छैन|लाग्दैन)|जीवनको कुनै (?:अर्थ|मतलब)|बाँच्नुको (?:अर्थ|मतलब)|म नभए.{0,20}(?:सजिलो|राम्रो|खुसी))/u,
  ),
  rule(
    'ne-roman-self-harm',
    /\b(?:a+tm?a?hat+ya)\b|\bmarna (?:man|mann|chahanchu|chahanxu|paye)\b|\bba+n?chna (?:man|mann) (?:chaina|chhaina|xaina|lagdaina)|\bba+n?chnu ?ko (?:artha|matlab)\b|\bjeevan ko (?:kunai )?(?:artha|matlab)\b|\bma nabha\w+\b.{0,30}\b(?:sajilo|ramro|khusi)/,
  ),
];
