CREATE INDEX "leaves_value" ON "leaves" USING btree ("value");--> statement-breakpoint
CREATE INDEX "roots_root" ON "roots" USING btree ("root");--> statement-breakpoint
CREATE INDEX "trials_protocol" ON "trials" USING btree ("protocol_number");--> statement-breakpoint
CREATE INDEX "outbox_state" ON "outbox" USING btree ("state","created_at");