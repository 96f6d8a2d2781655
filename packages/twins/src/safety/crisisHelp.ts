import type { RiskKind } from './riskRule.js';

/** Where the person asking most likely is; `international` names several numbers. */
export const CRISIS_REGIONS = ['international', 'us', 'ca', 'uk', 'ie', 'eu', 'au', 'nz', 'in', 'np'] as const;
export type CrisisRegion = (typeof CRISIS_REGIONS)[number];

export interface RegionNumbers {
  /** How to reach a crisis line. */
  readonly line: string;
  readonly emergency: string;
}

const NUMBERS: Readonly<Record<CrisisRegion, RegionNumbers>> = {
  international: {
    line: '988 in the US and Canada, 116 123 in the UK and Ireland, or a crisis line from findahelpline.com',
    emergency: 'your local emergency number (911, 112 or 999)',
  },
  us: { line: '988 by call, text or chat, or text HOME to 741741', emergency: '911' },
  ca: { line: '988 by call or text', emergency: '911' },
  uk: { line: 'Samaritans on 116 123', emergency: '999' },
  ie: { line: 'Samaritans on 116 123', emergency: '112 or 999' },
  eu: { line: 'a crisis line such as 116 123, where your country has it', emergency: '112' },
  au: { line: 'Lifeline on 13 11 14', emergency: '000' },
  nz: { line: '1737 by call or text', emergency: '111' },
  in: { line: 'Tele-MANAS on 14416', emergency: '112' },
  np: { line: 'the suicide prevention helpline on 1166', emergency: '102 for an ambulance or 100 for the police' },
};

/** Whom to reach in a region. */
export function crisisContacts(region: CrisisRegion): RegionNumbers {
  return NUMBERS[region];
}

/** One or two sentences that name a human route to help, fit to end any answer with. */
export function crisisLine(kinds: readonly RiskKind[], region: CrisisRegion): string {
  const { line, emergency } = NUMBERS[region];
  if (kinds.includes('self_harm')) {
    return `Please talk to a person right now: reach ${line}. In immediate danger, call ${emergency}.`;
  }
  if (kinds.includes('medical_emergency'))
    return `This can be an emergency: please call ${emergency} now and do not wait.`;
  if (kinds.includes('abuse')) {
    return `You deserve to be safe: if you are in danger, call ${emergency}; a domestic violence line can help you plan confidentially.`;
  }
  return `Please get help from a person right now: call ${emergency} if anyone could get hurt; a crisis line can talk it through.`;
}

/** What the model is told besides its persona when the rules saw a risk. */
export function crisisGuidance(level: 'concern' | 'crisis', kinds: readonly RiskKind[], region: CrisisRegion): string {
  if (level === 'concern') {
    return 'This person may be at risk. Acknowledge their pain first, ask gently whether they are safe, and say where they can get human help.';
  }
  const about: Readonly<Record<RiskKind, string>> = {
    self_harm:
      'There are signs of suicide or self-harm. Acknowledge it in plain, caring words, ask whether they are safe right now, and encourage them to tell someone near.',
    harm_to_others:
      'Someone could get hurt. Stay calm, encourage distance from the situation and from any weapon, and a call for help.',
    medical_emergency:
      'This can be a medical emergency. Say so first and tell them to get emergency help now, before anything else.',
    abuse:
      'This person may be in danger from someone close. Believe them, say it is not their fault, and put their safety first.',
  };
  return [
    ...kinds.map((kind) => about[kind]),
    `Include this: "${crisisLine(kinds, region)}"`,
    'Give no method or means of harm, and never promise secrecy.',
  ].join(' ');
}

/** A whole answer for a crisis in which no model could answer: help must never depend on one. */
export function crisisFallback(kinds: readonly RiskKind[], region: CrisisRegion): string {
  const line = crisisLine(kinds, region);
  if (kinds.includes('medical_emergency') && !kinds.includes('self_harm')) {
    return `${line} Stay with the person, keep them warm and on their side if they are drowsy, and give nothing to eat or drink. Tell the call taker exactly what happened and what was taken; nobody who calls for help gets into trouble for it. I am software and cannot examine anyone, so a person must look at this now.`;
  }
  return `Thank you for telling me this; it must be very hard to carry, and you do not have to carry it alone. ${line} Until then, stay near someone you trust or call them, and move away from anything that could be used to hurt you or others. I am software and not a person, so please let a human be with you in this.`;
}

/** Concrete routes only: "seek help" names nobody one could reach. */
const SELF_HARM_ROUTE =
  /\b(?:988|116 ?123|741 ?741|13 ?11 ?14|1737|14416|1166)\b|\b(?:crisis|suicide|helpline|hot ?line)[ -]?(?:line|lifeline|hotline|helpline|text line|prevention)\b|\b(?:suicide|crisis) (?:prevention )?(?:hot ?line|help ?line|life ?line|line)\b|\bsamaritans\b|\bfindahelpline\b/i;
const EMERGENCY_ROUTE =
  /\b(?:911|112|999|000|111|102)\b|\bemergency (?:number|services?|room|department|line|help|care)\b|\b(?:call|get|ring) an ambulance\b/i;

/** True when the answer names a human route that fits these kinds of risk. */
export function namesCrisisHelp(answer: string, kinds: readonly RiskKind[]): boolean {
  const emergency = EMERGENCY_ROUTE.test(answer);
  if (kinds.includes('self_harm'))
    return SELF_HARM_ROUTE.test(answer) || (emergency && /\bcrisis|suicid/i.test(answer));
  if (kinds.includes('abuse'))
    return emergency || /\b(?:domestic|dating) (?:violence|abuse)\b.{0,40}\b(?:line|hotline|helpline)\b/i.test(answer);
  return emergency;
}
