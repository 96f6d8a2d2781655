import { detectRisk, type RiskKind } from '@bettertherapy/twins';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('a crisis is seen', () => {
  it.each<[RiskKind, string]>([
    ['self_harm', 'I want to kill myself.'],
    ['self_harm', 'I WANT TO DIE'],
    ['self_harm', 'i just wanna die'],
    ['self_harm', 'I have decided to end my life on Sunday. Thank you for everything.'],
    ['self_harm', 'Lately I think everyone would be better off without me'],
    ['self_harm', 'I’m having suicidal thoughts again and my therapist is away'],
    ['self_harm', 'My friend says he is going to kill himself tonight, what do I do?'],
    ['self_harm', 'my 15 year old daughter has been cutting herself'],
    ['self_harm', 'I found razor marks on my son’s wrist'],
    ['self_harm', 'There is no point in living anymore'],
    ['self_harm', 'I hope I don’t wake up tomorrow.'],
    ['self_harm', 'I can’t go on anymore, I wrote a goodbye letter'],
    ['self_harm', 'I wish I was dead'],
    ['self_harm', 'thinking about unaliving myself'],
    ['self_harm', 'I might k1ll my​self'],
    ['self_harm', 'honestly kms'],
    ['self_harm', 'I am so tired of being alive'],
    [
      'self_harm',
      'After mum died I kept her leftover morphine tablets. I may never take them but it comforts me to know.',
    ],
    ['self_harm', 'Quiero morirme, no aguanto más'],
    ['self_harm', 'Ich will nicht mehr leben'],
    ['self_harm', "J'ai envie de mourir"],
    ['self_harm', 'quero me matar'],
    ['self_harm', 'voglio farla finita'],
    ['self_harm', 'Я не хочу жить'],
    ['self_harm', '我不想活了'],
    ['self_harm', '死にたい'],
    ['harm_to_others', 'I am planning to stab him when he comes home'],
    ['harm_to_others', 'I have thoughts of killing my baby and I am going to hurt the baby'],
    ['abuse', 'Last night my husband put his hands around my throat.'],
    ['abuse', 'My boyfriend hits me when he drinks'],
    ['medical_emergency', 'My dad has crushing pain in his chest. He is sweating and his left arm hurts.'],
    ['medical_emergency', 'Suddenly she can’t speak and her face is drooping'],
    ['medical_emergency', 'I swallowed a handful of pills an hour ago'],
    ['medical_emergency', 'My friend is drunk, took pills, and her breathing is very slow and lips look blue'],
    ['medical_emergency', 'I stopped drinking vodka two days ago and now I see spiders that aren’t there'],
    ['medical_emergency', 'the cut on his leg won’t stop bleeding'],
  ])('%s: %s', (kind, text) => {
    const finding = detectRisk(text);
    expect(finding.level).toBe('crisis');
    expect(finding.kinds).toContain(kind);
  });
});

describe('look-alikes are no crisis', () => {
  it.each([
    'This headache is killing me, what can I take?',
    'My feet are killing me after the marathon',
    'I was dying of laughter and then got hiccups',
    'I’m dying to know whether ginger tea helps',
    'I’m sure I’m dying when a panic attack comes, but it passes',
    'My phone died and I panicked',
    'My boss will kill me if I miss work again because of this cold',
    'I could kill for a coffee, is caffeine bad with anxiety?',
    'I want to die my hair while pregnant, is it safe?',
    'I don’t want to die of cancer like my aunt; what screening should I get?',
    'What is the suicide rate among doctors? I write an article.',
    'I watched Suicide Squad and could not sleep',
    'I cut myself while cooking, does it need stitches?',
    'I burned myself on the oven door, what helps?',
    'I hurt myself at the gym lifting weights',
    'I need to cut myself some slack but do not know how',
    'I ran 10 kms and my knee hurts',
    'How do I kill time while I wait for test results?',
    'I want to end it with my partner, how do I say it without hurting him?',
    'I’m tired of living in this loud city, could that raise my blood pressure?',
    'I am sick of being here at this job',
    'My son beat me at chess and I felt silly being angry',
    'Can I shoot her a text after our fight?',
    'My wife says I snore and stop breathing at night',
    'Breathing slowly helps my anxiety, why?',
    'My gums won’t stop bleeding when I floss',
    'My shoulder and chest are sore after the bench press yesterday, no sweat or jaw pain',
    'I overdosed on carrots and my skin looks orange, normal?',
    'My grandfather died by suicide in 1970. Is depression inherited?',
    'I keep my travel pills in the drawer, do they expire?',
    'Me muero de hambre con esta dieta',
    'Ich will leben wie früher, ohne Angst',
    'The deadline is killing me and I sleep badly',
    'I feel flat, like watching my life through glass',
    '',
  ])('%s', (text) => expect(detectRisk(text).level).not.toBe('crisis'));
});

describe('in between', () => {
  it.each([
    'I don’t want to kill myself, but I feel hopeless',
    'I am not suicidal, just very low',
    'Years ago I attempted suicide as a teen, and now I study psychology',
    'I feel like a burden to everybody',
    'My mother doesn’t let me leave the house and I’m scared of her',
    'I am afraid I could drop the baby, the thought scares me',
  ])('is a concern: %s', (text) => expect(detectRisk(text).level).toBe('concern'));

  it.each(['How much water should I drink?', 'My mom is 61 and has knee pain', 'Is a mole check needed each year?'])(
    'is nothing: %s',
    (text) => expect(detectRisk(text)).toEqual({ level: 'none', kinds: [], cues: [] }),
  );

  it('a denial in one sentence does not hide a plan in the next', () => {
    expect(detectRisk('I don’t want to hurt anyone. I am going to kill myself tonight.').level).toBe('crisis');
  });
});

describe('robustness', () => {
  it('a cue is found wherever it stands in harmless text', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (before, after) => {
        const filler = 'The weather was fine today. ';
        const text = `${filler.repeat(before)}I want to kill myself. ${filler.repeat(after)}`;
        return detectRisk(text).level === 'crisis';
      }),
    );
  });

  it('any text gets a finding whose kinds agree with its level', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { level, kinds, cues } = detectRisk(text);
        return (level === 'none') === (kinds.length === 0) && (level === 'none') === (cues.length === 0);
      }),
    );
  });

  it.each<[string, string]>([
    ['words of many rules without a full stop', 'i want she he my my wife breathing chest pills '.repeat(1400)],
    ['one endless word', 'a'.repeat(65_536)],
    ['a repeated beginning of a cue', 'my '.repeat(21_000)],
  ])('a hostile text of 64 KiB ends: %s', (_name, text) => expect(detectRisk(text).level).not.toBe('crisis'), 5000);
});
