const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '€': 'e',
  '+': 't',
  '£': 'l',
};

/** Runs of single letters with a separator between: "i g n o r e", "s.c.o.r.e". */
const SPACED = /(?<![\p{L}\p{N}])(?:\p{L}[ .\-_*·•,/|~]{1,3}){3,}\p{L}(?![\p{L}\p{N}])/gu;

/** Phrases that only an order to a judge contains, without any space; each at least 12 letters. */
const SQUASHED =
  /ignore(?:all|any|the|your|every)?(?:of)?(?:the|your)?(?:previous|prior|above|earlier|preceding|other|these)?(?:instruction|prompt|rules|criteria|rubric)|disregard(?:all|any|the|your)?(?:previous|prior|above|earlier)?(?:instruction|prompt|rules|criteria|rubric)|(?:perfect|maximum|highest|fullest|topmost)(?:possible)?(?:score|rating|grade|marks)|give(?:this|it|me|the)(?:answer|response|reply)?(?:a|an|the)?(?:perfect|full|ten|top|max|high|best)(?:score|rating|mark|grade|out)|(?:answer|respond|reply|output)(?:with)?(?:only|always|simply)?yes(?:to(?:all|every|each)|always|only)|(?:rate|score|grade)(?:this|my)(?:answer|response|reply)|(?:this|the)(?:answer|response)(?:meets|satisfies|deserves)(?:all|every|full|the)|systemprompt|systemoverride|tenoutoften|dear(?:grader|judge|evaluator)/u;

const BASE64 = /(?:[A-Za-z0-9+/_-]{4}[\s]?){4,}[A-Za-z0-9+/_-]{0,4}={0,2}/gu;
const HEX = /(?:(?:\\x|0x|%)?[0-9a-fA-F]{2}[\s,:-]?){10,}/gu;
const BINARY = /(?:[01]{8}[\s,]?){4,}/gu;
const ESCAPES = /\\u\{?([0-9a-fA-F]{4,6})\}?|&#x([0-9a-fA-F]{2,6});?|&#(\d{2,7});?/gu;
const MORSE = /(?:[.\-·−–—]{1,5}[ /|]+){6,}[.\-·−–—]{1,5}/u;

/**
 * Other readings of a sentence in which an order may hide: leetspeak, letters set apart, marks inside words,
 * backwards, rotated by 13, joined words. All in lower case; only readings that differ are returned.
 */
export function readings(sentence: string): string[] {
  const plain = sentence.toLowerCase();
  const spaced = plain.replace(SPACED, (run) => run.replace(/[^\p{L}]/gu, ''));
  const apart = isSpelledOut(sentence) ? plain.replace(/(?<=\S)[ .\-_*·•,/|~](?=\S)/gu, '') : plain;
  const wordwise = plain.replace(/(?<=\p{L})[-_.*·•|/\\^~+"'`]+(?=\p{L})/gu, '');
  const leet = plain.replace(/\S+/gu, (word) => {
    const core = word.replace(/^[^\p{L}\p{N}@$!€+£]+|[^\p{L}\p{N}@$€+£]+$/gu, '');
    return /[0-9@$!€+£]/u.test(core) ? core.replace(/[0-9@$!€+£]/gu, (char) => LEET[char] ?? char) : word;
  });
  const camel = sentence.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').toLowerCase();
  const rotated = plain.replace(/[a-z]/gu, (char) => String.fromCharCode(((char.charCodeAt(0) - 84) % 26) + 97));
  const reversed = [...plain].reverse().join('');
  const swapped = plain.replace(/\S+/gu, (word) => [...word].reverse().join(''));
  return [...new Set([spaced, apart, wordwise, leet, camel, rotated, reversed, swapped])].filter(
    (text) => text !== plain,
  );
}

/** True when a run of single letters, or one overlong word, spells an order to a judge without spaces. */
export function squashedOrder(sentence: string): boolean {
  const runs = sentence.match(SPACED) ?? [];
  const words = sentence.match(/[\p{L}_]{14,}/gu) ?? [];
  return [...runs, ...words, runs.join('')].some((run) => SQUASHED.test(run.replace(/[^\p{L}]/gu, '').toLowerCase()));
}

/** True when at least eight letters stand one by one. */
export function isSpelledOut(sentence: string): boolean {
  return (sentence.match(SPACED) ?? []).some((run) => run.replace(/[^\p{L}]/gu, '').length >= 8);
}

/** Texts that were encoded inside an answer (base64, hexadecimal, binary, escapes, percent), decoded; and whether any blob was there. */
export function decodedBlobs(raw: string): { readonly texts: readonly string[]; readonly blobs: readonly string[] } {
  const texts: string[] = [];
  const blobs: string[] = [];
  const keep = (blob: string, decoded: string | null): void => {
    if (decoded === null) return;
    blobs.push(blob);
    texts.push(decoded);
  };
  for (const [blob] of raw.matchAll(BASE64)) {
    const joined = blob.replace(/\s/gu, '');
    const mixed = /[a-z]/u.test(joined) && /[A-Z]/u.test(joined) && joined.length >= 16;
    if (mixed && !/\s/u.test(blob.trim())) keep(blob, printable(Buffer.from(joined, 'base64')));
  }
  for (const [blob] of raw.matchAll(HEX))
    keep(blob, printable(Buffer.from(blob.replace(/\\x|0x|%|[^0-9a-fA-F]/gu, ''), 'hex')));
  for (const [blob] of raw.matchAll(BINARY)) {
    const bytes = (blob.match(/[01]{8}/gu) ?? []).map((bits) => Number.parseInt(bits, 2));
    keep(blob, printable(Buffer.from(bytes)));
  }
  if ((raw.match(ESCAPES) ?? []).length >= 6) {
    const decoded = raw.replace(ESCAPES, (_all, unicode, hex, decimal) => {
      const code = decimal === undefined ? Number.parseInt(unicode ?? hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
    });
    keep(raw.match(ESCAPES)?.[0] ?? '', decoded);
  }
  const morse = raw.match(MORSE);
  if (morse) blobs.push(morse[0]);
  return { texts, blobs };
}

/** The bytes as text when at least 90 % of them are letters, spaces and marks; else null. */
function printable(bytes: Buffer): string | null {
  const text = bytes.toString('utf8');
  const good = text.match(/[\p{L}\p{N}\p{P} \n]/gu)?.length ?? 0;
  const letters = text.match(/[\p{L} ]/gu)?.length ?? 0;
  return text.length >= 8 && good >= text.length * 0.9 && letters >= text.length * 0.7 ? text : null;
}
