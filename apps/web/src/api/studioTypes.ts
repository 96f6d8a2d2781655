import type { Source } from './types.js';

/** A twin pack as a doctor writes it: everything but its version. docs/twins.md describes it. */
export interface Draft {
  readonly schema: 1;
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly specialty: string;
  readonly summary: string;
  readonly demonstration: boolean;
  readonly licence: { readonly body: string; readonly jurisdiction: string; readonly numberSha256: string | null };
  readonly languages: readonly string[];
  readonly avatar: string;
  readonly scope: { readonly in: readonly string[]; readonly out: readonly string[] };
  readonly voice: {
    readonly tone: readonly string[];
    readonly do: readonly string[];
    readonly dont: readonly string[];
  };
  readonly systemPrompt: string;
  readonly starters: readonly string[];
  readonly knowledge: readonly Note[];
  readonly dialogues: readonly SampleDialogue[];
  readonly rules: {
    readonly refusal: readonly Rule[];
    readonly referral: readonly Rule[];
    readonly crisis: { readonly regions: readonly string[]; readonly note: string | null };
  };
  readonly adapter: unknown;
}

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly source: Source;
}

export interface SampleDialogue {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

export interface Rule {
  readonly when: string;
  readonly say: string;
}

/** `path` like `knowledge.2.source.year`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

export interface Doctor {
  readonly id: string;
  readonly name: string;
}

export interface TwinLine {
  readonly id: string;
  readonly name: string;
  readonly published_version: number | null;
  readonly draft_version: number | null;
  readonly updated_ms: number;
}

export interface TwinVersion {
  readonly version: number;
  readonly state: string;
  readonly sha256: string;
  readonly created_ms: number;
  readonly published_ms: number | null;
}

export interface TwinInStudio {
  readonly name?: string;
  /** What a new draft begins with: the newest version's content. */
  readonly newest?: Draft | null;
  readonly withdrawn?: { readonly at_ms: number; readonly reason: string | null } | null;
  readonly audit?: readonly AuditLine[];
  readonly draft: Draft | null;
  readonly versions: readonly TwinVersion[];
  /** The version that patients get; null when none. */
  readonly published?: number | null;
}

export interface AuditLine {
  readonly at_ms: number;
  readonly actor: string;
  readonly action: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  readonly plain: string;
  /** A draft that fails it cannot be submitted; the others inform. */
  readonly blocking?: boolean;
  readonly details?: unknown;
}

/** A LoRA adapter as a version names it, and what its file says of itself. */
export interface TwinAdapter {
  readonly sha256: string;
  readonly base_model: string;
  readonly bytes: number;
  /** Where else miners may fetch it. */
  readonly url: string | null;
  /** False when the file is not in the service's folder; what it says of itself is unknown then. */
  readonly here: boolean;
  readonly name: string | null;
  readonly rank: number | null;
  /** Names of data, by the file's own account. */
  readonly trained_on: readonly string[];
  readonly description: string | null;
}

export interface TwinAdapters {
  /** Of the draft, or without one of the newest version. */
  readonly next: TwinAdapter | null;
  /** Of the version that patients get. */
  readonly published: TwinAdapter | null;
  /** Bytes of the largest that may be uploaded; 0 where none is taken. */
  readonly most_bytes: number;
}

export type VersionChoice = number | 'draft';

export interface PreviewAnswer {
  readonly version: VersionChoice;
  readonly text: string;
  readonly ms: number;
  readonly sources: readonly { readonly title: string }[];
  /** Help that patients would see with this answer. */
  readonly crisis?: { readonly text: string } | null;
}

export interface Span {
  readonly field: 'question' | 'answer';
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly replacement: string;
}

export interface InspectedDialogue {
  readonly question: string;
  readonly answer: string;
  readonly spans: readonly Span[];
  /** The text may still say who it is about: it should be read. */
  readonly check?: boolean;
}

export interface Inspection {
  readonly dialogues: readonly InspectedDialogue[];
  readonly problems: readonly { readonly line?: number; readonly path?: string; readonly message: string }[];
}

export interface SavedDialogue {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly origin?: string;
  /** How many identifiers were masked in it. */
  readonly masked?: number;
  readonly created_ms?: number;
}

export interface InboxItem {
  readonly answer_id: string;
  readonly question: string;
  readonly answer: string;
  readonly why: string;
  readonly created_ms: number;
  readonly corrected: boolean;
  /** The patient did not agree to training: the doctor asks the question in other words. */
  readonly needs_question?: boolean;
}

export interface Consent {
  readonly id: string;
  readonly scope: string;
  readonly statement: string;
  readonly given_ms: number;
  readonly withdrawn_ms: number | null;
  /** How many dialogues rest on it. */
  readonly dialogues: number;
}
