import { CodedError, type Hotkey, type Tracer } from '@bettertherapy/core';
import type { TwinRef } from '@bettertherapy/protocol';
import { type AnswerFn, TransportErrorCode } from '@bettertherapy/transport';
import {
  type CrisisRegion,
  crisisGuidance,
  detectRisk,
  detectRiskInConversation,
  instructionsOf,
  noteText,
  type PersonaFile,
  personaOf,
  type RecalledNote,
  type RiskFinding,
} from '@bettertherapy/twins';
import type { HeldTwin } from '../twins/heldTwins.js';
import type { AdapterChoice, TwinAdapters } from '../twins/twinAdapters.js';
import type { Conversation } from './composeMessages.js';

/** Where the answerer finds who is asked and what that twin knows. */
export interface TwinSource {
  /** The twin; null when it is not served here, also after a look at the indexes. */
  resolve(ref: TwinRef, caller: Hotkey, signal: AbortSignal): Promise<HeldTwin | null>;
  /** Notes for a question, best first. */
  recall(twin: HeldTwin, question: string, signal: AbortSignal): Promise<readonly RecalledNote[]>;
  /** Whose adapter is laid over the model. */
  readonly adapters: Pick<TwinAdapters, 'choose' | 'failed'>;
}

export type Request = Parameters<AnswerFn>[0];

export interface OpenedConversation {
  readonly conversation: Conversation;
  /** With which weights it is answered. */
  readonly voice: AdapterChoice;
}

export interface ConversationParts {
  readonly persona: Pick<PersonaFile, 'current'>;
  /** The twins served here; null when none are. */
  readonly twins: TwinSource | null;
  readonly tracer: Tracer;
}

/** Who answers, what they know of it, and what the safety rules add. @throws CodedError TRANSPORT_TWIN_NOT_SERVED */
export async function openConversation(
  request: Request,
  risk: RiskFinding,
  region: CrisisRegion,
  parts: ConversationParts,
): Promise<OpenedConversation> {
  const { persona, twins } = parts;
  const question = questionOf(request);
  const guidance = risk.level === 'none' ? '' : crisisGuidance(risk.level, risk.kinds, region);
  const common = { guidance, history: request.messages?.slice(0, -1) ?? [], question };
  if (request.twin === undefined) {
    // A persona file may hold sentences that its owner wants said word for word.
    const conversation = { ...common, persona: (await persona.current()).text, instructions: [], notes: [] };
    return { conversation, voice: { state: 'none', use: null } };
  }
  const twin = (await twins?.resolve(request.twin, request.caller, request.signal)) ?? null;
  if (twins === null || twin === null) throw notServed(request.twin);
  const voice = await twins.adapters.choose(twin, request.signal);
  const notes = await parts.tracer.span('recall notes', {}, async (span) => {
    const found = await twins.recall(twin, question, request.signal);
    span.set({ 'bt.notes': found.length });
    return found;
  });
  const { note } = twin.pack.rules.crisis;
  // A pack may add to the help; what the rules say stays whatever it says.
  const added = risk.level === 'crisis' && note !== null ? `${guidance} You may add: "${note}"` : guidance;
  const { pack } = twin;
  const who = { persona: personaOf(pack), instructions: instructionsOf(pack) };
  return { conversation: { ...common, ...who, guidance: added, notes: notes.map(noteText) }, voice };
}

/** The question itself: the last turn of the conversation, or the prompt where there is none. */
export function questionOf(request: Request): string {
  return (request.messages?.at(-1)?.content ?? request.prompt).trim();
}

/** What the rules see in the whole conversation, or in the prompt where there is none. */
export function riskOf({ messages, prompt }: Request): RiskFinding {
  return messages === undefined ? detectRisk(prompt) : detectRiskInConversation(messages);
}

function notServed(twin: TwinRef): CodedError {
  return new CodedError(
    TransportErrorCode.TwinNotServed,
    `the twin ${twin.id} is not served in version ${twin.version}`,
    {
      remedy: 'Ask a miner that lists it; here, check --twin.index.',
      details: { id: twin.id, version: twin.version },
    },
  );
}
