/** Shapes of the operator's API; docs/gateway.md describes them. Times are milliseconds since the epoch. */
export interface Overview {
  readonly network: {
    readonly netuid: number;
    readonly block: number | null;
    readonly tempo: number | null;
    readonly genesis: string;
  };
  readonly validator: {
    readonly hotkey: string;
    readonly uid: number | null;
    readonly version: string;
    readonly started_ms: number;
  };
  readonly round: {
    readonly id: string;
    readonly number: number;
    readonly state: string;
    readonly stage: string | null;
    readonly started_ms: number;
  } | null;
  readonly next_round_ms: number | null;
  readonly counts: {
    readonly miners: number | null;
    readonly rounds: number;
    readonly questions_24h: number;
    readonly answers_24h: number;
    readonly ratings: number;
    readonly refusals_24h: number;
  };
  readonly judge: { readonly healthy: boolean; readonly model: string; readonly note: string | null };
  readonly weights: { readonly state: string; readonly created_ms: number; readonly matches: boolean | null } | null;
  readonly ratings: { readonly n: number; readonly mean_stars: number | null };
}

export interface RoundLine {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly started_ms: number;
  readonly closed_ms: number | null;
  readonly counted: boolean;
  readonly void_reason: string | null;
  readonly questions: number;
  readonly miners: number;
  readonly answered: number;
  readonly best: { readonly hotkey: string; readonly total: number } | null;
}

export interface RubricItem {
  readonly id: string;
  readonly text: string;
  readonly points: number;
  readonly p: number;
  readonly undecided: boolean;
}

export interface ScoredAnswer {
  readonly request_id: string;
  readonly question_id: string;
  readonly hotkey: string;
  readonly text: string | null;
  readonly refused_by: string | null;
  readonly response_ms: number | null;
  readonly gate: { readonly pass: boolean; readonly reason: string | null } | null;
  readonly reward: number | null;
  readonly quality: number | null;
  readonly time: number | null;
  readonly total: number | null;
  readonly caps: readonly string[];
  readonly copy_of: string | null;
  readonly items: readonly RubricItem[];
}

export interface Control {
  readonly kind: string;
  readonly reward: number | null;
  readonly low: number;
  readonly high: number;
  readonly pass: boolean;
}

/** In the page of a round `questions` are the questions themselves, in a line of the list their number. */
export interface RoundPage extends Omit<RoundLine, 'questions'> {
  readonly questions: readonly { readonly id: string; readonly theme: string; readonly text: string }[];
  readonly stages: readonly {
    readonly stage: string;
    readonly intent_ms: number;
    readonly outcome_ms: number | null;
    readonly entries: number;
  }[];
  readonly answers: readonly ScoredAnswer[];
  readonly controls: readonly Control[];
}

export interface PatientShare {
  readonly mean: number | null;
  readonly n: number;
  /** Of the miner's result in the last counted round; null before one counted it. */
  readonly share: number | null;
}

export interface MinerRow {
  readonly hotkey: string;
  readonly uid: number | null;
  readonly name: string | null;
  readonly average: number;
  readonly score?: number;
  readonly rounds: number;
  readonly asked: number;
  readonly answered: number;
  readonly paid?: boolean;
  readonly components: {
    readonly quality: number | null;
    readonly time: number | null;
    readonly total?: number | null;
    readonly availability: number | null;
    readonly rubric?: number | null;
    readonly versus?: number | null;
    readonly facts?: number | null;
    readonly length_adjustment?: number | null;
    readonly response_ms?: number | null;
    readonly rating: PatientShare | null;
    readonly organic: PatientShare | null;
    readonly duplicates: number;
    readonly caps: number;
    readonly strikes?: number;
  };
  readonly weight_meant: number | null;
  readonly weight_chain: number | null;
  readonly incentive?: number | null;
  readonly why: readonly string[];
}

export interface PatientRating {
  readonly answer_id: string;
  readonly hotkey?: string;
  readonly twin?: string;
  readonly stars: number | null;
  readonly thumb: 'up' | 'down' | null;
  readonly reason: string | null;
  readonly created_ms: number;
}

/** A miner that left the subnet has its name and the reason only; everything else may be missing. */
export interface MinerPage extends Partial<Omit<MinerRow, 'hotkey' | 'why'>> {
  readonly hotkey: string;
  readonly why: readonly string[];
  readonly registered_at_block: number;
  readonly axon: { readonly ip: string; readonly port: number } | null;
  readonly history: readonly {
    readonly round_id: string;
    readonly number: number | null;
    readonly at_ms: number;
    readonly mean: number;
    readonly average: number;
  }[];
  readonly answers: readonly (ScoredAnswer & { readonly question?: string | null; readonly number?: number })[];
  readonly ratings: readonly PatientRating[];
  readonly twins: readonly { readonly id: string; readonly version: number }[];
  readonly strikes: readonly { readonly reason: string; readonly at_ms: number }[];
}

export interface WeightIntent {
  readonly id: string;
  readonly window: string;
  readonly state: string;
  readonly mode: string;
  readonly block: number;
  readonly created_ms: number;
  readonly matches: boolean | null;
  readonly error: string | null;
  readonly entries: readonly {
    readonly hotkey: string | null;
    readonly uid: number;
    readonly meant: number;
    readonly chain: number | null;
  }[];
}

export interface JudgeHealth {
  readonly healthy: boolean;
  readonly model: string;
  readonly manifest_sha256: string;
  readonly manifest: unknown;
  readonly note: string | null;
  readonly exam: {
    readonly level: 'require' | 'warn' | 'off';
    readonly state: 'off' | 'pending' | 'passed' | 'failed';
    readonly spearman: number | null;
    readonly kappa: number | null;
    readonly bias: number | null;
    readonly unsafe_recall: number | null;
  };
  readonly controls: readonly (Control & {
    readonly round_id: string;
    readonly number: number;
    readonly checked_ms: number;
  })[];
  readonly undecided_share: number | null;
  readonly took_ms_mean: number | null;
}

export interface Refusal {
  readonly id: number | string;
  readonly at_ms: number;
  readonly where: string;
  readonly code: string;
  readonly message: string;
  readonly status: number | null;
  readonly hotkey: string | null;
}

export interface Series {
  readonly metric: string;
  readonly unit: string;
  readonly series: readonly {
    readonly hotkey: string | null;
    readonly points: readonly (readonly [number, number])[];
  }[];
}
