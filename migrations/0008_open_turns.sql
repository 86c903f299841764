DROP INDEX `channels_due`;--> statement-breakpoint
ALTER TABLE `channels` ADD `open_seq` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
DROP INDEX `turns_channel`;--> statement-breakpoint
CREATE INDEX `turns_channel` ON `turns` (`channel`,`asked`);