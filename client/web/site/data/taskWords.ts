// What staff may do, in words.
import type { Task } from "../../../../circuits/statement/exchange/delegation.ts";

export const TASK_WORDS: Readonly<Record<Task, string>> = {
  arrive: "checks people who arrive, and signs arrivals and screen failures",
  deposit: "fills forms",
  request: "asks for data",
  correct: "corrects forms",
  erase: "orders erasures",
};
