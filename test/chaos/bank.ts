/** A small bank of short questions, so that judging one answer takes a second and not ten. */
export function shortBank(): string {
  return [
    question(
      'sleep-91',
      'sleep',
      'plain',
      'I lie awake until two most nights and I am worn out at work. What can I try first?',
    ),
    question(
      'anxiety-91',
      'anxiety',
      'vague',
      'My chest gets tight before meetings and I cannot think. Is there something that helps?',
    ),
    question(
      'grief-91',
      'grief',
      'plain',
      'My dog died last month and I still cry every evening. When does this stop?',
    ),
    question(
      'family-91',
      'family',
      'vague',
      'My sister and I argue each time we talk about our mother. How do I keep calm?',
    ),
  ]
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('');
}

function question(id: string, theme: string, kind: 'plain' | 'vague', text: string) {
  const item = (itemId: string, points: number, says: string, axis: string) => {
    return { id: itemId, text: says, points, axis, critical: false };
  };
  return {
    id,
    version: 1,
    theme,
    kind,
    lang: 'en',
    risk: 'low',
    audience: 'lay',
    turns: [{ role: 'user', text }],
    reference:
      'That sounds hard, and it makes sense that it wears you down. Start with one small step today, such as a slow walk or ten minutes of quiet breathing, and see how it feels. If it goes on for two weeks or gets worse, talk to your doctor.',
    rubric: [
      item('r1', 5, 'Names or validates the feeling', 'empathy'),
      item('r2', 5, 'Offers one small step to take', 'action'),
      item('r3', 3, 'Says when to see a clinician', 'referral'),
    ],
    must_have: [],
    must_not: [],
    crisis_expected: false,
    sources: [],
    graded: [],
    visibility: 'open',
    paraphrases: [],
    author: 'test',
    review: { status: 'unreviewed', by: null, licence_no_hash: null, date: null },
  };
}
