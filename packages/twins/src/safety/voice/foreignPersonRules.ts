import type { PersonRule } from './personRules.js';

/** The plainest such claims in the languages that the risk rules know; Latin letters without accents. */
export const FOREIGN_PERSON_RULES: readonly PersonRule[] = [
  {
    id: 'es-person',
    cue: /(?<!\b(?:no|ni) )\bsoy (?:realmente |de verdad )?(?:(?:un |una )?(?:ser humano|human[oa])|una persona)\b|\bno soy (?:un |una )?(?:robot|bot|maquina|ia|inteligencia artificial|programa|ordenador|computadora)\b/g,
  },
  {
    id: 'pt-person',
    cue: /(?<!\bnao )\bsou (?:realmente |mesmo )?(?:(?:um )?ser humano|human[oa]|uma pessoa)\b|\bnao sou (?:um |uma )?(?:robo|bot|maquina|ia|inteligencia artificial|programa|computador)\b/g,
  },
  {
    id: 'fr-person',
    cue: /\bje suis (?:vraiment |bien |reellement )?(?:un etre humain|humaine?|une (?:vraie )?personne)\b|\bje ne suis pas (?:un |une )?(?:robot|bot|machine|ia|intelligence artificielle|programme|logiciel|ordinateur|chatbot)\b/g,
  },
  {
    id: 'de-person',
    cue: /\bich bin (?:wirklich |tatsachlich |doch |auch )?(?:ein (?:echter |richtiger )?mensch|eine (?:echte |reale )?person|ein echter arzt|eine echte arztin)\b|\bich bin (?:keine? )(?:roboter|bot|ki|kunstliche intelligenz|maschine|programm|computer|chatbot|software)\b/g,
  },
  {
    id: 'it-person',
    cue: /(?<!\bnon )\bsono (?:davvero |proprio )?(?:un essere umano|una (?:vera )?persona(?! che))\b|\bnon sono (?:un |una |un')(?:robot|bot|macchina|ia|intelligenza artificiale|programma|computer)\b/g,
  },
  {
    id: 'ru-person',
    cue: /(?<!\p{L})я (?:(?:живой|настоящий|реальный) (?:человек|врач)|человек)(?!\p{L})|(?<!\p{L})я не (?:робот|бот|программа|машина|компьютер|искусственный интеллект)(?!\p{L})/gu,
  },
  {
    id: 'zh-person',
    cue: /我(?:真的|就|確實|确实|也)?是(?:一个|一個|个|個|一位)?(?:真人|活人|(?:真实的|真的|真正的)?(?:人类|人類)|真实的人|人(?=[。，！]))|我(?:并)?不是(?:一个|一個|个|個)?(?:机器人|機器人|人工智能|人工智慧|程序|ai|电脑|電腦)/gu,
  },
  {
    id: 'ja-person',
    cue: /(?:私|わたし|僕|ぼく)は(?:本物の|本当に|実在する|生身の)?(?:人間|医師本人)です|(?:ai|ロボット|機械|プログラム|ボット)では(?:ありません|ないです)(?!か)/gu,
  },
  {
    id: 'hi-person',
    cue: /मैं (?:एक )?(?:असली |सचमुच )?(?:इंसान|मनुष्य|व्यक्ति) (?:हूँ|हूं)|मैं (?:कोई |एक )?(?:रोबोट|मशीन|एआई|बॉट|कंप्यूटर|प्रोग्राम) नहीं (?:हूँ|हूं)/gu,
  },
  {
    id: 'ne-person',
    cue: /म (?:एक )?(?:साँच्चै |साँच्चैको |वास्तविक )?(?:मानिस|मान्छे|मानव) (?:हुँ|हूँ|हु)|म (?:कुनै |एक )?(?:रोबोट|मेसिन|एआई|कम्प्युटर|सफ्टवेयर) होइन/gu,
  },
];
