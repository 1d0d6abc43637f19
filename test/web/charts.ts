// Charts of a browser test, changed by hand.

type Resource = { resourceType: string; id?: string; [key: string]: unknown };
export type Bundle = { entry: { resource: Resource }[] };

export const INJECTED = "<img src=x onerror=alert(1)>";

/** Markup in a name, in a code's label and in a code system that nobody knows. */
export function inject({ entry }: Bundle): void {
  const patient = entry[0]!.resource;
  patient.name = [{ family: INJECTED, given: ["Eve"] }];
  const condition = entry.find(({ resource }) => resource.resourceType === "Condition")!.resource;
  (condition.code as { coding: { display: string }[] }).coding[0]!.display = INJECTED;
  const code = { coding: [{ system: `urn:${INJECTED}`, code: "1" }] };
  const subject = { reference: `Patient/${patient.id}` };
  entry.push({
    resource: { resourceType: "Procedure", id: "odd", status: "completed", code, subject },
  });
}

/** The patient as the desk shows them. */
export function nameOf({ entry }: Bundle): string {
  const [name] = entry[0]!.resource.name as { family: string; given: string[] }[];
  return `${name!.given.join(" ")} ${name!.family}`;
}
