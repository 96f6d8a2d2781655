/**
 * The common orders to a judge in other languages, over probe text (lower case, Latin accents dropped). A sentence in
 * another language than the question is hidden from the judge anyway; these make it an attack.
 */
export const FOREIGN_STRONG: readonly RegExp[] = [
  /\b(?:tous les criteres|todos los criterios|todos os criterios|tutti i criteri|alle (?:kriterien|criteria zijn))\b/u,
  // Spanish, Portuguese, Italian, Catalan
  /\b(?:ignor\w+|olvid\w+|omit\w+|descart\w+|desconsider\w+|esque[cç]\w+|dimentic\w+|trascur\w+)\b.{0,50}\b(?:instruccion\w*|instrucoes|istruzion\w+|indicacion\w+|ordenes|ordens|reglas anteriores|regras|regole|criterios?|criteri|rubrica)\b/u,
  /\b(?:puntuacion|calificacion|puntaje|pontuacao|nota|classificacao|punteggio|voto|valutazione)\b.{0,25}\b(?:maxim[ao]|mas alt[ao]|perfect[ao]|perfett[ao]|mais alta|massim[ao]|piu alt[ao]|10|100|diez|dez|dieci)\b|\b(?:maxim[ao]|mas alta|perfecta|mais alta|massim[ao]|piu alto)\b.{0,15}\b(?:puntuacion|calificacion|puntaje|pontuacao|nota|punteggio|voto)\b/u,
  /\b(?:evaluador|juez|calificador|avaliador|juiz|valutatore|giudice|revisor)\w*\b.{0,60}\b(?:respuesta|resposta|risposta|nota|puntuacion|calificacion|pontuacao|si|sim|debe|deve|puntaje|instruccion\w*)\b/u,
  /\b(?:responde|respond[ae]|contesta|responda|rispondi|elige|escolha|scegli)\b(?: \w+){0,4} \W?(?:si|sim|yes|verdadero|verdadeiro|vero)\W?(?: |$|[.,])/u,
  /\b(?:esta|est[ae]|questa) (?:respuesta|resposta|risposta)\b.{0,30}\b(?:cumple|merece|satisface|cumpre|atende|soddisfa|merita|perfect[ao]|perfetta|correcta|correta|criteri\w+)\b/u,
  // French
  /\b(?:ignor(?:e|ez|er|ons)|oubli(?:e|ez|er|ons)|neglig\w+|ne (?:suis|suivez|tiens|tenez) pas)\b (?:\w+ )?(?:les?|la|toutes?|tous|tes|vos|ces|cette|aux|des)\b.{0,40}\b(?:instructions?|consignes?|regles?|directives?|criteres?)\b/u,
  /\b(?:note|score|notation|evaluation)\b.{0,15}\b(?:maximale?|parfaite?|la plus haute|le plus eleve|la plus elevee|20\/20)\b|\b(?:meilleure|plus haute) note\b|\b(?:note|notation) (?:de )?10 sur 10\b/u,
  /\b(?:evaluateur|correcteur|juge|notateur|examinateur)\w*\b.{0,60}\b(?:reponse|note|score|oui|doit|devez|doivent|consigne\w*)\b/u,
  /\b(?:repond(?:s|ez|re)|choisis\w*|dis|dites|ecri[st]\w*)\b(?: \w+){0,4} \W?(?:oui|yes|vrai)\W?(?: |$|[.,])/u,
  /\bcette reponse\b.{0,30}\b(?:merite|satisfait|remplit|repond a tous|respecte|parfaite|correcte|criteres?)\b/u,
  // German, Dutch
  /\b(?:ignorier\w*|vergiss|vergesst|missachte\w*|negeer\w*|vergeet|uberspring\w*)\b.{0,50}\b(?:anweisung\w*|instruktion\w*|instructies?|regeln|regels|vorgaben|prompt|kriterien|bewertungs\w*)\b/u,
  /\b(?:hochst|best|maximal|voll|perfekt|hoogste|maximale|volle|beste)\w*\W?(?: mogliche[nr]? | mogelijke )?\s?(?:punktzahl|punkte|note|bewertung|score|cijfer|beoordeling|punten|wertung)\b/u,
  /\b(?:bewerter|gutachter|prufer|richter|beoordelaar|jury|korrektor)\w*\b.{0,60}\b(?:antwort|antwoord|note|punkte|bewertung|ja|score|muss|mussen|moet)\b/u,
  /\b(?:antworte\w*|sage?|wahle?|antwoord|zeg|kies)\b(?: \w+){0,4} \W?(?:ja|yes|wahr|waar)\W?(?: |$|[.,])/u,
  /\b(?:diese|dit|deze) (?:antwort|antwoord)\b.{0,30}\b(?:erfullt|verdient|voldoet|verdient|perfekt|korrekt|kriterien|criteria)\b/u,
  // Polish, Turkish, Indonesian, Vietnamese, Swahili
  /\b(?:zignoruj|pomin|zapomnij)\b.{0,50}\b(?:instrukcj\w+|polecen\w+|zasad\w*)\b|\b(?:najwyzsz\w+|maksymaln\w+) (?:ocen\w+|wynik\w*|liczb\w+)\b/u,
  /(?:talimat|yonerge|komut)\w*.{0,25}(?:yok say|unut|gormezden|dikkate alma)\w*|\b(?:tam|en yuksek|maksimum) (?:puan|not)\w*/u,
  /\b(?:abaikan|lupakan)\b.{0,40}\b(?:instruksi|perintah|aturan)\b|\b(?:nilai|skor) (?:tertinggi|sempurna|maksimal|penuh)\b/u,
  /\bbo qua\b.{0,40}\b(?:huong dan|chi dan|lenh)\b|\bdiem (?:toi da|cao nhat|tuyet doi)\b/u,
  /\bpuuza\b.{0,40}\bmaagizo\b|\balama (?:za juu|kamili)\b/u,
  // Russian, Ukrainian
  /(?:игнорир|забуд|пропуст|ігнору|не обращай)[\p{L}\s,]{0,50}?(?:инструкц|указани|правил|команд|інструкц|вказівк)/u,
  /(?:максимальн|высш|наивысш|найвищ|полн)\p{L}*\s+(?:\p{L}+\s+)?(?:балл|оценк|бал|оцінк)|(?:балл|оценк)\p{L}*\s+10|10\s+(?:из 10|баллов)/u,
  /(?:ответь|отвечай|скажи|выбери|напиши)(?:те)?[\p{L}\s"«:,]{0,30}?(?:да|yes)(?:[\s".»!]|$)|(?:оценщик|судья|проверяющ|эксперт-оцен)/u,
  // Chinese, Japanese, Korean
  /(?:忽略|无视|無視|忘记|忘掉|忽視|不要理会|跳过).{0,20}(?:指令|说明|說明|提示|规则|規則|指示|要求|内容|標準|标准)/u,
  /(?:满分|滿分|最高分|最高评分|最高評分|十分满分|给.{0,6}10分|打10分|打满|評分者|评分者|评分员|评委|评审|评估者|裁判|打分)/u,
  /(?:回答|输出|輸出|选择|選擇).{0,8}["“「']?(?:是|yes)["”」'](?:。|$)?|(?:回答|答え|出力).{0,10}(?:はい|yes)|(?:此|这个|本|該|该)(?:回答|答案|回复).{0,12}(?:满足|符合|完美|正确|標準|标准)/u,
  /(?:指示|命令|ルール|プロンプト|説明).{0,12}(?:無視|忘れ)|(?:満点|最高点|最高評価|最高スコア|採点者|評価者|採点)/u,
  /(?:지시|명령|규칙|프롬프트|지침).{0,12}(?:무시|잊)|(?:만점|최고 ?점수|최고 ?평점|채점자|평가자|채점)/u,
  // Arabic, Persian, Hebrew, Hindi, Greek, Thai
  /(?:تجاهل|انس|نادیده).{0,40}(?:تعليمات|التعليمات|الأوامر|دستور)|(?:الدرجة|العلامة|النتيجة|التقييم).{0,10}(?:الكاملة|القصوى|الأعلى|النهائية)|(?:المقيم|القاضي|المصحح)|نمره کامل/u,
  /(?:התעלם|התעלמו|שכח).{0,40}(?:הוראות|ההוראות)|(?:ציון|ניקוד) (?:מלא|מקסימלי|מושלם)/u,
  /(?:निर्देश|आदेश|नियम)\S*.{0,30}(?:अनदेखा|नज़रअंदाज|अनदेखी|भूल)|(?:पूरे|अधिकतम|सर्वोच्च|उच्चतम) (?:अंक|स्कोर)|मूल्यांकनकर्ता/u,
  /(?:αγνοησ|αγνόησ|ξεχασ|ξέχασ)\S*.{0,40}(?:οδηγι|εντολ)|(?:μέγιστ|μεγιστ|ανώτατ|ανωτατ)\S* βαθμολογ/u,
  /(?:เพิกเฉย|ละเว้น|ไม่ต้องสนใจ).{0,30}(?:คำสั่ง|คำแนะนำ)|คะแนน(?:เต็ม|สูงสุด)/u,
];

export const FOREIGN_WEAK: readonly RegExp[] = [
  /\b(?:puntuacion|calificacion|pontuacao|punteggio|bewertung|punktzahl|evaluador|avaliador|evaluateur|bewerter|rubrica|instrucciones|instrucoes|istruzioni|anweisungen|consignes)\b/u,
];
