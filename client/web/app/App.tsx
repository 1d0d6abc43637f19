import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { Home } from "../home/Home.tsx";
import { LoadingPage } from "../shared/Loading.tsx";
import { Boundary } from "./Boundary.tsx";
import { Frame } from "./Frame.tsx";
import { PLACES } from "./places.ts";

// The library behind it is large; the frame stands before it is here.
const Exchange = lazy(() => import("./Exchange.tsx"));

/** The place that the address names, in the frame that all share. */
export function App() {
  return (
    <Switch>
      {PLACES.map((place) => (
        <Route key={place.path} path={`/${place.path}`} nest>
          <Frame place={place}>
            <Boundary>
              <Suspense fallback={<LoadingPage />}>
                {place.isLight ? (
                  <place.page />
                ) : (
                  <Exchange>
                    <place.page />
                  </Exchange>
                )}
              </Suspense>
            </Boundary>
          </Frame>
        </Route>
      ))}
      <Route path="/">
        <Frame>
          <Home />
        </Frame>
      </Route>
      <Route>
        <Redirect to="/" />
      </Route>
    </Switch>
  );
}
