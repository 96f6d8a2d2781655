import { statSync } from 'node:fs';
import { type Clock, type Logger, silentLogger, systemClock, type Tracer } from '@bettertherapy/core';
import { connect, databaseExists, type Sqlite } from './connection.js';
import { schemaOld } from './errors.js';
import { claimIdentity, type StoreIdentity } from './identity.js';
import { InboxReader } from './inboxReader.js';
import { JournalReader } from './journal.js';
import { OwnerLock } from './lock.js';
import { appliedMigrations, pendingMigrations, readMigrations } from './migrate/index.js';
import { OperatorReader } from './operatorReader.js';
import { ApiKeyRepository } from './repositories/apiKeys.js';
import { AuditRepository } from './repositories/audit.js';
import { AverageRepository } from './repositories/averages.js';
import { DialogueRepository } from './repositories/dialogues.js';
import { DoctorRepository } from './repositories/doctors.js';
import { EvidenceRepository } from './repositories/evidence.js';
import { ExamRepository } from './repositories/exams.js';
import { HeldPackRepository } from './repositories/heldPacks.js';
import { JudgementRepository } from './repositories/judgements.js';
import { LengthFitRepository } from './repositories/lengthFits.js';
import { MetaRepository } from './repositories/meta.js';
import { NonceRepository } from './repositories/nonces.js';
import { OrganicRepository } from './repositories/organic.js';
import { PatientAnswerRepository } from './repositories/patientAnswers.js';
import { PatientRepository } from './repositories/patients.js';
import { QuestionRepository } from './repositories/questions.js';
import { RatingRepository } from './repositories/ratings.js';
import { ReferenceRepository } from './repositories/references.js';
import { RequestRepository } from './repositories/requests.js';
import { ResponseRepository } from './repositories/responses.js';
import { RoundRepository } from './repositories/rounds.js';
import { ScoreRepository } from './repositories/scores.js';
import { SignatureRepository } from './repositories/signatures.js';
import { StrikeRepository } from './repositories/strikes.js';
import { TwinNoteRepository } from './repositories/twinNotes.js';
import { TwinRepository } from './repositories/twins.js';
import { WeightIntentRepository } from './repositories/weightIntents.js';
import { Session, type StoreMetrics } from './session.js';

export interface StoreOptions {
  readonly file: string;
  readonly migrationsDir: string;
  /** Null only together with `readonly`: an observer does not care whose it is. */
  readonly identity: StoreIdentity | null;
  /** Reads beside a running owner; every write fails and no lock is taken. */
  readonly readonly?: boolean | undefined;
  /** Who is asking, for the note that a refused second owner sees. */
  readonly owner?: string | undefined;
}

export interface StoreParts {
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
  readonly metrics?: StoreMetrics | null | undefined;
  /** Told of every transaction that the disk had no room for. */
  readonly diskFull?: (() => void) | undefined;
  /** Commits that are part of a trace become spans of it. */
  readonly tracer?: Tracer | undefined;
}

/** The journal of one validator (or miner): a door to each aggregate. Every method of a repository is one transaction. */
export class Store {
  readonly rounds: RoundRepository;
  readonly questions: QuestionRepository;
  readonly requests: RequestRepository;
  readonly responses: ResponseRepository;
  readonly judgements: JudgementRepository;
  readonly references: ReferenceRepository;
  readonly lengthFits: LengthFitRepository;
  readonly signatures: SignatureRepository;
  readonly scores: ScoreRepository;
  readonly averages: AverageRepository;
  readonly weightIntents: WeightIntentRepository;
  readonly evidence: EvidenceRepository;
  readonly exams: ExamRepository;
  readonly nonces: NonceRepository;
  readonly strikes: StrikeRepository;
  readonly meta: MetaRepository;
  readonly apiKeys: ApiKeyRepository;
  readonly patients: PatientRepository;
  readonly patientAnswers: PatientAnswerRepository;
  readonly ratings: RatingRepository;
  readonly organic: OrganicRepository;
  readonly twins: TwinRepository;
  readonly twinNotes: TwinNoteRepository;
  readonly heldPacks: HeldPackRepository;
  readonly doctors: DoctorRepository;
  readonly dialogues: DialogueRepository;
  readonly audit: AuditRepository;
  /** Answers that patients were unhappy with, for the twin's doctor. */
  readonly inbox: InboxReader;
  /** Whole rounds for observers. */
  readonly journal: JournalReader;
  /** Sums and newest rows for the operator's pages. */
  readonly operator: OperatorReader;

  constructor(
    session: Session,
    private readonly parts: {
      readonly db: Sqlite;
      readonly lock: OwnerLock | null;
      readonly clock: Clock;
      readonly log: Logger;
    },
  ) {
    this.rounds = new RoundRepository(session);
    this.questions = new QuestionRepository(session);
    this.requests = new RequestRepository(session);
    this.responses = new ResponseRepository(session);
    this.judgements = new JudgementRepository(session);
    this.references = new ReferenceRepository(session);
    this.lengthFits = new LengthFitRepository(session);
    this.signatures = new SignatureRepository(session);
    this.scores = new ScoreRepository(session);
    this.averages = new AverageRepository(session);
    this.weightIntents = new WeightIntentRepository(session);
    this.evidence = new EvidenceRepository(session);
    this.exams = new ExamRepository(session);
    this.nonces = new NonceRepository(session, parts.clock);
    this.strikes = new StrikeRepository(session);
    this.meta = new MetaRepository(session);
    this.apiKeys = new ApiKeyRepository(session);
    this.patients = new PatientRepository(session);
    this.patientAnswers = new PatientAnswerRepository(session);
    this.ratings = new RatingRepository(session);
    this.organic = new OrganicRepository(session);
    this.twins = new TwinRepository(session);
    this.twinNotes = new TwinNoteRepository(session);
    this.heldPacks = new HeldPackRepository(session);
    this.doctors = new DoctorRepository(session);
    this.dialogues = new DialogueRepository(session);
    this.audit = new AuditRepository(session);
    this.inbox = new InboxReader(session);
    this.journal = new JournalReader(session);
    this.operator = new OperatorReader(session);
  }

  /** Moves the write-ahead log into the database and lets SQLite renew its statistics; for quiet moments. */
  checkpoint(): void {
    this.truncateLog();
    this.parts.db.pragma('optimize');
  }

  /**
   * Moves the write-ahead log into the database and empties it, so that nothing deleted is left in it. False while a
   * reader elsewhere still needs it: try again a little later.
   */
  truncateLog(): boolean {
    const rows = this.parts.db.pragma('wal_checkpoint(TRUNCATE)');
    return Array.isArray(rows) && rows[0]?.busy === 0;
  }

  /** Length of the write-ahead log in bytes. */
  logBytes(): number {
    return statSync(`${this.parts.db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** `PRAGMA integrity_check`: the empty list when all is well. */
  integrityProblems(): string[] {
    const rows = this.parts.db.prepare('PRAGMA integrity_check').pluck().all();
    return rows.map(String).filter((row) => row !== 'ok');
  }

  /** Idempotent. */
  close(): Promise<void> {
    if (this.parts.db.open) {
      this.parts.db.close();
      this.parts.lock?.release();
      this.parts.log.debug('store closed');
    }
    return Promise.resolve();
  }
}

/**
 * Opens a migrated database, as its one owner or as an observer.
 * @throws CodedError STORE_SCHEMA_OLD, STORE_SCHEMA_NEWER, STORE_MIGRATION_*, STORE_LOCKED, STORE_IDENTITY_MISMATCH, STORE_NOT_OURS, STORE_CANNOT_OPEN
 */
export function openStore(options: StoreOptions, parts: StoreParts = {}): Store {
  const clock = parts.clock ?? systemClock;
  const log = parts.log ?? silentLogger;
  if (!databaseExists(options.file)) throw schemaOld(options.file, 'there is no database yet');
  const lock = options.readonly
    ? null
    : OwnerLock.take({ file: options.file, owner: options.owner ?? 'daemon' }, { clock });
  let db: Sqlite | null = null;
  try {
    db = connect({ file: options.file, mode: options.readonly ? 'read' : 'write' });
    const pending = pendingMigrations(appliedMigrations(db), readMigrations(options.migrationsDir));
    if (pending.length > 0) throw schemaOld(options.file, `${pending.length} migrations are still to be applied`);
    const { metrics = null, diskFull, tracer } = parts;
    const session = new Session(db, { clock, metrics, diskFull, tracer });
    if (options.identity && !options.readonly) claimIdentity(session, options.identity);
    return new Store(session, { db, lock, clock, log });
  } catch (error) {
    db?.close();
    lock?.release();
    throw error;
  }
}
