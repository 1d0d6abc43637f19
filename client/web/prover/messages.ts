// What goes between a page and its worker: plain data, since classes do not survive the way.
import {
  isRefusalCode,
  Refusal,
  type RefusalCode,
  type RefusalDetails,
} from "../../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";
import { MissingPart, nameMissing } from "../shared/missingPart.ts";

/** Where the worker is. Bytes are those of all keys as they lie on the device. */
export type Progress =
  | { readonly phase: "downloaded" }
  | { readonly phase: "keys"; readonly received: number; readonly total: number }
  | {
      readonly phase: "witness" | "proof";
      /** Which part of how many, counted from 0, where a trial has several. */
      readonly part?: number;
      readonly of?: number;
    };

export type Request = { readonly id: number; readonly act: string; readonly input: unknown };

/** An error as plain data. */
export type Fault = {
  readonly code?: RefusalCode;
  readonly details?: RefusalDetails;
  readonly isUnavailable?: boolean;
  readonly isMissingPart?: boolean;
  readonly message: string;
};

export function toFault(thrown: unknown): Fault {
  const error = nameMissing(thrown);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) return { code: error.code, details: error.details, message };
  const isUnavailable = error instanceof ServerUnavailable;
  return { message, isUnavailable, isMissingPart: error instanceof MissingPart };
}

/** The error again, of the class that pages tell apart. */
export function fromFault({ code, details, message, ...is }: Fault): Error {
  if (code !== undefined && isRefusalCode(code)) return new Refusal(code, details);
  if (is.isMissingPart) return new MissingPart();
  return is.isUnavailable ? new ServerUnavailable(message) : new Error(message);
}
