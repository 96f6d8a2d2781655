import type { Draft, Problem } from '../api/studioTypes.js';

/** A draft with nothing in it; every field is there, so that forms need not ask. */
export function emptyDraft(id: string, name: string): Draft {
  return {
    schema: 1,
    id,
    name,
    title: '',
    specialty: '',
    summary: '',
    demonstration: false,
    licence: { body: '', jurisdiction: '', numberSha256: null },
    languages: ['en'],
    avatar: '',
    scope: { in: [], out: [] },
    voice: { tone: [], do: [], dont: [] },
    systemPrompt: '',
    starters: [],
    knowledge: [],
    dialogues: [],
    rules: { refusal: [], referral: [], crisis: { regions: [], note: null } },
    adapter: null,
  };
}

/** What a gateway kept of a draft, completed with empty fields: an unfinished draft may lack any. */
export function completeDraft(kept: Partial<Draft>, id: string, name: string): Draft {
  const empty = emptyDraft(id, name);
  return {
    ...empty,
    ...kept,
    licence: { ...empty.licence, ...kept.licence },
    scope: { ...empty.scope, ...kept.scope },
    voice: { ...empty.voice, ...kept.voice },
    rules: { ...empty.rules, ...kept.rules, crisis: { ...empty.rules.crisis, ...kept.rules?.crisis } },
  };
}

export const STEPS = [
  {
    id: 'identity',
    title: 'Identity',
    paths: ['name', 'title', 'specialty', 'summary', 'licence', 'languages', 'avatar', 'demonstration'],
  },
  { id: 'scope', title: 'Scope', paths: ['scope'] },
  { id: 'voice', title: 'Voice', paths: ['voice'] },
  { id: 'prompt', title: 'Prompt', paths: ['systemPrompt'] },
  { id: 'starters', title: 'Starters', paths: ['starters'] },
  { id: 'knowledge', title: 'Knowledge', paths: ['knowledge'] },
  { id: 'dialogues', title: 'Dialogues', paths: ['dialogues'] },
  { id: 'rules', title: 'Rules', paths: ['rules'] },
] as const;
export type StepId = (typeof STEPS)[number]['id'];

/** What is wrong at exactly this place. */
export function problemAt(problems: readonly Problem[], path: string): string | null {
  return problems.find((problem) => problem.path === path)?.message ?? null;
}

/** How many things are wrong at or below these places. */
export function problemsBelow(problems: readonly Problem[], paths: readonly string[]): number {
  return problems.filter(({ path }) => paths.some((at) => path === at || path.startsWith(`${at}.`))).length;
}
