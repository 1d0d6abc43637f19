CREATE TABLE "handovers" (
	"id" text PRIMARY KEY NOT NULL,
	"clinic" text NOT NULL,
	"sealed" text,
	"until" timestamp with time zone NOT NULL,
	"fetched_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "handovers_clinic" ON "handovers" USING btree ("clinic");--> statement-breakpoint
CREATE INDEX "handovers_until" ON "handovers" USING btree ("until");