CREATE TABLE "opinions" (
	"position" bigint PRIMARY KEY NOT NULL,
	"trial_id" text NOT NULL,
	"version" bigint NOT NULL,
	"opinion" text NOT NULL,
	"text_hash" text NOT NULL,
	"given_by" text NOT NULL,
	"given_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "opinions_order" ON "opinions" USING btree ("trial_id","position");