export const TelemetryErrorCode = {
  /** The webhook is not an http(s) address. */
  WebhookInvalid: 'TELEMETRY_WEBHOOK_INVALID',
  /** Discord answered with a refusal. */
  WebhookRefused: 'TELEMETRY_WEBHOOK_REFUSED',
  /** Discord gave no answer in time. */
  WebhookUnreachable: 'TELEMETRY_WEBHOOK_UNREACHABLE',
  /** wandb did not take what was sent, or could not be reached; it is sent again. */
  WandbFailed: 'TELEMETRY_WANDB_FAILED',
  /** wandb, or a proxy before it, takes no request as large as this one. */
  WandbTooLarge: 'TELEMETRY_WANDB_TOO_LARGE',
  /** The collector of traces did not take what was sent, or could not be reached; it is lost. */
  TracesRefused: 'TELEMETRY_TRACES_REFUSED',
} as const;
export type TelemetryErrorCode = (typeof TelemetryErrorCode)[keyof typeof TelemetryErrorCode];
