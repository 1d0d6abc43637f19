// The way of one made-up participant through all roles: what to press where, and how public state tells that it is done.
import type { Place } from "../places.ts";

/** The example trial that is published on the way. */
export const TOUR_TRIAL = "CZ-VAX-004";

/** What everybody can see, and the one thing that only this device can know. */
export type Standing = {
  /** Roles that somebody is accredited in. */
  readonly roles: ReadonlySet<string>;
  readonly trial:
    | {
        readonly status: string;
        readonly consented: number;
        readonly enrolled: number;
        readonly arrived: number;
      }
    | undefined;
  /** A clinic has anchored a record since the tour began. */
  readonly hasRecord: boolean;
  readonly hasCopiedCode: boolean;
};

export type Step = {
  readonly title: string;
  /** Nowhere: it is done in the panel. */
  readonly place?: Place["path"];
  readonly why: string;
  readonly press: readonly string[];
  readonly isDone: (standing: Standing) => boolean;
};

/** The roles without which nobody can act, by the beginning of their development key's name. */
export const NEEDED = { SPONSOR: "sponsor", BOARD: "board", CLINIC: "clinic-1" } as const;

export const STEPS: readonly Step[] = [
  {
    title: "Let the organisations in",
    why: "Governance says which accounts are a sponsor, an ethics board, a clinic. There is no page for it, so the tour does it.",
    press: ["Press “Accredit them” below."],
    isDone: ({ roles }) => Object.keys(NEEDED).every((role) => roles.has(role)),
  },
  {
    title: "Publish a trial",
    place: "sponsor",
    why: "The sponsor writes who may take part. The rules are public, and so is every change.",
    press: [
      "Sign in with the development key “sponsor”.",
      "Press “New trial”, then use “Vaccine registry”.",
      "Under “Sites”, choose site-1 as the signing address of site 1, and the ethics board.",
      "Press “Review and publish”, “Compute terms and digest”, “Sign and publish”.",
    ],
    isDone: ({ trial }) => trial !== undefined,
  },
  {
    title: "Approve it",
    place: "board",
    why: "The board's page computes the rules again from the text. The board signs exactly that.",
    press: [
      "Sign in with the development key “board”.",
      "Open the trial, and read it.",
      "Press “Approve version 1…”, then “Sign the approval”.",
    ],
    isDone: ({ trial }) => trial !== undefined && trial.status !== "IN_REVIEW",
  },
  {
    title: "Make a wallet",
    place: "wallet",
    why: "Now you are a patient. The wallet lives on this device, under a passphrase that only you know.",
    press: [
      "Choose a passphrase, and press “Make my wallet”.",
      "Open “My code for the clinic”, and press “Copy”.",
      "Come back here and press “I have copied it”.",
    ],
    isDone: ({ hasCopiedCode }) => hasCopiedCode,
  },
  {
    title: "Attest a record",
    place: "clinic",
    why: "The clinic turns a chart into a record that only this wallet can use. One number of it goes on the chain.",
    press: [
      "Sign in with the development key “clinic-1”.",
      "Press “Try it with a made-up chart”, and open the patient.",
      "Note the birth date and the sex: they stand in for an identity card later.",
      "Start a new roster with any passphrase.",
      "Paste the code from the wallet, and press “Use this”. As the document write P X12345.",
      "Press “Attest”. Under “Anchor and hand over”, press “Anchor 1 record”.",
      "Press “Save the file”: that is what the patient takes home.",
    ],
    isDone: ({ hasRecord }) => hasRecord,
  },
  {
    title: "Take part",
    place: "wallet",
    why: "The wallet proves that the record fits, without showing it, and consents under a pseudonym.",
    press: [
      "The wallet locks while it is out of sight. Unlock it with your passphrase.",
      "Press “Add a record”, and open the file that you saved.",
      "Under “Studies”, open the vaccination registry. See what fits, and what a yes would reveal.",
      "Press “Yes: prove that I fit”. It takes up to a minute.",
      "Read the form, answer what is asked, tick what you agree to, and consent.",
      "Your consent waits until others could have sent it. Nobody else is here: press “Send it now”.",
    ],
    isDone: ({ trial }) => (trial?.consented ?? 0) > 0,
  },
  {
    title: "Enroll the pseudonym",
    place: "sponsor",
    why: "The sponsor sees that somebody fits and consented, and nothing about who it is.",
    press: [
      "Sign in with the development key “sponsor”, and open the trial.",
      "Under “Participants”, tick the one who waits, and press “Enroll 1 chosen”.",
    ],
    isDone: ({ trial }) => (trial?.enrolled ?? 0) > 0,
  },
  {
    title: "Arrive at the site",
    place: "site",
    why: "The site checks that the person at the desk is the one whose record was proven, and signs.",
    press: [
      "Sign in with the development key “site-1”, and open the trial.",
      "Press “Somebody arrives”, “Make a challenge”, “Copy”.",
      "Unlock the wallet, open the study and “Check in at the site”. Paste it, and press “Use this”.",
      "As the document write P X12345, press “Make my answer”, then “Copy”.",
      "At the site, paste the answer. Type the birth date, the sex and P X12345, and press “Check”.",
      "Answer what is asked: this person has no fever. Press “Sign the arrival”.",
    ],
    isDone: ({ trial }) => (trial?.arrived ?? 0) > 0,
  },
];

/** The first step that is not done; undefined after the last. */
export function nextStep(standing: Standing): { step: Step; number: number } | undefined {
  const at = STEPS.findIndex(({ isDone }) => !isDone(standing));
  return at < 0 ? undefined : { step: STEPS[at]!, number: at + 1 };
}
