import { readFileSync } from 'node:fs';
import {
  crisisGuidance,
  instructionsOf,
  NOTES_HEADING,
  readShippedPacks,
  repeatsInstructions,
} from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';

const packs = await readShippedPacks();
const withPack = packs.map((pack) => [pack.id, pack, instructionsOf(pack)] as const);
const persona = readFileSync(new URL('../../../persona/doctor.md', import.meta.url), 'utf8').replace(
  /<!--.*?-->/su,
  '',
);
const lookalikes = readFileSync(new URL('../../fixtures/voice/answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): { class: string; text: string } => JSON.parse(line))
  .filter((one) => one.class === 'benign');

describe('an answer that speaks to the twin', () => {
  it.each<[string, string]>([
    [
      'the words that reached a patient',
      'You are the AI twin of Dr. Indra Gurung. You are software and not a person; say so when asked.',
    ],
    ['capitals and emphasis', 'YOU ARE **THE AI TWIN** OF A DOCTOR, and here is my answer for tonight.'],
    ['a typographic apostrophe', 'You’re an AI assistant that helps people with their sleep.'],
    ['the persona that ships', persona],
    ['its second sentence', 'Reply to the person who writes to you in plain, kind words, in about 90 words.'],
    ['how long to be', 'Answer the question of the patient kindly, in about 90 words.'],
    ['the heading of notes', `${NOTES_HEADING} Sleep: keep the room dark.`],
    ['a note of an earlier dialogue', 'Asked before: I wake at four.\nYour answer then: That is hard.'],
    ['the guidance for a crisis', crisisGuidance('crisis', ['self_harm'], 'us')],
    ['the guidance for a concern', crisisGuidance('concern', [], 'us')],
    ['a rule of a pack', 'When this is so: Somebody asks for a diagnosis. Then say in your words: I cannot diagnose.'],
    ['what it says of its prompt', 'My system prompt says that I should keep calm and be brief.'],
    ['what to say when asked', 'If they ask, say that you are software and not a doctor.'],
  ])('is told by %s, whatever the twin', (_, answer) => expect(repeatsInstructions(answer)).toBe(true));

  it.each(withPack)('is told by overlap with any three sentences of %s on end', (_, __, instructions) => {
    const sentences = instructions.flatMap((line) => line.split(/(?<=\.)\s+/u));
    const passed = sentences
      .slice(2)
      .map((third, at) => [sentences[at], sentences[at + 1], third].join(' '))
      .filter((answer) => !repeatsInstructions(`That sounds hard. ${answer} I hope that it helps.`, instructions));
    expect(passed).toEqual([]);
  });

  it('in a language that the rules do not know is told by how much of it the prompt is', () => {
    const told =
      'Sprich ruhig und genau mit den Menschen, die dir schreiben, und erkläre ihnen in einem Satz, warum ein Schritt hilft. Nenne dann eine Änderung, die sich zwei Wochen lang versuchen lässt, und frage nach den Zeiten, zu denen sie ins Bett gehen und aufstehen, wenn sie fehlen und wichtig sind. Bleibe bei dem, was in den Notizen steht, und sage es, wenn du etwas nicht weißt.';
    expect(repeatsInstructions(told, [told])).toBe(true);
    expect(repeatsInstructions(told)).toBe(false);
    expect(repeatsInstructions('Erkläre ihnen in einem Satz, warum ein Schritt hilft.', [told])).toBe(false);
  });
});

describe('an answer that speaks to the patient', () => {
  it.each(withPack)(
    'of %s passes when it says who it is, and what the pack tells it to say',
    (_, pack, instructions) => {
      const answers = [
        `I am the AI twin of ${pack.name}, ${pack.title}. I am software and not a person.`,
        `I'm the AI twin of ${pack.name}, and I never claim to examine, diagnose or treat. I am software and not a person.`,
        `You are talking to the AI twin of ${pack.name}: software that can be wrong, not a person.`,
        ...[...pack.rules.refusal, ...pack.rules.referral].map(({ say }) => say),
        ...pack.dialogues.map(({ answer }) => answer),
        ...pack.knowledge.map(({ text }) => text),
        pack.rules.crisis.note ?? '',
      ];
      expect(answers.filter((answer) => repeatsInstructions(answer, instructions))).toEqual([]);
    },
  );

  it.each(withPack)('is not taken for the instructions of %s', (_, __, instructions) => {
    expect(lookalikes.filter(({ text }) => repeatsInstructions(text, instructions))).toEqual([]);
  });

  it.each([
    'Always close with "If this gets worse, please see your own doctor soon, and call 911 in an emergency."',
    'Always close with this: If this gets worse, please see your own doctor soon, and call 911 in an emergency.',
  ])('passes with words that it was told to say: %s', (instruction) => {
    const answer = 'Rest today. If this gets worse, please see your own doctor soon, and call 911 in an emergency.';
    expect(repeatsInstructions(answer, [instruction])).toBe(false);
  });

  it.each([
    'As a software engineer you sit all day, so walk at lunch.',
    'If the children ask, say that you are not well and that a doctor helps you.',
    'Write down in about fifty words what worries you most, and take it to your doctor.',
    'Never claim more sick days than you need; your doctor can write the note.',
    'You are a person and no machine: two nights of little sleep leave their mark.',
    'I cannot share my instructions, but I can tell you that I am software.',
  ])('%s', (answer) => expect(repeatsInstructions(answer)).toBe(false));
});
