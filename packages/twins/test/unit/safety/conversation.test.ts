import { detectRiskInConversation } from '@bettertherapy/twins';
import { describe, expect, it } from 'vitest';

const user = (content: string) => ({ role: 'user' as const, content });
const twin = (content: string) => ({ role: 'assistant' as const, content });

describe('a conversation', () => {
  it('stays a crisis after the crisis was said, however it goes on', () => {
    const later = ['ok', 'thanks', 'what about sleep', 'can you recommend tea'].flatMap((text) => [
      twin('I am here.'),
      user(text),
    ]);
    expect(detectRiskInConversation([user('I am going to kill myself'), ...later]).level).toBe('crisis');
  });

  it('adds up what is told in pieces', () => {
    const pieces = [
      user('I have kept all the leftover morphine.'),
      twin('Tell me more.'),
      user('It comforts me to know there is a way out.'),
    ];
    expect(detectRiskInConversation(pieces)).toMatchObject({
      level: 'crisis',
      kinds: expect.arrayContaining(['self_harm']),
    });
    expect(detectRiskInConversation(pieces.slice(0, 1)).level).toBe('none');
  });

  it.each(['yes', 'Yeah, every night', 'sometimes', 'i guess yes', 'haan', 'sí'])(
    'takes "%s" to an open question for what it is',
    (reply) => {
      const asked = [
        user('I am sad'),
        twin('I am sorry. Are you having thoughts of suicide or of ending your life?'),
        user(reply),
      ];
      expect(detectRiskInConversation(asked)).toMatchObject({ level: 'crisis', kinds: ['self_harm'] });
    },
  );

  it.each(['no', 'No, never', 'not at all', 'I do not, I am only tired'])('takes "%s" for a no', (reply) => {
    const asked = [user('I am sad'), twin('Are you thinking of ending your life?'), user(reply)];
    expect(detectRiskInConversation(asked).level).toBe('none');
  });

  it('does not take the words of the twin for those of the person', () => {
    const talk = [
      user('I feel low in winter'),
      twin('If you ever want to kill yourself, call 988.'),
      user('Thanks. How much light do I need?'),
    ];
    expect(detectRiskInConversation(talk).level).toBe('none');
  });

  it('of nothing finds nothing', () => expect(detectRiskInConversation([]).level).toBe('none'));
});
