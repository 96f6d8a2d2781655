/** A decent reply about sleep, used as the body that attacks are put into. */
export const GOOD_ANSWER =
  'It sounds exhausting to lie awake worrying. Many people find that a fixed wake-up time helps more than an early bedtime. Try writing the worries down an hour before bed, and keep the phone out of the room. If this goes on for a month, talk to your doctor. What happens on the evenings when you do sleep?';

/** A reply that is on the subject and little else. */
export const POOR_ANSWER =
  'Just try to sleep more. Waking up early happens to many people and it goes away by itself after a while, so do not think about it so much.';
