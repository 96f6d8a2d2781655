export { type AlertDesk, type AlertOptions, Alerts, type IncidentMemory, type Notifier } from './alerts/alerts.js';
export {
  type ChainSigns,
  chainUnreachable,
  DISK_FREE_BYTES,
  type DiskSpace,
  diskIsLow,
  diskLow,
  type Finding,
  holdingBy,
  paceOf,
  spaceOf,
  UNREACHABLE_MS,
} from './alerts/commonRules.js';
export { type DiscordOptions, DiscordWebhook } from './alerts/discordWebhook.js';
export {
  INCIDENT_KINDS,
  type Incident,
  type IncidentKind,
  type IncidentReport,
  incidentsSchema,
  type Severity,
} from './alerts/incident.js';
export { IncidentWatch } from './alerts/incidentWatch.js';
export { openDesk } from './alerts/openDesk.js';
export { TelemetryErrorCode } from './errors.js';
export { TelemetryFailures } from './failures.js';
export { type HealthOptions, type HealthParts, HealthServer } from './health/healthServer.js';
export { type PartState, Readiness } from './health/readiness.js';
export { createLog, type Log, type LogOptions } from './log/createLog.js';
export { type LogLevel, LogLevels } from './log/logLevels.js';
export { REDACTED, redactFields, redactText } from './log/redact.js';
export { type MinerMetrics, minerMetrics, type ValidatorMetrics, validatorMetrics } from './metrics/apps.js';
export { type Count, type Labels, type Level, MetricSet, type MetricText, type Timing } from './metrics/metricSet.js';
export { openTracing } from './tracing/openTracing.js';
export { tracedTokens } from './tracing/tracedTokens.js';
export type { Tracing, TracingOptions, TracingParts } from './tracing/tracing.js';
export type { RunConfig, Scalars, UploadJob } from './wandb/messages.js';
export { type SpoolBatch, type SpoolLine, type SpoolOptions, WandbSpool } from './wandb/spool.js';
export { uploadInProcess } from './wandb/uploadProcess.js';
export { type WandbOptions, WandbUploader } from './wandb/wandbUploader.js';
