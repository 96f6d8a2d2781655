import { talkedEnough } from '@bettertherapy/scoring';
import type { Patient, PatientMessage, PatientSession, Rating } from '@bettertherapy/store';
import { z } from 'zod';
import { answerFacts, crisisView } from '../chat/chatSchema.js';

export const RATING_REASONS = ['helpful', 'kind', 'clear', 'wrong', 'unsafe', 'cold', 'off_topic', 'too_long'] as const;

export const patientView = z.object({
  patient_id: z.string(),
  created_ms: z.int(),
  consent: z.object({ training: z.boolean(), changed_ms: z.int().nullable() }),
});

export const sessionView = z.object({
  id: z.string(),
  twin: answerFacts.shape.twin,
  region: z.string(),
  created_ms: z.int(),
  updated_ms: z.int(),
  title: z.string(),
  crisis: z.boolean(),
});

export const ratingView = z.object({
  answer_id: z.string(),
  stars: z.int().nullable(),
  thumb: z.enum(['up', 'down']).nullable(),
  reason: z.string().nullable(),
  text: z.string().nullable(),
  /** False in a conversation that had hardly begun: it is kept, and changing it later makes it count. */
  counts: z.boolean(),
  created_ms: z.int(),
  updated_ms: z.int(),
});

export const messageView = z.object({
  id: z.string(),
  role: z.enum(['user', 'assistant']),
  content: z.string(),
  created_ms: z.int(),
  answer_id: z.string().nullable(),
  sources: answerFacts.shape.sources,
  crisis: crisisView.nullable(),
  rating: ratingView.nullable(),
  rating_token: z.string().nullable(),
  status: z.enum(['complete', 'stopped', 'failed', 'superseded']),
});

export function viewPatient({ id, createdMs, trainingConsent, consentMs }: Patient): z.output<typeof patientView> {
  return { patient_id: id, created_ms: createdMs, consent: { training: trainingConsent, changed_ms: consentMs } };
}

export function viewSession(session: PatientSession): z.output<typeof sessionView> {
  const { id, twinId, twinVersion, twinName, region, createdMs, updatedMs, title, crisis } = session;
  return {
    id,
    twin: { id: twinId, version: twinVersion, name: twinName },
    region,
    created_ms: createdMs,
    updated_ms: updatedMs,
    title,
    crisis,
  };
}

export function viewRating(rating: Rating): z.output<typeof ratingView> {
  const { answerId, stars, thumb, reason, text, createdMs, updatedMs } = rating;
  return {
    answer_id: answerId,
    stars,
    thumb,
    reason,
    text,
    counts: talkedEnough(rating),
    created_ms: createdMs,
    updated_ms: updatedMs,
  };
}

export function viewMessage(
  message: PatientMessage & { readonly rating: Rating | null },
  token: string | null,
): z.output<typeof messageView> {
  const { id, role, content, createdMs, answerId, sources, crisis, rating, status } = message;
  return {
    id,
    role,
    content,
    created_ms: createdMs,
    answer_id: answerId,
    sources,
    crisis: crisisView.nullable().parse(crisis),
    rating: rating && viewRating(rating),
    rating_token: token,
    status,
  };
}
