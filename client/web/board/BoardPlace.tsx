import { Route, Switch } from "wouter";
import { SignedIn } from "../shared/SignedIn.tsx";
import { AssignedTrials } from "./AssignedTrials.tsx";
import { DocumentKeys } from "./documentKeys.tsx";
import { ReviewPage } from "./ReviewPage.tsx";

/** What waits for the signed-in board, and each version's review. */
export default function BoardPlace() {
  return (
    <SignedIn role="ethics board" keys="board">
      <DocumentKeys>
        <Switch>
          <Route path="/:protocol/:version/changes">
            {({ protocol, version }) => (
              <ReviewPage
                protocolNumber={decodeURIComponent(protocol)}
                version={Number(version)}
                view="changes"
              />
            )}
          </Route>
          <Route path="/:protocol/:version">
            {({ protocol, version }) => (
              <ReviewPage
                protocolNumber={decodeURIComponent(protocol)}
                version={Number(version)}
                view="text"
              />
            )}
          </Route>
          <Route>
            <AssignedTrials />
          </Route>
        </Switch>
      </DocumentKeys>
    </SignedIn>
  );
}
