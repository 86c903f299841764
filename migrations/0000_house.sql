CREATE TABLE `calls` (
	`id` integer PRIMARY KEY NOT NULL,
	`turn` text NOT NULL,
	`day` integer NOT NULL,
	`model` text NOT NULL,
	`tokens_in` integer NOT NULL,
	`tokens_out` integer NOT NULL,
	`nano_usd` integer,
	`settled` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE `channels` (
	`id` text PRIMARY KEY NOT NULL,
	`platform` text NOT NULL,
	`parent` text,
	`workspace` text,
	`unnamed` text NOT NULL,
	`last_seq` integer DEFAULT 0 NOT NULL,
	`directed_seq` integer DEFAULT 0 NOT NULL,
	`changes` integer DEFAULT 0 NOT NULL,
	`due_at` integer,
	`holder` text,
	`fence` integer DEFAULT 0 NOT NULL,
	`watched_at` integer
);
--> statement-breakpoint
CREATE INDEX `channels_due` ON `channels` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `claims` (
	`key` text PRIMARY KEY NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `days` (
	`day` integer PRIMARY KEY NOT NULL,
	`nano_usd` integer NOT NULL,
	`unpriced_tokens` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `decisions` (
	`n` integer PRIMARY KEY NOT NULL,
	`trigger` text NOT NULL,
	`channel` text NOT NULL,
	`at` integer NOT NULL,
	`decision` text NOT NULL,
	FOREIGN KEY (`channel`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `decisions_trigger_unique` ON `decisions` (`trigger`);--> statement-breakpoint
CREATE INDEX `decisions_channel` ON `decisions` (`channel`,`at`);--> statement-breakpoint
CREATE TABLE `messages` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`channel` text NOT NULL,
	`seq` integer NOT NULL,
	`author_id` text NOT NULL,
	`author_kind` text NOT NULL,
	`author_name` text NOT NULL,
	`text` text NOT NULL,
	`reply_to` text,
	`conversation` text NOT NULL,
	`depth` integer NOT NULL,
	`tokens` integer NOT NULL,
	`created_at` integer NOT NULL,
	`turn` text,
	`persona` text,
	`scene` text,
	`solver` text,
	`model` text,
	`unasked` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`channel`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_id_unique` ON `messages` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_place` ON `messages` (`channel`,`seq`);--> statement-breakpoint
CREATE INDEX `messages_conversation` ON `messages` (`conversation`,`seq`) WHERE conversation <> id;--> statement-breakpoint
CREATE TABLE `posts` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`turn` text NOT NULL,
	`part` integer NOT NULL,
	`channel` text NOT NULL,
	`persona` text NOT NULL,
	`text` text NOT NULL,
	`reply_to` text,
	`conversation` text,
	`depth` integer NOT NULL,
	`unasked` integer NOT NULL,
	`scene` text,
	`solver` text NOT NULL,
	`model` text,
	`state` text DEFAULT 'ready' NOT NULL,
	`ready_at` integer NOT NULL,
	`sending_at` integer,
	`due_at` integer NOT NULL,
	FOREIGN KEY (`turn`) REFERENCES `turns`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `posts_id_unique` ON `posts` (`id`);--> statement-breakpoint
CREATE INDEX `posts_turn` ON `posts` (`turn`,`part`);--> statement-breakpoint
CREATE INDEX `posts_unasked` ON `posts` (`channel`,`ready_at`,`conversation`,`state`) WHERE unasked = 1;--> statement-breakpoint
CREATE TABLE `processes` (
	`id` text PRIMARY KEY NOT NULL,
	`beat_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `scenes` (
	`id` text PRIMARY KEY NOT NULL,
	`channel` text NOT NULL,
	`plan` text NOT NULL,
	`state` text NOT NULL,
	`ticks` integer DEFAULT 0 NOT NULL,
	`posts` integer DEFAULT 0 NOT NULL,
	`started_at` integer NOT NULL,
	`due_at` integer,
	FOREIGN KEY (`channel`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `scenes_channel` ON `scenes` (`channel`);--> statement-breakpoint
CREATE TABLE `solver_states` (
	`channel` text NOT NULL,
	`persona` text NOT NULL,
	`author` text NOT NULL,
	`solver` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`channel`, `persona`, `author`, `solver`)
);
--> statement-breakpoint
CREATE TABLE `solver_stops` (
	`server` text PRIMARY KEY NOT NULL,
	`why` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `traces` (
	`n` integer PRIMARY KEY NOT NULL,
	`turn` text NOT NULL,
	`at` integer NOT NULL,
	`trace` text NOT NULL,
	FOREIGN KEY (`turn`) REFERENCES `turns`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `traces_turn_unique` ON `traces` (`turn`);--> statement-breakpoint
CREATE INDEX `traces_at` ON `traces` (`at`);--> statement-breakpoint
CREATE TABLE `turns` (
	`n` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`trigger` text NOT NULL,
	`channel` text NOT NULL,
	`asked` integer NOT NULL,
	`persona` text NOT NULL,
	`reason` text NOT NULL,
	`asked_by` text,
	`reply_to` text,
	`conversation` text,
	`depth` integer NOT NULL,
	`unasked` integer NOT NULL,
	`scene` text,
	`state` text DEFAULT 'waiting' NOT NULL,
	`outcome` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`channel`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `turns_id_unique` ON `turns` (`id`);--> statement-breakpoint
CREATE INDEX `turns_channel` ON `turns` (`channel`,`state`);