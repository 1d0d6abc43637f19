// What goes between a page and its worker: plain data, since classes do not survive the way.
import {
  isRefusalCode,
  Refusal,
  type RefusalCode,
  type RefusalDetails,
} from "../../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../../api/unavailable.ts";

/** Where the worker is. Bytes are those of all keys as they lie on the device. */
export type Progress =
  | { readonly phase: "keys"; readonly received: number; readonly total: number }
  | {
      readonly phase: "witness" | "proof";
      /** Which part of how many, counted from 0, where a trial has several. */
      readonly part?: number;
      readonly of?: number;
    };

export type Request = { readonly id: number; readonly act: string; readonly input: unknown };
export type Reply = { readonly id: number } & (
  | { readonly progress: Progress }
  | { readonly done: unknown }
  | { readonly failed: Fault }
);

/** An error as plain data. */
export type Fault = {
  readonly code?: RefusalCode;
  readonly details?: RefusalDetails;
  readonly isUnavailable?: boolean;
  readonly message: string;
};

export function toFault(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) return { code: error.code, details: error.details, message };
  return { message, isUnavailable: error instanceof ServerUnavailable };
}

/** The error again, of the class that pages tell apart. */
export function fromFault({ code, details, isUnavailable, message }: Fault): Error {
  if (code !== undefined && isRefusalCode(code)) return new Refusal(code, details);
  return isUnavailable ? new ServerUnavailable(message) : new Error(message);
}
