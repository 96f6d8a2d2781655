import type { RiskRule } from './riskRules.js';

/** The plainest cues in a few other languages; deliberately short, each phrase is unmistakable. */
export const FOREIGN_RULES: readonly RiskRule[] = [
  {
    id: 'es-self-harm',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:quiero|quisiera|voy a|pienso en) (?:morir(?:me)?|matarme|suicidarme|quitarme la vida)\b|\bno quiero (?:vivir|seguir viviendo)\b|\bme quiero morir\b/,
    unless: /\bmorir(?:me)? de (?:risa|hambre|verg[uü]enza|calor|sue[nñ]o)\b/,
  },
  {
    id: 'pt-self-harm',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:quero|vou|penso em) (?:morrer|me matar|me suicidar|acabar com a minha vida|tirar a minha vida)\b|\bn[aã]o quero (?:mais )?viver\b/,
    unless: /\bmorrer de (?:rir|fome|vergonha|calor|sono)\b/,
  },
  {
    id: 'fr-self-harm',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:je veux|j'ai envie de|je vais|je pense [aà]) (?:mourir|me tuer|me suicider|en finir)\b|\b(?:plus|pas) envie de vivre\b/,
    unless: /\bmourir de (?:rire|faim|honte|chaud)\b/,
  },
  {
    id: 'de-self-harm',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:ich will|ich m[oö]chte|will|m[oö]chte) (?:nur noch |einfach |nicht mehr )?(?:sterben|tot sein|mich umbringen|leben)\b(?<!(?:ich will|ich m[oö]chte|will|m[oö]chte) leben)|\bmich umbringen\b|\bmir das leben nehmen\b|\bnicht mehr leben\b|\bselbstmord(?:gedanken)?\b|\bsuizid(?:gedanken|al)?\b/,
    unless: /\b(?:film|roman|statistik)\b/,
  },
  {
    id: 'it-self-harm',
    kind: 'self_harm',
    level: 'crisis',
    cue: /\b(?:voglio|vorrei) (?:morire|uccidermi|farla finita|suicidarmi)\b|\bnon voglio pi[uù] vivere\b/,
    unless: /\bmorire dal(?:le|la)? (?:risate|ridere|vergogna)\b/,
  },
  {
    id: 'ru-self-harm',
    kind: 'self_harm',
    level: 'crisis',
    cue: /(?:хочу умереть|не хочу жить|покончить с собой|убить себя|суицид)/u,
  },
  { id: 'zh-self-harm', kind: 'self_harm', level: 'crisis', cue: /(?:想死|自杀|自殺|不想活|结束生命|結束生命)/u },
  { id: 'ja-self-harm', kind: 'self_harm', level: 'crisis', cue: /(?:死にたい|自殺|消えてしまいたい|リストカット)/u },
];
