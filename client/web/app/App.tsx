import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { Boundary } from "../shared/Boundary.tsx";
import { LoadingPage } from "../shared/Loading.tsx";
import { NoSuchPage } from "../shared/NoSuchPage.tsx";
import { Frame } from "./Frame.tsx";
import { PLACES } from "./places.ts";

const Home = lazy(() => import("./Home.tsx"));

/** The place that the address names, in the frame that all share. */
export function App() {
  return (
    <Switch>
      {PLACES.map((place) => (
        <Route key={place.path} path={`/${place.path}`} nest>
          <Frame place={place}>
            <Boundary>
              <Suspense fallback={<LoadingPage />}>
                <place.page />
              </Suspense>
            </Boundary>
          </Frame>
        </Route>
      ))}
      <Route path="/">
        <Frame>
          <Suspense fallback={<LoadingPage />}>
            <Home />
          </Suspense>
        </Frame>
      </Route>
      <Route>
        <Frame>
          <NoSuchPage />
        </Frame>
      </Route>
    </Switch>
  );
}
