// What a contract answers to a question, or why it refuses.
import { refusalOf } from "../../../contracts/connect.ts";

/** Throws the contract's refusal as a Refusal; what fails otherwise goes on as it is. */
export async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (problem) {
    throw refusalOf(problem) ?? problem;
  }
}
