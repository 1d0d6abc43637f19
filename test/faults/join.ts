// People who join a trial through a server, as clients that try again.
import { type Api, connect } from "../../client/api/api.ts";
import { type Person, type Story, screeningOf } from "../contracts/story.ts";
import { consentOf } from "../support/stage.ts";
import { type Diary, emptyDiary, perform } from "./client.ts";

type At = { readonly story: Story; readonly url: string; readonly diary?: Diary };

const never = async () => false;

/** Has a person screened. */
export async function screenAt(
  { story, url, diary = emptyDiary() }: At,
  person: Person,
): Promise<void> {
  const make = async () => (await screeningOf(story, person)).proof;
  await perform(diary, { api: connect({ url }), kind: "screening", make, isDone: never });
}

/** Has a person screened, and has them consent. The ids of the submissions. */
export async function join(at: At, person: Person): Promise<string[]> {
  const diary = at.diary ?? emptyDiary();
  await screenAt({ ...at, diary }, person);
  const make = () => consentOf(at.story, person);
  const api: Api = connect({ url: at.url });
  await perform(diary, { api, kind: "consent", make, isDone: never });
  return [...diary.ids];
}
