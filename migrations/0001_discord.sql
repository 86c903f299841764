CREATE TABLE `audits` (
	`n` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`scope` text NOT NULL,
	`by_id` text NOT NULL,
	`by_name` text NOT NULL,
	`what` text NOT NULL,
	`subject` text NOT NULL,
	`before` text,
	`after` text
);
--> statement-breakpoint
CREATE INDEX `audits_scope` ON `audits` (`scope`,`at`);--> statement-breakpoint
CREATE TABLE `bindings` (
	`scope` text NOT NULL,
	`persona` text NOT NULL,
	`by` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`scope`, `persona`)
);
--> statement-breakpoint
CREATE TABLE `checkpoints` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `keeps` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `opt_outs` (
	`author` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `owned_personas` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`handle` text NOT NULL,
	`yaml` text NOT NULL,
	`by` text NOT NULL,
	`at` integer NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE INDEX `owned_personas_workspace` ON `owned_personas` (`workspace`);--> statement-breakpoint
CREATE TABLE `settings` (
	`scope` text NOT NULL,
	`persona` text NOT NULL,
	`name` text NOT NULL,
	`value` text NOT NULL,
	`by` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`scope`, `persona`, `name`)
);
--> statement-breakpoint
CREATE TABLE `versions` (
	`message` text NOT NULL,
	`number` integer NOT NULL,
	`text` text NOT NULL,
	`at` integer NOT NULL,
	`is_shown` integer NOT NULL,
	PRIMARY KEY(`message`, `number`)
);
--> statement-breakpoint
ALTER TABLE `channels` ADD `nsfw` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `channels` ADD `stopped_at` integer;--> statement-breakpoint
ALTER TABLE `messages` ADD `images` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `to_house` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `solver_states` ADD `used_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE `solver_states` SET `used_at` = unixepoch() * 1000;--> statement-breakpoint
CREATE INDEX `solver_states_used` ON `solver_states` (`used_at`);