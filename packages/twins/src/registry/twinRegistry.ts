import { type Clock, CodedError } from '@bettertherapy/core';
import { twinIdSchema } from '@bettertherapy/protocol';
import { TwinErrorCode } from '../errors.js';
import { canonicalJson, sha256Hex } from '../pack/canonical.js';
import { MAX_ENVELOPE_BYTES, type PackEnvelope, sealPack, type TwinSigner } from '../pack/envelope.js';
import { MAX_PACK_BYTES, type PackContent } from '../pack/packSchema.js';
import { contentOf, type PackProblem, packProblems, parsePack, parsePackContent } from '../pack/parsePack.js';
import { requireStep, type TwinState } from '../pack/states.js';
import { type SignedTwinIndex, sealIndex, type TwinIndexEntry } from '../pack/twinIndex.js';
import { notesOf } from './notes.js';
import type { TwinDraft, TwinShelf } from './shelf.js';
import { TwinCatalogue, unknown } from './twinCatalogue.js';

export interface TwinRegistryParts {
  readonly shelf: TwinShelf;
  /** The hotkey under which packs are published. */
  readonly signer: TwinSigner;
  readonly clock: Clock;
}

/** What came of an import. */
export interface ImportOutcome {
  readonly id: string;
  readonly version: number;
  /** `unchanged`: patients get exactly this content already. */
  readonly outcome: 'published' | 'unchanged';
}

/** Versions of one twin that the index lists: the one patients get, and the newest others for sessions still on them. */
const INDEXED_VERSIONS = 4;
/** Rows looked at for the index. */
const MAX_ROWS = 4096;
const MAX_ENTRIES = 512;
/** An address may be a character longer than ours. */
const SLACK_BYTES = 16;

/** Changes twins: drafts are written, reviewed, published under our hotkey, rolled back, withdrawn. */
export class TwinRegistry {
  readonly catalogue: TwinCatalogue;
  /** Bytes of envelopes by sha256; versions never change. */
  private readonly sizes = new Map<string, number>();

  constructor(private readonly parts: TwinRegistryParts) {
    this.catalogue = new TwinCatalogue(parts.shelf);
  }

  /** A new twin without a version. @throws CodedError TWIN_EXISTS, TWIN_PACK_INVALID */
  create(id: string, name: string): void {
    if (!twinIdSchema.safeParse(id).success) {
      throw new CodedError(TwinErrorCode.PackInvalid, 'this cannot be the id of a twin', {
        remedy: 'Use lower-case letters, digits and inner dashes, at most 64, like dr-indra-gurung.',
        details: { problems: [{ path: 'id', message: 'must be lower-case letters, digits and inner dashes' }] },
      });
    }
    if (this.parts.shelf.get(id) !== null) {
      throw new CodedError(TwinErrorCode.Exists, `there is a twin ${id} already`, {
        remedy: 'Choose another id, or change the twin that is there.',
        details: { id },
      });
    }
    this.parts.shelf.create({ id, name, draft: null, nowMs: this.nowMs() });
  }

  /**
   * Keeps a draft as it is, finished or not; it always carries its twin's id. @returns what keeps it from being submitted
   * @throws CodedError TWIN_UNKNOWN, TWIN_PACK_TOO_LARGE
   */
  saveDraft(id: string, draft: TwinDraft): PackProblem[] {
    const twin = this.catalogue.twin(id);
    const whole: TwinDraft = { ...draft, schema: 1, id };
    delete whole.version;
    if (Buffer.byteLength(canonicalJson(whole)) > MAX_PACK_BYTES) {
      throw new CodedError(TwinErrorCode.PackTooLarge, `the draft is larger than ${MAX_PACK_BYTES} bytes`, {
        remedy: 'Shorten notes and dialogues, or leave some out.',
      });
    }
    const name = typeof whole.name === 'string' && whole.name.trim() !== '' ? whole.name.slice(0, 80) : twin.name;
    this.parts.shelf.saveDraft({ id, name, draft: whole, nowMs: this.nowMs() });
    return packProblems(whole);
  }

  /**
   * Changes the draft; where there is none, a new one that begins from the newest version.
   * @returns what keeps it from being submitted
   * @throws CodedError TWIN_UNKNOWN, TWIN_PACK_TOO_LARGE
   */
  changeDraft(id: string, change: (draft: TwinDraft) => TwinDraft): PackProblem[] {
    const newest = this.catalogue.newestContent(id);
    const fresh = newest === null ? {} : asDraft(newest);
    return this.saveDraft(id, change(this.catalogue.twin(id).draft ?? fresh));
  }

  /**
   * Draft → reviewed: the text is fixed and has a version number from here on.
   * @throws CodedError TWIN_UNKNOWN, TWIN_ILLEGAL_STEP, TWIN_PACK_INVALID, TWIN_PACK_TOO_LARGE
   */
  submit(id: string): { readonly version: number; readonly sha256: string } {
    const { draft } = this.catalogue.twin(id);
    if (draft === null) {
      throw new CodedError(TwinErrorCode.IllegalStep, `the twin ${id} has no draft`, {
        remedy: 'Save a draft first.',
        details: { id },
      });
    }
    return this.freeze(parsePackContent(draft));
  }

  /** Reviewed → draft: the version goes, its text is the draft again. @throws CodedError TWIN_UNKNOWN, TWIN_ILLEGAL_STEP */
  sendBack(id: string, version: number): void {
    requireStep(this.stateOf(id, version), 'draft');
    const content = contentOf(this.catalogue.pack(id, version));
    this.parts.shelf.sendBack({ id, version, draft: asDraft(content), nowMs: this.nowMs() });
  }

  /** Reviewed → published, and what patients get from now on. @throws CodedError TWIN_UNKNOWN, TWIN_ILLEGAL_STEP */
  publish(id: string, version: number): PackEnvelope {
    requireStep(this.stateOf(id, version), 'published');
    const pack = this.catalogue.pack(id, version);
    const envelope = sealPack(pack, this.parts.signer);
    const { signer, signature } = envelope;
    this.parts.shelf.publish({ id, version, signer, signature, notes: notesOf(pack), nowMs: this.nowMs() });
    return envelope;
  }

  /** Gives patients an earlier (or later) published version. @throws CodedError TWIN_UNKNOWN, TWIN_ILLEGAL_STEP */
  rollBack(id: string, version: number): void {
    const state = this.stateOf(id, version);
    if (state !== 'published') {
      throw new CodedError(TwinErrorCode.IllegalStep, `version ${version} of ${id} is ${state}, not published`, {
        remedy: 'Choose a version that is published.',
        details: { id, version, state },
      });
    }
    this.parts.shelf.pointTo({ id, version, nowMs: this.nowMs() });
  }

  /** Withdraws the twin: every published version of it. @throws CodedError TWIN_UNKNOWN, TWIN_ILLEGAL_STEP when none is */
  withdraw(id: string, reason: string): void {
    this.catalogue.twin(id);
    if (!this.parts.shelf.versions(id).some(({ state }) => state === 'published')) {
      throw new CodedError(TwinErrorCode.IllegalStep, `no version of the twin ${id} is published`, {
        remedy: 'There is nothing to withdraw.',
        details: { id },
      });
    }
    this.parts.shelf.withdraw({ id, reason: reason.slice(0, 500), nowMs: this.nowMs() });
  }

  /**
   * Withdraws one published version that patients do not get any more, so that miners stop serving it and it cannot
   * come back. @throws CodedError TWIN_UNKNOWN, TWIN_ILLEGAL_STEP
   */
  withdrawVersion(id: string, version: number): void {
    requireStep(this.stateOf(id, version), 'withdrawn');
    if (this.catalogue.twin(id).currentVersion === version) {
      throw new CodedError(TwinErrorCode.IllegalStep, `version ${version} of ${id} is the one that patients get`, {
        remedy: 'Publish another version first, or withdraw the whole twin.',
        details: { id, version },
      });
    }
    this.parts.shelf.withdrawVersion({ id, version, nowMs: this.nowMs() });
  }

  /**
   * Publishes the content of a pack under our hotkey as the next version of its twin, unless patients get exactly that
   * already. The version number inside a pack is the one of whoever made it and is not taken over.
   * @throws CodedError TWIN_PACK_INVALID, TWIN_PACK_TOO_LARGE
   */
  import(value: unknown): ImportOutcome {
    const content = parseImport(value);
    const { id } = content;
    const current = this.catalogue.currentOf(id);
    if (current !== null && canonicalJson(contentOf(current.pack)) === canonicalJson(content)) {
      return { id, version: current.pack.version, outcome: 'unchanged' };
    }
    if (this.parts.shelf.get(id) === null) this.create(id, content.name);
    // A draft that a doctor is writing is not what is imported, so it is put back.
    const { draft, name } = this.catalogue.twin(id);
    const { version } = this.freeze(content);
    if (draft !== null) this.parts.shelf.saveDraft({ id, name, draft, nowMs: this.nowMs() });
    this.publish(id, version);
    return { id, version, outcome: 'published' };
  }

  /** The signed list of what miners may serve and what they must serve no more. */
  signedIndex(): SignedTwinIndex {
    const listed = new Map<string, number>();
    const entries: TwinIndexEntry[] = [];
    const rows = this.parts.shelf.everPublished(MAX_ROWS);
    // The version patients get comes first, so that it is listed whatever else there is.
    for (const row of [...rows].sort((a, b) => Number(b.current) - Number(a.current))) {
      const count = listed.get(row.twinId) ?? 0;
      if (count >= INDEXED_VERSIONS || entries.length >= MAX_ENTRIES || row.state === 'reviewed') continue;
      listed.set(row.twinId, count + 1);
      const { twinId: id, version, sha256, state } = row;
      entries.push({ id, version, sha256, state, bytes: this.envelopeBytes(row) });
    }
    return sealIndex(entries, this.nowMs(), this.parts.signer);
  }

  private freeze(content: PackContent): { readonly version: number; readonly sha256: string } {
    const make = (version: number): { pack: string; sha256: string } => {
      const pack = canonicalJson({ ...content, version });
      return { pack, sha256: sha256Hex(pack) };
    };
    const { version, sha256 } = this.parts.shelf.freeze({ id: content.id, make, nowMs: this.nowMs() });
    return { version, sha256 };
  }

  private stateOf(id: string, version: number): TwinState {
    const row = this.parts.shelf.version(id, version);
    if (row === null) throw unknown(id, version);
    return row.state;
  }

  /** What an envelope has at most, whatever its signature. */
  private envelopeBytes(row: { readonly twinId: string; readonly version: number; readonly sha256: string }): number {
    const known = this.sizes.get(row.sha256);
    if (known !== undefined) return known;
    const pack = this.catalogue.pack(row.twinId, row.version);
    const proof = { sha256: row.sha256, signer: this.parts.signer.address, signature: '0'.repeat(128) };
    const bytes = Math.min(MAX_ENVELOPE_BYTES, Buffer.byteLength(JSON.stringify({ pack, ...proof })) + SLACK_BYTES);
    if (this.sizes.size >= MAX_ROWS) this.sizes.clear();
    this.sizes.set(row.sha256, bytes);
    return bytes;
  }

  private nowMs(): number {
    return Math.round(this.parts.clock.wallMs());
  }
}

/** A content, a pack with its version, or a signed envelope; only the content counts. */
function parseImport(value: unknown): PackContent {
  const isObject = typeof value === 'object' && value !== null;
  const inner = isObject && 'pack' in value && 'signature' in value ? value.pack : value;
  const hasVersion = typeof inner === 'object' && inner !== null && 'version' in inner;
  return hasVersion ? contentOf(parsePack(inner)) : parsePackContent(inner);
}

/** A content is plain JSON by its schema; going through its text makes that true for the compiler as well. */
function asDraft(content: PackContent): TwinDraft {
  return JSON.parse(canonicalJson(content));
}
