CREATE TABLE "accreditations" (
	"role" text NOT NULL,
	"account" text NOT NULL,
	"name" text NOT NULL,
	"active" boolean NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "accreditations_role_account_pk" PRIMARY KEY("role","account")
);
--> statement-breakpoint
CREATE TABLE "blocks" (
	"number" integer PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"time" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clinics" (
	"address" text PRIMARY KEY NOT NULL,
	"quota" integer,
	"revocation_limit" integer,
	"voided" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"trial_id" text NOT NULL,
	"pseudonym" text NOT NULL,
	"position" bigint NOT NULL,
	"sequence" text NOT NULL,
	"decision" integer NOT NULL,
	"version" bigint NOT NULL,
	"form_hash" text NOT NULL,
	"permissions" bigint NOT NULL,
	"site_id" bigint NOT NULL,
	"given_by" integer NOT NULL,
	"valid_until" timestamp with time zone,
	"recorded_at" timestamp with time zone NOT NULL,
	"block_number" integer NOT NULL,
	"transaction_hash" text NOT NULL,
	CONSTRAINT "consents_trial_id_pseudonym_position_pk" PRIMARY KEY("trial_id","pseudonym","position")
);
--> statement-breakpoint
CREATE TABLE "dictionaries" (
	"version" integer PRIMARY KEY NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"position" bigint PRIMARY KEY NOT NULL,
	"block_number" integer NOT NULL,
	"block_time" timestamp with time zone NOT NULL,
	"log_index" integer NOT NULL,
	"transaction_hash" text NOT NULL,
	"contract" text NOT NULL,
	"name" text NOT NULL,
	"subject" text NOT NULL,
	"arguments" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "groups" (
	"trial_id" text NOT NULL,
	"version" bigint NOT NULL,
	"group_id" text NOT NULL,
	CONSTRAINT "groups_trial_id_version_pk" PRIMARY KEY("trial_id","version")
);
--> statement-breakpoint
CREATE TABLE "leaves" (
	"index" integer PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"batch_root" text,
	"kind" text NOT NULL,
	"issuer" text NOT NULL,
	"size" integer NOT NULL,
	"leaves_hash" text,
	"uri" text NOT NULL,
	"anchored_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "members" (
	"trial_id" text NOT NULL,
	"version" bigint NOT NULL,
	"index" integer NOT NULL,
	"commitment" text NOT NULL,
	CONSTRAINT "members_trial_id_version_index_pk" PRIMARY KEY("trial_id","version","index")
);
--> statement-breakpoint
CREATE TABLE "participants" (
	"trial_id" text NOT NULL,
	"pseudonym" text NOT NULL,
	"state" text NOT NULL,
	"version" bigint NOT NULL,
	"site_id" bigint NOT NULL,
	"sequence" text NOT NULL,
	"consenting" boolean NOT NULL,
	"valid_until" timestamp with time zone,
	"enrolled_at" timestamp with time zone,
	"arrive_by" timestamp with time zone,
	"arrived_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"position" bigint NOT NULL,
	CONSTRAINT "participants_trial_id_pseudonym_pk" PRIMARY KEY("trial_id","pseudonym")
);
--> statement-breakpoint
CREATE TABLE "roots" (
	"position" bigint PRIMARY KEY NOT NULL,
	"root" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"superseded_at" timestamp with time zone,
	"voided" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "screenings" (
	"trial_id" text NOT NULL,
	"nullifier" text NOT NULL,
	"version" bigint NOT NULL,
	"commitment" text NOT NULL,
	"issuer_tags" jsonb NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "screenings_trial_id_nullifier_pk" PRIMARY KEY("trial_id","nullifier")
);
--> statement-breakpoint
CREATE TABLE "trials" (
	"trial_id" text PRIMARY KEY NOT NULL,
	"protocol_number" text NOT NULL,
	"sponsor" text NOT NULL,
	"board" text NOT NULL,
	"status" text NOT NULL,
	"held" boolean DEFAULT false NOT NULL,
	"current_version" bigint NOT NULL,
	"position" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "versions" (
	"trial_id" text NOT NULL,
	"version" bigint NOT NULL,
	"digest" text NOT NULL,
	"terms" jsonb NOT NULL,
	"screening_version" bigint,
	"consent_version" bigint,
	"approved_at" timestamp with time zone,
	"approved_until" timestamp with time zone,
	CONSTRAINT "versions_trial_id_version_pk" PRIMARY KEY("trial_id","version")
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"root" text PRIMARY KEY NOT NULL,
	"leaves" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "buckets" (
	"clinic" text NOT NULL,
	"bucket" integer NOT NULL,
	"bytes" text NOT NULL,
	"size" integer NOT NULL,
	"etag" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "buckets_clinic_bucket_pk" PRIMARY KEY("clinic","bucket")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"hash" text PRIMARY KEY NOT NULL,
	"media_type" text NOT NULL,
	"content" text NOT NULL,
	"uploaded_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "nonces" (
	"nonce" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"live" boolean,
	"kind" text NOT NULL,
	"to" text NOT NULL,
	"data" text NOT NULL,
	"state" text NOT NULL,
	"gather" text,
	"bundle" text,
	"relayer" text,
	"nonce" integer,
	"signed" jsonb NOT NULL,
	"transaction_hash" text,
	"block_number" integer,
	"block_hash" text,
	"refusal" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "relayers" (
	"address" text PRIMARY KEY NOT NULL,
	"next_nonce" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"address" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "events_subject" ON "events" USING btree ("subject","position");--> statement-breakpoint
CREATE INDEX "leaves_batch_root" ON "leaves" USING btree ("batch_root");--> statement-breakpoint
CREATE INDEX "leaves_issuer" ON "leaves" USING btree ("issuer");--> statement-breakpoint
CREATE INDEX "participants_order" ON "participants" USING btree ("trial_id","position");--> statement-breakpoint
CREATE INDEX "roots_root" ON "roots" USING btree ("root");--> statement-breakpoint
CREATE INDEX "trials_protocol" ON "trials" USING btree ("protocol_number");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_live_key" ON "outbox" USING btree ("key","live");--> statement-breakpoint
CREATE INDEX "outbox_state" ON "outbox" USING btree ("state","created_at");--> statement-breakpoint
CREATE INDEX "outbox_bundle" ON "outbox" USING btree ("bundle");