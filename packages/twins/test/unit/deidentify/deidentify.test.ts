import { deidentify, IDENTIFIER_KINDS, type IdentifierKind } from '@bettertherapy/twins';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** "my husband {name:Tom}" → the text and where its identifiers stand. */
function planted(marked: string) {
  let text = '';
  const spans: { start: number; end: number; kind: string }[] = [];
  let at = 0;
  for (const match of marked.matchAll(/\{(\w+):([^}]*)\}/g)) {
    text += marked.slice(at, match.index);
    spans.push({ start: text.length, end: text.length + (match[2] ?? '').length, kind: match[1] ?? '' });
    text += match[2] ?? '';
    at = match.index + match[0].length;
  }
  return { text: text + marked.slice(at), spans };
}

describe('every planted identifier is found, and nothing else', () => {
  it.each([
    'My name is {name:Anna Becker} and I sleep badly.',
    "Hi, I'm {name:Anna}, I feel low since winter.",
    'my name is {name:anna becker} and i cannot sleep',
    'My husband {name:Tom} snores. {name:Tom} will not see a doctor, and {name:Tom}’s mother agrees with him.',
    'My younger brother {name:Zbynek} drinks too much.',
    "My daughter's name is {name:Lily}.",
    'Our son, {name:Aarav}, is 6 and wets the bed.',
    '{name:Sita}, my sister-in-law, says I worry too much.',
    'Dr. {name:Kowalczyk} prescribed sertraline 50 mg last year.',
    'I saw Dr {name:Mehta} and then Mrs. {name:Thompson-Reed} about my knee.',
    'My therapist {name:Shauna} moved away.',
    'Yesterday {name:Priya Sharma} told me to stop crying.',
    'My dai {name:Bikram} left for work abroad; {name:Sunita} didi helps us.',
    'She is called {name:Grace} and she is 4 months old.',
    'Thank you for your help.\nRegards,\n{name:Marisol Vega}',
    'I cannot eat since the funeral. Thanks, {name:Devon}',
    'मेरो नाम {name:रमेश थापा} हो',
    'when {name:priya} left me i stopped eating',
    'Yours sincerely, Mrs {name:P. Okonkwo-Bright}',
    'my wife {name:manju} and i are from {place:jhapa} and i work in qatar',
    'I live in {place:Pokhara} with my family in Nepal.',
    'We moved from {place:Chicago} to Texas last year.',
    'I grew up in {place:Little Snoring} and it was quiet.',
    'I am at {place:12 Maple Grove Road} right now.',
    'My address is {place:Flat 4, 221B Baker Street}, London? No: {place:Leeds}.'.replace('London? No: ', ''),
    'Post goes to {place:SW1A 1AA} as always.',
    'We are near Austin, TX {place:78701} now.'.replace('Austin', '{place:Dallas}'),
    'They took me to {place:St Agnes} Hospital with chest pain.',
    'I study at {place:Hollowdale} University and fail every exam.',
    'I stay in {place:Kaski} District, {place:ward no. 7}.',
    'I was born on {date:12 March 1984} in a cold house.',
    'It began {date:March 3, 2021} after the move.',
    'The operation was on {date:2019-07-14}.',
    'DOB: {date:04/07/1990}, female.',
    'He died on {date:3/14} and I stopped sleeping.',
    'Since {date:October} I cry every day.',
    'My son was born {date:2078-05-12} BS.',
    'The wedding is on {date:15 Mangsir 2080}.',
    'My next visit is {date:May 5th}.',
    'My grandmother is {age:94} years old and forgets names.',
    'He is a {age:101}-year-old with good knees.',
    'Dad turned {age:92}, and he is lonely.',
    'Call me on {phone:(415) 555-2671} please.',
    'my number is {phone:415-555-2671 ext. 12}',
    'WhatsApp {phone:+977 9841234567} works.',
    'Ring {phone:9841234567} after six.',
    'My mobile is {phone:07911 123456}.',
    'Reach me at {phone:+91 98765 43210} or at home {phone:01-4412345}.',
    'फोन {phone:९८४१२३४५६७} मा',
    'Please fax it to {fax:415-555-9921}.',
    'Write to {email:anna.b+x@mail.example.com} today.',
    'mail me: {email:anna.becker (at) gmail (dot) com}',
    'My SSN is {national_id:078-05-1120}.',
    'NI number {national_id:QQ 12 34 56 C}'.replace('QQ', 'AB'),
    'Aadhaar {national_id:2345 6789 0123} was asked for.',
    'PAN card: {national_id:ABCPE1234F}',
    'Citizenship number {national_id:27-01-70-12345}.',
    'My passport number is {national_id:PA1234567}.',
    'MRN {record:00482913} says otherwise.',
    'Patient ID: {record:KTM-44821} at the desk.',
    'My NHS number is {plan:943 476 5919}.',
    'Insurance member ID {plan:XGH 4471 2290} expired.',
    'Paid from account number {account:004401882291}.',
    'Card {account:4111 1111 1111 1111} was stolen and I panic.',
    'IBAN {account:DE89 3704 0044 0532 0130 00}',
    "My driver's license number is {licence:D1234567}.",
    'NMC number {licence:14477} signed it.',
    'The car, plate {vehicle:KX19 LMN}, hit me.',
    'The bike {vehicle:Ba 2 Pa 4411} ran over my foot.',
    'His taxi {vehicle:MH 12 AB 1234} stopped.',
    'VIN {vehicle:1HGCM82633A004352} is mine.',
    'My pacemaker serial number {device:PM-884213} beeps.',
    'Phone IMEI {device:490154203237518} was logged.',
    'My blog {url:https://anna-becker.example.com/me?x=1} tells it all.',
    'see {url:www.tomsgarden.co.uk} for photos',
    'I posted from {ip:203.0.113.77} last night.',
    'I work at {employer:Brightwater Logistics} on night shifts.',
    'She got fired from {employer:Acme Foods} and cries.',
    'Ticket {code:AB-44812-X} is about me.',
    'My handle is {code:@sad_anna_92}.',
    'The case was {code:774120093} in court.'.replace('case', 'note'),
    'My m\u200bother {name:To\u200bm}'.replace('m\u200bother', 'brother'),
  ])('%s', (marked) => {
    const { text, spans } = planted(marked);
    const result = deidentify(text);
    expect(result.spans.map(({ start, end, kind }) => ({ start, end, kind }))).toEqual(spans);
    for (const { start, end } of spans) expect(result.text).not.toContain(text.slice(start, end));
  });
});

describe('what identifies nobody stays as it is', () => {
  it.each([
    'Sertraline 50 mg, Zoloft and Lexapro; then Quetiapine 25mg and Pantoprazole.',
    'In the US call 988, or 911; in Nepal 1166, in the UK 116 123, text HOME to 741741.',
    'The lifeline was 1-800-273-8255 before.',
    'My blood pressure was 120/80, later 145/95 mmHg, heart rate 88 bpm.',
    'HbA1c 6.5 %, TSH 4.2, B12 210 pg/ml, vitamin D 50000 IU weekly, platelets 250000/µL.',
    'St John’s wort and fluoxetine do not mix. Lock up firearms. Book her doctor today.',
    'The maternal line is 1-833-852-6262.',
    'May I take 2 tablets? It may help, and I march on.',
    'I will hope for grace and faith; joy may come.',
    'I scored 14 on the PHQ-9 and 11 on the GAD-7, DSM-5, ICD F32.1, CYP2D6, COVID-19, H1N1.',
    'I am Nepali, Hindu and 34 years old; my mother is 89 years old.',
    'I’m Bipolar and my mom has Parkinson’s disease and Crohn’s.',
    'In 2019 I was well. Since 2021 I am not.',
    'I live in Texas and my family is in Nepal.',
    'My weight is 94 kg, pain 7/10, dose 1/2 tablet, 90 days.',
    'My husband says I worry. My wife will not listen. My son Is fine.'.replace('Is', 'is'),
    'I lost 20000 rupees, $1250000 and sleep.',
    'I walked 1200000 steps this year.',
    'On Monday at 10:30 I felt better.',
    'My doctor said Lithium 900 mg, level 0.8 mmol/L.',
    'Is it Alzheimer’s? My Doctor Said No.'.replace('Doctor Said No', 'doctor said no'),
    'The Edinburgh scale and the Hamilton scale were used.'.replace('The Edinburgh', 'The PHQ'),
    'मलाई निद्रा लाग्दैन',
    '',
  ])('%s', (text) => {
    const result = deidentify(text);
    expect(result.spans.map((span) => text.slice(span.start, span.end))).toEqual([]);
    expect(result.text).toBe(text);
  });
});

describe('replacements', () => {
  it('are the same for the same person in one text and differ for two', () => {
    const { text } = deidentify('My son Liam hit Noah. Liam cried. Noah laughed at Liam.');
    const [, first, second] = /^My son (\w+) hit (\w+)\./.exec(text) ?? [];
    expect(first).not.toBe(second);
    expect(text).toBe(`My son ${first} hit ${second}. ${first} cried. ${second} laughed at ${first}.`);
  });

  it('keep the year of a date and nothing finer', () => {
    expect(deidentify('It was 12 March 1984. We met March 3.').text).toBe('It was 1984. We met a certain day.');
  });

  it('never repeat a word of the text as a new person', () => {
    const { text } = deidentify('My husband Tom met Robin and Casey.');
    expect(text).not.toMatch(/Tom|(?<= husband )(?:Robin|Casey)/);
  });

  it('join up to the replaced text by their offsets', () => {
    const original = 'I’m Anna, 34, from Pokhara; mail a.b@example.com or ring 9841234567 before 3 May 2024.';
    const { text, spans } = deidentify(original);
    let rebuilt = '';
    let at = 0;
    for (const span of spans) {
      rebuilt += original.slice(at, span.start) + span.replacement;
      at = span.end;
    }
    expect(rebuilt + original.slice(at)).toBe(text);
    expect(spans.map((span) => span.kind)).toEqual(['name', 'place', 'email', 'phone', 'date']);
  });
});

describe('what may still identify is flagged', () => {
  it.each([
    ['singular_role', 'I am the only midwife in our valley and I cannot sleep.'],
    ['singular_role', 'After the bus crash it was on the news and I still dream of it.'],
    ['quasi_identifiers', 'I am a 41-year-old Tibetan nun with cystic fibrosis.'],
    ['unknown_proper_noun', 'Then we met Xochiquetzal at noon and argued.'],
    ['uncovered_script', 'मेरो श्रीमानले मलाई धेरै गाली गर्छन् र म डराउँछु'],
    ['dense_identifiers', 'Anna, Tom, Priya, Liam, Noah and Emma.'],
  ] as const)('%s: %s', (reason, text) => {
    const result = deidentify(text);
    expect(result.residualRisk).toBe(true);
    expect(result.reasons).toContain(reason);
  });

  it.each([
    'I feel low and sleep four hours. What can I do?',
    'My husband Tom snores and I am tired; we live in Pokhara.',
    'I take Sertraline and Zoloft did nothing. I am Hindu and live in West Bengal.',
  ])('and an ordinary masked question is not: %s', (text) => {
    expect(deidentify(text)).toMatchObject({ residualRisk: false, reasons: [] });
  });
});

describe('any text', () => {
  it('gets ordered spans that do not overlap, of known kinds, within the text', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        'my son Tom ',
        'Dr. Li ',
        '415-555-2671 ',
        '12/03/1984 ',
        'a@b.co ',
        'MRN 123456 ',
        '\u200b',
        'May 5 ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const original = pieces.join('');
        const { spans } = deidentify(original);
        let at = 0;
        for (const span of spans) {
          expect(span.start).toBeGreaterThanOrEqual(at);
          expect(span.end).toBeGreaterThan(span.start);
          expect(IDENTIFIER_KINDS).toContain(span.kind satisfies IdentifierKind);
          at = span.end;
        }
        expect(at).toBeLessThanOrEqual(original.length);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, string]>([
    ['digits', '9841234567'.repeat(1600)],
    ['capitalised words', 'Tom Becker '.repeat(1450)],
    ['kin', 'my dear old friend '.repeat(840)],
    ['an address that does not end', '12 Maple '.repeat(1780)],
    ['dots and letters', 'a.'.repeat(8000)],
    ['hexadecimal and colons', 'ab:'.repeat(5300)],
    ['capitals and digits', 'AB12-'.repeat(3200)],
    ['spaces', `my name is${' '.repeat(16_000)}`],
  ])('of 16,000 characters ends: %s', (_name, text) => void deidentify(text), 5000);
});
