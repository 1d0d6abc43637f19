CREATE TABLE "acknowledgements" (
	"position" bigint PRIMARY KEY NOT NULL,
	"cut_id" text NOT NULL,
	"request_id" text NOT NULL,
	"entry" text NOT NULL,
	"by" text NOT NULL,
	"acknowledged_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "anchors" (
	"root" text PRIMARY KEY NOT NULL,
	"operator" text NOT NULL,
	"count" integer NOT NULL,
	"block_number" integer NOT NULL,
	"anchored_at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "case_closures" (
	"case_id" text PRIMARY KEY NOT NULL,
	"by" text NOT NULL,
	"outcome" text NOT NULL,
	"closed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cut_requests" (
	"request_id" text PRIMARY KEY NOT NULL,
	"cut_id" text NOT NULL,
	"trial_id" text NOT NULL,
	"purpose" text NOT NULL,
	"staff" text NOT NULL,
	"recipient_key" text NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cuts" (
	"cut_id" text PRIMARY KEY NOT NULL,
	"trial_id" text NOT NULL,
	"permission" bigint NOT NULL,
	"packages_root" text NOT NULL,
	"packages" bigint NOT NULL,
	"by" text NOT NULL,
	"pseudonyms" jsonb NOT NULL,
	"coverable" integer NOT NULL,
	"sealed_at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dataset_anchors" (
	"position" bigint PRIMARY KEY NOT NULL,
	"cut_id" text NOT NULL,
	"request_id" text NOT NULL,
	"manifest" text NOT NULL,
	"by" text NOT NULL,
	"anchored_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delegations" (
	"position" bigint PRIMARY KEY NOT NULL,
	"trial_id" text NOT NULL,
	"site_id" bigint NOT NULL,
	"key" text NOT NULL,
	"tasks" bigint NOT NULL,
	"person" text NOT NULL,
	"by" text NOT NULL,
	"from" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "deposit_batches" (
	"trial_id" text NOT NULL,
	"number" integer NOT NULL,
	"root" text NOT NULL,
	"first" integer NOT NULL,
	"count" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deposit_batches_trial_id_number_pk" PRIMARY KEY("trial_id","number")
);
--> statement-breakpoint
CREATE TABLE "destroyed_keys" (
	"trial_id" text NOT NULL,
	"pseudonym" text NOT NULL,
	"custodian" text NOT NULL,
	"destroyed_at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "destroyed_keys_trial_id_pseudonym_custodian_pk" PRIMARY KEY("trial_id","pseudonym","custodian")
);
--> statement-breakpoint
CREATE TABLE "emergency_cases" (
	"case_id" text PRIMARY KEY NOT NULL,
	"trial_id" text NOT NULL,
	"pseudonym" text NOT NULL,
	"clinician" text NOT NULL,
	"reason" text NOT NULL,
	"recipient_key" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"trial_id" text NOT NULL,
	"position" integer NOT NULL,
	"hash" text NOT NULL,
	"pseudonym" text NOT NULL,
	"collection" text NOT NULL,
	"sequence" bigint NOT NULL,
	"package_hash" text,
	"replaces" text,
	"collection_checked" boolean NOT NULL,
	"row" text NOT NULL,
	"batch" text,
	"accepted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "entries_trial_id_position_pk" PRIMARY KEY("trial_id","position")
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"trial_id" text NOT NULL,
	"pseudonym" text NOT NULL,
	"by" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"block_number" integer NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "erasures_trial_id_pseudonym_pk" PRIMARY KEY("trial_id","pseudonym")
);
--> statement-breakpoint
CREATE TABLE "packages" (
	"hash" text PRIMARY KEY NOT NULL,
	"size" integer NOT NULL,
	"size_step" integer NOT NULL,
	"custodians" jsonb NOT NULL,
	"is_stored" boolean NOT NULL,
	"entry" text,
	"stored_at" timestamp with time zone NOT NULL,
	"erased_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "person_tags" (
	"position" bigint PRIMARY KEY NOT NULL,
	"trial_id" text NOT NULL,
	"pseudonym" text NOT NULL,
	"tag" text NOT NULL,
	"site_id" bigint NOT NULL,
	"key" text NOT NULL,
	"tagged_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "purges" (
	"position" bigint PRIMARY KEY NOT NULL,
	"cut_id" text NOT NULL,
	"request_id" text NOT NULL,
	"by" text NOT NULL,
	"statement" text NOT NULL,
	"purged_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "receipt_roots" (
	"position" bigint PRIMARY KEY NOT NULL,
	"custodian" text NOT NULL,
	"root" text NOT NULL,
	"count" bigint NOT NULL,
	"last" text NOT NULL,
	"anchored_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "texts" (
	"hash" text PRIMARY KEY NOT NULL,
	"content" text NOT NULL,
	"uploaded_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "cut_requests_order" ON "cut_requests" USING btree ("trial_id","position");--> statement-breakpoint
CREATE INDEX "cuts_order" ON "cuts" USING btree ("trial_id","position");--> statement-breakpoint
CREATE INDEX "delegations_key" ON "delegations" USING btree ("trial_id","site_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX "deposit_batches_root" ON "deposit_batches" USING btree ("root");--> statement-breakpoint
CREATE INDEX "emergency_cases_order" ON "emergency_cases" USING btree ("trial_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "entries_hash" ON "entries" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "entries_sequence" ON "entries" USING btree ("trial_id","pseudonym","collection","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "entries_package" ON "entries" USING btree ("package_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "entries_replaces" ON "entries" USING btree ("replaces");--> statement-breakpoint
CREATE INDEX "entries_waiting" ON "entries" USING btree ("trial_id","position") WHERE batch is null;--> statement-breakpoint
CREATE INDEX "packages_undeposited" ON "packages" USING btree ("stored_at") WHERE entry is null;--> statement-breakpoint
CREATE INDEX "person_tags_trial" ON "person_tags" USING btree ("trial_id","position");