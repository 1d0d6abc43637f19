// What goes wrong with guardians' shares, as a kind person would put it to a patient.
import type { Refusal } from "../../../circuits/statement/refusal.ts";
import { t } from "../shared/language.ts";

type Words = { readonly title: string; readonly text: string };

/** Undefined for a refusal that is about something else. */
export function guardianWords({ code, details }: Refusal): Words | undefined {
  const shares = String(details.shares ?? details.sets ?? "");
  if (code === "NotAShare") {
    return {
      title: t("This is not a guardian's share"),
      text: t(
        "Choose the file that the guardian was given. If it is the right one, it is damaged: ask for another copy.",
      ),
    };
  }
  if (code === "TooFewShares") {
    return {
      title: t("More shares are needed"),
      text: t("Ask another guardian, and add that share too."),
    };
  }
  if (code === "FalseShare") {
    return {
      title: t("A share is not the one that was made"),
      text: t(
        "Somebody has changed it, or it is damaged: {{shares}}. Leave it out, or ask its guardian for another copy.",
        { shares },
      ),
    };
  }
  if (code === "MixedShares") {
    return {
      title: t("These shares do not fit together"),
      text: t(
        "They were made at different times: {{shares}}. Add more of one time, or type your check code.",
        { shares },
      ),
    };
  }
  if (code === "WrongCheckCode") {
    return {
      title: t("None of these shares belongs to this check code"),
      text: t(
        "Check its digits. If they are right, these shares were made by somebody else or at another time: do not use them.",
      ),
    };
  }
  if (code === "MalformedInput" && details.what === "check code") {
    return {
      title: t("This is not a check code"),
      text: t("It has 30 digits. Check each of them."),
    };
  }
  if (code === "MalformedInput" && details.what === "age key") {
    return {
      title: t("This is not an age key"),
      text: t(
        "It begins with age1. Copy the whole of it, or use a passphrase that the guardian chooses.",
      ),
    };
  }
  return undefined;
}
