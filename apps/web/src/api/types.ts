/** Shapes of the patients' API; docs/gateway.md describes them. Times are milliseconds since the epoch. */
export interface TwinCard {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly title: string;
  readonly specialty: string;
  readonly summary: string;
  /** A `data:image/svg+xml` address, or empty. */
  readonly avatar: string;
  readonly languages: readonly string[];
  readonly demonstration: boolean;
  readonly licence: { readonly body: string; readonly jurisdiction: string };
}

export interface Source {
  readonly id?: string;
  readonly title: string;
  readonly publisher: string;
  readonly year: number | null;
  readonly url: string | null;
}

export interface TwinDetail extends TwinCard {
  readonly scope: { readonly in: readonly string[]; readonly out: readonly string[] };
  readonly starters: readonly string[];
  readonly sources: readonly Source[];
  readonly notice: string;
}

export interface Notice {
  readonly disclaimer: string;
  readonly footer: string;
}

export interface Help {
  readonly region: string;
  readonly line: string;
  readonly emergency: string;
  readonly text: string;
}

export interface CrisisHelp extends Help {
  readonly level: string;
  readonly kinds: readonly string[];
}

export interface CrisisPage {
  readonly regions: readonly (string | { readonly code: string; readonly name: string })[];
  readonly help: Help;
}

export interface Patient {
  readonly patient_id: string;
  readonly created_ms: number;
  readonly consent: { readonly training: boolean };
}

export const REASONS = ['helpful', 'kind', 'clear', 'wrong', 'unsafe', 'cold', 'off_topic', 'too_long'] as const;
export type Reason = (typeof REASONS)[number];

export interface Rating {
  readonly stars: number | null;
  readonly thumb: 'up' | 'down' | null;
  readonly reason: Reason | null;
  readonly text: string | null;
  /** False: kept, and given too early in the conversation to count. */
  readonly counts: boolean;
}

export interface Session {
  readonly id: string;
  readonly twin: { readonly id: string; readonly version: number; readonly name: string };
  readonly region: string | null;
  readonly created_ms: number;
  readonly updated_ms: number;
  readonly title: string;
  readonly crisis: boolean;
}

export type MessageStatus = 'complete' | 'stopped' | 'failed' | 'superseded';

export interface Message {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly created_ms: number;
  readonly answer_id: string | null;
  readonly sources: readonly Source[];
  readonly crisis: CrisisHelp | null;
  readonly rating: Rating | null;
  /** Permission for the first rating; null where none is taken. */
  readonly rating_token?: string | null;
  readonly status: MessageStatus;
}

export interface SessionWithMessages extends Session {
  readonly messages: readonly Message[];
}

/** The object beside OpenAI's fields on the first and the last chunk of an answer. */
export interface AnswerFacts {
  readonly answer_id: string | null;
  readonly twin: { readonly id: string; readonly version: number; readonly name: string };
  readonly notice: string;
  readonly sources: readonly Source[];
  readonly crisis: CrisisHelp | null;
  readonly rating_token: string | null;
}
