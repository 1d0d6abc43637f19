// What may happen in a made-up exchange: the events of one trial and a registry, one after another, by chance.
import { toField } from "../../circuits/statement/encoding/field.ts";
import {
  circuitIdOf,
  PARTICIPANT_STATES,
  trialIdOf,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import { seeded } from "../circuits/random.ts";
import { fieldFrom } from "./synthetic.ts";

type Values = Record<string, unknown>;
export type Told = { contract: string; name: string; subject: string; values: Values };
export const TRIAL_ID = trialIdOf("CZ-MADE-UP");
const CIRCUIT = circuitIdOf("eligibility-8");
export const SPONSOR = `0x${"51".repeat(20)}`;
export const BOARD = `0x${"b0".repeat(20)}`;

/** What the world looks like to who invents the next event. */
type World = {
  version: number;
  /** Group ids by version. */
  groups: Map<number, string>;
  nullifiers: string[];
  pseudonyms: string[];
  leaves: number;
  clinics: string[];
};

export class Invention {
  readonly #random: () => number;
  world: World;
  /** The time of what is invented now. */
  seconds = 1_900_000_000;

  constructor(seed: number) {
    this.#random = seeded(seed);
    const clinics = Array.from({ length: 5 }, () => this.word().slice(0, 42));
    const nobody = { groups: new Map(), nullifiers: [], pseudonyms: [], leaves: 0 };
    this.world = { version: 0, clinics, ...nobody };
  }

  /** What happens next. */
  next(): Told[] {
    const { nullifiers, pseudonyms, leaves } = this.world;
    const roll = this.#random();
    if (roll < 0.3 || nullifiers.length === 0) return [this.#screened()];
    if (roll < 0.55 || pseudonyms.length === 0) return this.#consented();
    if (roll < 0.75) return this.#happened();
    if (roll < 0.9 || leaves === 0) return [this.#anchored()];
    if (roll < 0.97) return [this.#changed()];
    return this.#decided();
  }

  #screened(): Told {
    const { nullifiers, version } = this.world;
    const isAgain = nullifiers.length > 0 && this.#random() < 0.2;
    const nullifier = isAgain ? this.#one(nullifiers) : this.#field();
    if (!isAgain) nullifiers.push(nullifier);
    const shown = { nullifier, participantCommitment: this.#field(), parts: this.#parts() };
    return this.ofTrial("Screened", { version: String(version), groupId: this.#group(), ...shown });
  }

  #consented(): Told[] {
    const { pseudonyms } = this.world;
    const isNew = pseudonyms.length === 0 || this.#random() < 0.5;
    const pseudonym = isNew ? this.#field() : this.#one(pseudonyms);
    const statement = this.#statement();
    const consented = this.ofTrial("Consented", { pseudonym, statement, groupId: this.#group() });
    if (!isNew) return [consented];
    pseudonyms.push(pseudonym);
    return [consented, this.ofTrial("StateChanged", { pseudonym, state: "1" })];
  }

  /** Something to a participant. */
  #happened(): Told[] {
    const pseudonym = this.#one(this.world.pseudonyms);
    const state = String(1 + this.below(PARTICIPANT_STATES.length - 1));
    const changed = this.ofTrial("StateChanged", { pseudonym, state });
    const arriveBy = String(this.seconds + this.below(2_000_000));
    const succession = { successorNullifier: this.#field(), successorCommitment: this.#field() };
    const all = [
      () => [this.ofTrial("Enrolled", { pseudonym, siteId: "1", arriveBy }), changed],
      () => [this.ofTrial("NoShow", { pseudonym }), changed],
      () => [
        this.ofTrial("SiteSigned", { pseudonym, kind: ZERO_BYTES32, signature: "0x" }),
        changed,
      ],
      () => [
        this.ofTrial("WithdrawnByProof", { pseudonym, statement: this.#statement() }),
        changed,
      ],
      () => [this.ofTrial("WithdrawnByCode", { pseudonym, code: ZERO_BYTES32 }), changed],
      () => {
        this.world.nullifiers.push(succession.successorNullifier);
        const groupId = this.#group();
        const given = { pseudonym, succession, groupId, parts: this.#parts() };
        return [this.ofTrial("Succeeded", given), changed];
      },
      // Of somebody who never consented, nothing is known.
      () => [this.ofTrial("NoShow", { pseudonym: this.#field() })],
    ];
    return this.#one(all)();
  }

  #anchored(): Told {
    return this.#records("Anchored", this.#leaf(this.world.leaves++));
  }

  /** A slot used again, or its leaf revoked. */
  #changed(): Told {
    const index = this.below(this.world.leaves);
    if (this.#random() < 0.6) {
      return this.#records("Replaced", { ...this.#leaf(index), voided: this.#random() < 0.3 });
    }
    const tombstone = this.#field();
    return this.#records("Revoked", { index: String(index), tombstone, root: this.#field() });
  }

  /** By governance or a board. */
  #decided(): Told[] {
    const clinic = this.#one([...this.world.clinics, this.word().slice(0, 42)]);
    const number = this.#random() < 0.2 ? String(2n ** 255n) : String(this.below(500));
    const all = [
      () => [this.#records("RevokedEarly", { clinic, commitment: this.#field() })],
      () => [this.#records("ClinicVoided", { clinic, epoch: "1", leavesLeft: "0" })],
      () => [this.#records("QuotaSet", { clinic, slots: number })],
      () => [this.#records("RevocationLimitSet", { clinic, perDay: number })],
      () => [this.ofTrial("HeldByGovernance", { held: this.#random() < 0.5 })],
      () => [this.ofTrial("StatusChanged", { status: this.#one(["2", "2", "3", "4"]), by: BOARD })],
      () => this.nextVersion(),
    ];
    return this.#one(all)();
  }

  /** The next version: published, approved, perhaps with a group of its own. */
  nextVersion(): Told[] {
    const version = ++this.world.version;
    const isNew = version === 1 || this.#random() < 0.5;
    const screeningVersion = isNew ? version : Math.max(...this.world.groups.keys());
    const terms = {
      ...{ criteriaHashes: [this.#field()], successorHashes: [this.#field()], circuit: CIRCUIT },
      ...{ consentFormHash: this.word(), consentFormVersion: "1", requiredPermissions: "1" },
      ...{ offeredPermissions: "7", capacity: "100", arrivalDays: "14", requiresReconsent: false },
      ...{ requiresRescreening: isNew, isSealed: false, attestationsHash: ZERO_BYTES32 },
      ...{ documentHash: this.word(), sites: [{ siteId: "1", signer: BOARD, capacity: "9" }] },
      ...{ custodians: [], custodianThreshold: "0" },
    };
    const name = { version: String(version), screeningVersion: String(screeningVersion) };
    const consentVersion = String(this.#random() < 0.5 ? version : 1);
    const expiresAt = String(this.seconds + 20_000_000);
    const published = this.ofTrial("VersionPublished", { ...name, digest: this.word(), terms });
    const approved = this.ofTrial("VersionApproved", { ...name, consentVersion, expiresAt });
    if (!isNew) return [published, approved];
    const groupId = String(this.world.groups.size + 1 + this.below(5) * 100);
    this.world.groups.set(version, groupId);
    const { screeningVersion: of } = name;
    return [published, approved, this.ofTrial("GroupOpened", { screeningVersion: of, groupId })];
  }

  #leaf(index: number): Values {
    const isBatch = this.#random() < 0.5;
    return {
      ...{ clinic: this.#one(this.world.clinics), index: String(index), batchRoot: this.#field() },
      ...{ leaf: this.#field(), root: this.#field(), size: isBatch ? "64" : "1" },
      ...{
        leavesHash: isBatch ? this.word() : ZERO_BYTES32,
        uri: isBatch ? "https://a.example" : "",
      },
    };
  }

  #statement(): Values {
    const whole = 2n ** 64n;
    return {
      sequence: String(this.#random() < 0.1 ? whole : 1 + this.below(100)),
      ...{
        decision: "1",
        version: String(1 + this.below(this.world.version)),
        formHash: ZERO_BYTES32,
      },
      ...{ permissions: "3", siteId: String(1 + this.below(3)), givenBy: "0" },
      // Far beyond what a date can be, at times.
      validUntil: String(this.#random() < 0.1 ? 2 ** 39 : this.seconds + this.below(3_000_000)),
    };
  }

  #parts(): Values[] {
    const part = () => ({ issuerTag: this.#field(), points: [this.#field()] });
    return Array.from({ length: 1 + this.below(3) }, part);
  }

  #group(): string {
    return this.#one([...this.world.groups.values()]);
  }

  ofTrial(name: string, values: Values): Told {
    return { contract: "Trial", name, subject: TRIAL_ID, values: { trialId: TRIAL_ID, ...values } };
  }

  #records(name: string, values: Values): Told {
    return { contract: "RecordRegistry", name, subject: "records", values };
  }

  #field(): string {
    return String(toField(BigInt(fieldFrom(this.#random))));
  }

  word(): string {
    return `0x${BigInt(fieldFrom(this.#random)).toString(16).padStart(64, "0")}`;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #one<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }
}
