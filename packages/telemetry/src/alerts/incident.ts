/** What an operator is told about. One incident of a kind and subject is open at a time. */
export const INCIDENT_KINDS = [
  'judge_failing',
  'exam_failed',
  'weights_overdue',
  'reveal_lost',
  'deregistration_risk',
  'chain_unreachable',
  'disk_low',
  'update_applied',
  'update_rolled_back',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export type Severity = 'info' | 'warning' | 'critical';

/** What a part of an app has to say: no secrets, nothing a patient wrote. */
export interface IncidentReport {
  readonly kind: IncidentKind;
  /** What it is about when a kind can be open more than once: a hotkey, a path. */
  readonly subject?: string | undefined;
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** One sentence: what to do. */
  readonly remedy: string;
  readonly facts?: Readonly<Record<string, string | number>> | undefined;
}

export interface Incident {
  readonly report: IncidentReport;
  readonly startedMs: number;
  readonly updatedMs: number;
  /** Null while it goes on. */
  readonly endedMs: number | null;
  /** How it ended. */
  readonly ending: string | null;
  /** Reports so far, the first included. */
  readonly reports: number;
  /** Of the message that tells of it, once one was sent. */
  readonly messageId: string | null;
}

export function incidentKey(of: { readonly kind: IncidentKind; readonly subject?: string | undefined }): string {
  return of.subject === undefined ? of.kind : `${of.kind} ${of.subject}`;
}

export function begun(report: IncidentReport, nowMs: number): Incident {
  return { report, startedMs: nowMs, updatedMs: nowMs, endedMs: null, ending: null, reports: 1, messageId: null };
}

export function reportedAgain(incident: Incident, report: IncidentReport, nowMs: number): Incident {
  return { ...incident, report, updatedMs: nowMs, reports: incident.reports + 1 };
}

export function ended(incident: Incident, ending: string, nowMs: number): Incident {
  return { ...incident, updatedMs: nowMs, endedMs: nowMs, ending };
}

/** The incident in words, as a channel shows it: start, how it stands, end. */
export function incidentText(incident: Incident, app: string): string {
  const { report, endedMs, ending, reports } = incident;
  const title = report.kind.replaceAll('_', ' ');
  const head = endedMs === null ? `${report.severity.toUpperCase()}: ${title}` : `ended: ${title}`;
  const lines = [
    `**${head}**${report.subject === undefined ? '' : ` (${report.subject})`} · ${app}`,
    report.summary,
    ...Object.entries(report.facts ?? {}).map(([name, value]) => `${name}: ${value}`),
    endedMs === null ? `What to do: ${report.remedy}` : `${ending ?? 'It is over.'}`,
    `since ${iso(incident.startedMs)}${reports > 1 ? `, reported ${reports} times` : ''}` +
      `${endedMs === null ? `, last ${iso(incident.updatedMs)}` : `, until ${iso(endedMs)}`}`,
  ];
  return lines.join('\n').slice(0, MAX_CHARS);
}

/** The longest message Discord takes. */
const MAX_CHARS = 2000;

function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
