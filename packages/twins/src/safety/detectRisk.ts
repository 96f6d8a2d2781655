import { normaliseForRules, sentencesOf } from './normalise.js';
import type { RiskKind, RiskLevel, RiskRule } from './riskRule.js';
import { RISK_RULES } from './riskRules.js';

export interface RiskFinding {
  readonly level: RiskLevel;
  /** Kinds of the strongest level found, without repeats. */
  readonly kinds: readonly RiskKind[];
  /** Ids of the rules that spoke; safe to log, they hold nothing of the text. */
  readonly cues: readonly string[];
}

export const NO_RISK: RiskFinding = { level: 'none', kinds: [], cues: [] };
/** Longer texts are read this far from both ends; what stands between would cost time without changing a crisis. */
const MAX_CHARS = 16_000;
/** Cues made of several signs count when they stand this close together. */
const WINDOW_SENTENCES = 4;

/**
 * Looks for cues of danger in what a person wrote, by rules alone: no model, no network, the same answer every time.
 * Misses are possible and expected to be covered by the model and the judge; a find is enough to name help.
 */
export function detectRisk(text: string): RiskFinding {
  return strongest(rulesThatSpeak(text));
}

/** What a risk cue points to, finer than the kind: a poisoning is met otherwise than a stroke. */
export type RiskCue = 'self_harm' | 'overdose' | 'harm_to_others' | 'abuse' | 'psychosis' | 'emergency';
const CUES: readonly RiskCue[] = ['self_harm', 'overdose', 'harm_to_others', 'abuse', 'psychosis', 'emergency'];

/** Every topic of danger that a text touches, each once, strong and weak signs alike. */
export function riskCues(text: string): RiskCue[] {
  const found = new Set(rulesThatSpeak(text).map(cueOf));
  return CUES.filter((cue) => found.has(cue));
}

function cueOf({ kind, topic }: RiskRule): RiskCue {
  return topic ?? (kind === 'medical_emergency' ? 'emergency' : kind);
}

function rulesThatSpeak(text: string): readonly RiskRule[] {
  const bounded = text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS / 2)}\n${text.slice(-MAX_CHARS / 2)}`;
  const sentences = sentencesOf(normaliseForRules(bounded));
  const passage: Passage = {
    whole: sentences.join(' '),
    sentences,
    windows: sentences.map((_, i) => sentences.slice(i, i + WINDOW_SENTENCES).join(' ')),
  };
  return RISK_RULES.filter((rule) => speaks(rule, passage));
}

/** The finding that these rules make together. */
function strongest(found: readonly RiskRule[]): RiskFinding {
  if (found.length === 0) return NO_RISK;
  const level: RiskLevel = found.some((rule) => rule.level === 'crisis') ? 'crisis' : 'concern';
  const kinds = [...new Set(found.filter((rule) => rule.level === level).map((rule) => rule.kind))];
  return { level, kinds, cues: [...new Set(found.map((rule) => rule.id))] };
}

interface Passage {
  readonly whole: string;
  readonly sentences: readonly string[];
  readonly windows: readonly string[];
}

function speaks(rule: RiskRule, { whole, sentences, windows }: Passage): boolean {
  const { cue, unless } = rule;
  const meant = (passage: string): boolean => unless?.test(passage) !== true;
  if (!(cue instanceof RegExp)) {
    // Each sign must stand somewhere before it is worth looking for them together.
    if (!cue.every((part) => part.test(whole))) return false;
    return windows.some((text) => cue.every((part) => part.test(text)) && meant(text));
  }
  if (!cue.test(whole)) return false;
  const hits = sentences.filter((text) => cue.test(text));
  if (hits.length > 0) return hits.some(meant);
  // Some cues run on over a full stop: "they have a gun. they are going to use it on me."
  return windows.some((text) => cue.test(text) && meant(text));
}
