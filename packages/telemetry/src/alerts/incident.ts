import { z } from 'zod';

/** What an operator is told about. One incident of a kind and subject is open at a time. */
export const INCIDENT_KINDS = [
  'judge_failing',
  'exam_failed',
  'weights_overdue',
  'reveal_lost',
  'deregistration_risk',
  'chain_unreachable',
  'disk_low',
  'model_failing',
  'update_applied',
  'update_rolled_back',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

const severitySchema = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof severitySchema>;

const reportSchema = z.object({
  kind: z.enum(INCIDENT_KINDS),
  /** What it is about when a kind can be open more than once: a hotkey, a path. */
  subject: z.string().optional(),
  severity: severitySchema,
  /** One sentence: what is wrong. */
  summary: z.string(),
  /** One sentence: what to do. */
  remedy: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
/** What a part of an app has to say: no secrets, nothing a patient wrote. */
export type IncidentReport = Readonly<z.infer<typeof reportSchema>>;

const incidentSchema = z.object({
  report: reportSchema,
  startedMs: z.number(),
  updatedMs: z.number(),
  /** Null while it goes on. */
  endedMs: z.number().nullable(),
  /** How it ended. */
  ending: z.string().nullable(),
  /** Reports so far, the first included. */
  reports: z.int(),
  /** Of the message that tells of it, once one was sent. */
  messageId: z.string().nullable(),
});
export type Incident = Readonly<z.infer<typeof incidentSchema>>;

/** Incidents as an app keeps them across restarts. */
export const incidentsSchema = z.array(incidentSchema);

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
