/** First code points of the alphabets of emoji letters: squared, negative circled, negative squared, regional. */
export const INNER_LETTERS: readonly number[] = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6];

const TABLE: readonly (readonly [latin: string, twins: string])[] = [
  ['a', 'аαɑᴀɐ'],
  ['b', 'вʙьƅЬ'],
  ['c', 'сϲᴄⅽɔ'],
  ['d', 'ԁᴅɗⅾ'],
  ['e', 'еєεᴇҽǝ'],
  ['f', 'ꜰғɟ'],
  ['g', 'ɡɢցƃ'],
  ['h', 'һнʜհɥ'],
  ['i', 'іιɪıἰⅰᴉ'],
  ['j', 'јᴊϳ'],
  ['k', 'кκᴋʞ'],
  ['l', 'ӏʟⅼ'],
  ['m', 'мᴍⅿɯ'],
  ['n', 'ոɴпη'],
  ['o', 'оοσᴏօ'],
  ['p', 'рρᴘ'],
  ['q', 'ԛզ'],
  ['r', 'гʀᴦɹ'],
  ['s', 'ѕꜱʂ'],
  ['t', 'тτᴛʇ'],
  ['u', 'υᴜսц'],
  ['v', 'ѵνᴠʌ'],
  ['w', 'ԝωᴡшʍ'],
  ['x', 'хχ'],
  ['y', 'уγʏүʎ'],
  ['z', 'ᴢʐ'],
];

/** Letter of another alphabet (or small capital, or turned letter) → the Latin letter it is read as. */
export const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  TABLE.flatMap(([latin, twins]) => [...twins].map((twin) => [twin, latin] as const)),
);
